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

    private init(_ db: Database, limits: ReplayLimits, clock: @escaping @Sendable () -> UnixTime) throws {
        // Before the log is read, so that no other server adds to it afterwards.
        owner = try ReplayLogOwner.takingOver(db)
        let storage = SQLiteReplayStorage(db: db, owner: owner)
        log = ReplayLog(state: try storage.state(), limits: limits)
        self.clock = clock
        try storage.read { try log.load($0, slice: $1) }
    }

    /// Reads the log into memory.
    static func reading(
        _ pool: DatabasePool, limits: ReplayLimits, clock: @escaping @Sendable () -> UnixTime
    ) throws(StoreError) -> ReplayLogWriter {
        do {
            return try pool.writeWithoutTransaction { db in try ReplayLogWriter(db, limits: limits, clock: clock) }
        } catch {
            throw StoreError(error)
        }
    }

    /// Decides claims and makes them durable.
    func claim(_ db: Database, _ records: [ReplayRecord]) throws -> [Result<ReplayVerdict, StoreError>] {
        guard !isClosed else { throw StoreError.unavailable("the store is closed") }
        return log.claim(records, at: clock(), in: SQLiteReplayStorage(db: db, owner: owner))
    }

    /// Removes one step of expired claims.
    func sweepStep(_ db: Database) throws(StoreError) -> Bool {
        guard !isClosed else { return false }
        return try log.sweepStep(at: clock(), in: SQLiteReplayStorage(db: db, owner: owner))
    }

    /// Whether the last batch could not be written.
    func hasFailed(_ db: Database) -> Bool { log.failure != nil }

    /// Records that another write that needs disk space has since become durable.
    func noteRecovery(_ db: Database) { log.noteRecovery() }

    /// Returns why no new claim is accepted, regardless of the disk.
    func problem(_ db: Database) -> String? { log.problem }

    /// Rejects all further claims.
    func close(_ db: Database) { isClosed = true }
}
