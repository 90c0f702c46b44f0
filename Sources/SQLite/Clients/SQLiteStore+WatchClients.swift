import Countersign
import GRDB
import Store

extension SQLiteStore {
    /// Calls `changed` at once, after each change made through this store, and soon after a change by another process.
    package func watchClients(_ changed: @escaping @Sendable () -> Void) async {
        let number = clientWatchers.add(changed)
        defer { clientWatchers.remove(number) }
        // The revision is read first and `changed` called after it: a change between the two is seen by both.
        var seen: Int64?
        var isFirst = true
        while !Task.isCancelled {
            // A revision that cannot be read counts as another one: when it can be read again, clients are read again too.
            let revision = try? await clientRevision()
            if isFirst || revision != seen { changed() }
            isFirst = false
            seen = revision
            try? await Task.sleep(for: settings.clientWatchInterval)
        }
    }

    /// Counts the changes of clients and their keys, made by any process.
    package func clientRevision() async throws(StoreError) -> Int64 {
        try await read { db in try Self.clientRevision(db) }
    }

    /// Calls `body` with each client's identifier.
    package func forEachClientID(
        _ body: @escaping @Sendable (ClientID) -> Void
    ) async throws(StoreError) -> Int64 {
        try await read { db in
            let rows = try Row.fetchCursor(db.cachedStatement(sql: "SELECT id FROM client"))
            while let row = try rows.next() { body(ClientID(row[0] as String)) }
            return try Self.clientRevision(db)
        }
    }

    private static func clientRevision(_ db: Database) throws -> Int64 {
        try Int64.fetchOne(db.cachedStatement(sql: "SELECT revision FROM client_revision")) ?? 0
    }
}
