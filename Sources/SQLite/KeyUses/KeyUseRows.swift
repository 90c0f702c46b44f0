import Countersign
import GRDB
import Store

/// Writes uses of keys within a transaction that has the write lock.
struct KeyUseRows {
    private let db: Database
    private let update: Statement
    private let insertion: Statement

    init(_ db: Database) throws {
        self.db = db
        // Most uses are of a key that was used before.
        update = try db.cachedStatement(
            sql: """
                UPDATE key_use SET used_at = max(used_at, ?3)
                WHERE client = (SELECT number FROM client WHERE id = ?1) AND thumbprint = ?2
                """)
        insertion = try db.cachedStatement(
            sql: "INSERT INTO key_use (client, thumbprint, used_at) SELECT number, ?2, ?3 FROM client WHERE id = ?1")
    }

    func record(_ uses: ArraySlice<KeyUse>) throws {
        var grown: Set<ClientID> = []
        for use in uses where use.client.isRegistrable {
            let arguments: StatementArguments = [use.client.text, use.thumbprint, use.at.milliseconds]
            try update.execute(arguments: arguments)
            guard db.changesCount == 0 else { continue }
            try insertion.execute(arguments: arguments)
            if db.changesCount == 1 { grown.insert(use.client) }
        }
        for client in grown { try forgetOldest(of: client) }
    }

    private func forgetOldest(of client: ClientID) throws {
        let removal = try db.cachedStatement(
            sql: """
                DELETE FROM key_use WHERE (client, thumbprint) IN
                    (SELECT client, thumbprint FROM key_use WHERE client = (SELECT number FROM client WHERE id = ?)
                     ORDER BY used_at DESC LIMIT -1 OFFSET \(SQLiteKeyUses.keyUsesPerClient))
                """)
        try removal.execute(arguments: [client.text])
    }
}
