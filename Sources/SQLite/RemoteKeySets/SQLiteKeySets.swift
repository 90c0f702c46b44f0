import Countersign
import GRDB
import Store

struct SQLiteKeySets: KeySetStore {
    let store: SQLiteStore

    /// How many unused sets one transaction removes.
    static let unusedKeySetStep = 100

    /// The set of a URL.
    func record(of url: String) async throws(StoreError) -> RemoteKeySetRecord? {
        try await store.read { db in
            let query = try db.cachedStatement(sql: "SELECT * FROM remote_key_set WHERE url = ?")
            return try Row.fetchOne(query, arguments: [url]).map(RemoteKeySetRow.record)
        }
    }

    /// All sets, by the bytes of their URLs.
    func all() async throws(StoreError) -> [RemoteKeySetRecord] {
        try await store.read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM remote_key_set ORDER BY url").map(RemoteKeySetRow.record)
        }
    }

    /// Keeps what became of an attempt.
    func save(_ record: RemoteKeySetRecord) async throws(StoreError) -> RemoteKeySetRecord {
        try record.requireStorable()
        return try await store.keySetWrites.write(.save(record)) ?? record
    }

    /// Takes the task of reading a set again.
    func claimRefresh(
        of url: String, for reason: RefreshReason, at now: UnixTime, lease: Duration
    ) async throws(StoreError) -> RemoteKeySetRecord? {
        try RemoteKeySetRecord.requireStorable(url: url)
        return try await store.keySetWrites.write(.claim(url: url, reason, at: now, lease: lease))
    }

    /// A page of the URLs of key sets in force.
    func urlsInUse(after url: String?, limit: Int) async throws(StoreError) -> [String] {
        try await store.read { db in
            let query = try db.cachedStatement(
                sql: """
                    SELECT DISTINCT key_set_url FROM client
                    WHERE key_set_url > ? AND is_enabled
                        AND NOT EXISTS (SELECT 1 FROM client_key WHERE client_key.client = client.number)
                    ORDER BY key_set_url LIMIT ?
                    """)
            return try String.fetchAll(query, arguments: [url ?? "", limit])
        }
    }

    /// Removes one step of the sets that no client has any more.
    ///
    /// They are looked for without the write lock; under it only those found are looked at again.
    func removeUnused(attemptedBefore time: UnixTime) async throws(StoreError) -> Bool {
        let unused = "NOT EXISTS (SELECT 1 FROM client WHERE key_set_url = remote_key_set.url) AND attempted_at < ?"
        let urls = try await store.read { db in
            try String.fetchAll(
                db, sql: "SELECT url FROM remote_key_set WHERE \(unused) LIMIT \(Self.unusedKeySetStep)",
                arguments: [time.milliseconds])
        }
        guard !urls.isEmpty else { return false }
        try await store.write { db in
            let removal = try db.cachedStatement(sql: "DELETE FROM remote_key_set WHERE \(unused) AND url = ?")
            for url in urls { try removal.execute(arguments: [time.milliseconds, url]) }
        }
        return true
    }
}
