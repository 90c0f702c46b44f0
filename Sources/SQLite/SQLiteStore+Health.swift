import GRDB
import Store

extension SQLiteStore {
    /// What keeps the store from writing now, or `nil`.
    ///
    /// Taking the write lock tells of a locked, read-only or missing database and writes nothing. A full disk shows only when
    /// something is written that needs room: after a batch that failed, such a row is written and removed, until it succeeds.
    package func writeProblem() async -> String? {
        do {
            try await pool.writeWithoutTransaction { [replayLog] db in
                try db.immediately {
                    if let obstacle = replayLog?.obstacle(db) { throw StoreError.unavailable(obstacle) }
                    guard replayLog?.isInTrouble(db) == true else { return }
                    // No batch has this number, and two pages are more than the table has left in any of its own.
                    try db.execute(
                        sql: """
                            INSERT INTO replay_batch (number, records)
                                VALUES (-1, zeroblob(\(2 * DatabaseFile.pageSize)));
                            DELETE FROM replay_batch WHERE number = -1;
                            """)
                }
                replayLog?.endTrouble(db)
            }
            return nil
        } catch {
            return StoreError(error).asUnavailable.reason
        }
    }
}
