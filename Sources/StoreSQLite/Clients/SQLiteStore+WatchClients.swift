import CountersignStore
import GRDB

extension SQLiteStore {
    /// Calls `changed` at once, after each change made through this store, and soon after a change by another process.
    public func watchClients(_ changed: @escaping @Sendable () -> Void) async {
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

    /// Counts the changes of clients and their keys, by whomever.
    func clientRevision() async throws(StoreError) -> Int64 {
        try await read { db in
            try Int64.fetchOne(db.cachedStatement(sql: "SELECT revision FROM client_revision")) ?? 0
        }
    }
}
