import CountersignStore
import GRDB

extension SQLiteStore {
    /// What keeps the store from writing now, or `nil`.
    ///
    /// Taking the write lock tells of a locked, read-only or missing database and writes nothing. A full disk shows only when
    /// something is written: after a batch that failed, one row is, until it succeeds.
    public func obstacle() async -> String? {
        let isInTrouble = hotRows.trouble != nil
        do throws(StoreError) {
            try await write { db in
                guard isInTrouble else { return }
                try db.execute(sql: "UPDATE client_revision SET revision = revision + 1")
            }
            return nil
        } catch {
            return error.asUnavailable.reason
        }
    }
}
