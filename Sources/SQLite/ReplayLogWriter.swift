import GRDB
import Store

/// The replay log of a server, stored in its database. A class because the writer's jobs share it.
///
/// `@unchecked Sendable`: every method that accesses the log takes the writer's connection as evidence that it runs on the writer's
/// serial queue, so no lock is needed.
final class ReplayLogWriter: @unchecked Sendable {
    private var log: ReplayLog
    private let owner: ReplayLogOwner
    private let clock: @Sendable () -> UnixTime
    private var isClosed = false

    /// Takes over the log and reads it into memory.
    init(_ db: Database, limits: ReplayLimits, clock: @escaping @Sendable () -> UnixTime) throws {
        // Before the log is read, so that no other server adds to it afterwards.
        owner = try ReplayLogOwner.takingOver(db)
        let storage = SQLiteReplayStorage(db: db, owner: owner)
        log = ReplayLog(state: try storage.state(), limits: limits)
        self.clock = clock
        try storage.read { try log.load($0, slice: $1) }
    }

    /// Decides claims and makes them durable.
    func claim(_ db: Database, _ records: [ReplayRecord]) throws -> [Result<ReplayVerdict, StoreError>] {
        guard !isClosed else { throw StoreError.unavailable("the store is closed") }
        return log.claim(records, at: clock(), in: SQLiteReplayStorage(db: db, owner: owner))
    }

    /// Whether a claim would be a repetition. Nothing is written.
    func isUsed(_ db: Database, _ record: ReplayRecord) -> Bool { log.isUsed(record) }

    /// Removes one step of expired claims.
    func sweepStep(_ db: Database) throws(StoreError) -> Bool {
        guard !isClosed else { return false }
        return try log.sweepStep(at: clock(), in: SQLiteReplayStorage(db: db, owner: owner))
    }

    /// Checks, in a transaction, that new claims can be accepted.
    ///
    /// A full disk is detected only by a write that needs space: after a failed batch, a row is written and removed, until that succeeds.
    func checkWritable(_ db: Database) throws {
        if let problem = log.problem { throw StoreError.unavailable(problem) }
        guard log.failure != nil else { return }
        // No batch has this number, and two pages exceed any free space within the table.
        try db.execute(
            sql: """
                INSERT INTO replay_batch (number, records) VALUES (-1, zeroblob(\(2 * DatabaseFile.pageSize)));
                DELETE FROM replay_batch WHERE number = -1;
                """)
    }

    /// Records that a write that needs disk space has become durable since the last batch failed.
    func recordRecovery(_ db: Database) { log.recordRecovery() }

    /// Rejects all further claims.
    func close(_ db: Database) { isClosed = true }
}
