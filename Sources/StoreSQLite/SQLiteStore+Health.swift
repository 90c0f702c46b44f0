import CountersignStore
import GRDB

extension SQLiteStore {
    /// What keeps the store from writing now, or `nil`.
    ///
    /// Taking the write lock tells of a locked, read-only or missing database and writes nothing. A full disk shows only when
    /// something is written that needs room: after a batch that failed, such a row is written and removed, until it succeeds.
    public func obstacle() async -> String? {
        let isInTrouble = hotRows.trouble != nil
        do throws(StoreError) {
            try await write { db in
                guard isInTrouble else { return }
                // No slice has this number, and two pages are more than the table has left in any of its own.
                try db.execute(
                    sql: """
                        INSERT INTO used_jti (slice, client, digest) VALUES (-1, '', zeroblob(\(2 * DatabaseFile.pageSize)));
                        DELETE FROM used_jti WHERE slice = -1;
                        """)
            }
            return nil
        } catch {
            return error.asUnavailable.reason
        }
    }
}
