import Countersign
import GRDB
import Store

struct SQLiteKeyUses: KeyUseStore {
    let store: SQLiteStore

    /// How many uses one transaction writes: a claim waits behind one such step at most.
    static let keyUseStep = 250
    /// Of how many keys of one client the last use is kept. A key set has at most 100 keys, so it takes some rotations before the
    /// oldest goes.
    static let keyUsesPerClient = 256

    /// Keeps when keys were used.
    func record(_ uses: [KeyUse]) async throws(StoreError) {
        for start in stride(from: 0, to: uses.count, by: Self.keyUseStep) {
            let step = uses[start..<min(start + Self.keyUseStep, uses.count)]
            try await store.write { db in try KeyUseRows(db).record(step) }
        }
    }

    /// When each of a client's keys was last used.
    func latest(of id: ClientID) async throws(StoreError) -> [String: UnixTime] {
        guard id.isRegistrable else { return [:] }
        return try await store.read { db in
            let query = try db.cachedStatement(
                sql: """
                    SELECT thumbprint, used_at FROM key_use WHERE client = (SELECT number FROM client WHERE id = ?)
                    """)
            return try Row.fetchAll(query, arguments: [id.text]).reduce(into: [:]) { uses, row in
                uses[row["thumbprint"] as String] = UnixTime(milliseconds: row["used_at"])
            }
        }
    }
}
