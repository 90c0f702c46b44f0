import Countersign
import GRDB
import SQL
import Store

/// The store in one SQLite database: `countersign.sqlite` in the data directory.
///
/// Write-ahead log, `synchronous=FULL`, one writer. One server has the database open, with any number of administration processes
/// beside it; each sees what the others have written. A class because it owns connections.
package final class SQLiteStore: SQLStore {
    package let issuer: IssuerNumber
    package let auditWriter: AuditWriter
    package var database: any SQLDatabase { connections }
    var pool: DatabasePool { connections.pool }

    private let connections: SQLiteDatabase
    private let settings: SQLiteSettings
    /// Held by a server.
    private let lock: DataDirectoryLock?
    /// Which `jti`s were used; in a server.
    private let replayLog: ReplayLogWriter?
    let claims: Batcher<Database, ReplayRecord, ReplayVerdict>?

    /// Opens the store, and creates it if it does not exist.
    ///
    /// - Parameters:
    ///   - directory: the data directory; created, accessible by its owner only, if it is missing.
    ///   - clock: the server's clock, by which `jti`s expire.
    ///   - report: receives a clause for each file whose group permissions were removed.
    /// - Throws: `StoreError`; `.inUse` if another server uses the directory.
    package init(
        directory: String, role: StoreRole = .server, settings: SQLiteSettings = SQLiteSettings(),
        clock: @escaping @Sendable () -> UnixTime = { .now }, report: (String) -> Void = { _ in }
    ) throws(StoreError) {
        try DataDirectory.prepare(directory, report: report)
        lock =
            role == .server
            ? try DataDirectoryLock(directory, patience: settings.busyTimeout, report: report) : nil
        let pool = try DatabaseFile(in: directory).open(settings, isLocked: lock != nil, report: report)
        connections = SQLiteDatabase(pool, settings)
        self.settings = settings
        issuer = .first
        switch role {
        case .server:
            let replayLog = try ReplayLogWriter.reading(pool, limits: settings.replay, clock: clock)
            self.replayLog = replayLog
            claims = Batcher(capacity: settings.maximumPendingRows, writer: pool, transaction: replayLog.claim)
        case .administration: (replayLog, claims) = (nil, nil)
        }
        auditWriter = AuditWriter(
            connections, .first, limit: settings.maximumPendingAuditEntries, capacity: settings.auditCapacity)
    }

    private init(_ store: SQLiteStore, issuer: IssuerNumber) {
        self.issuer = issuer
        (connections, settings, lock) = (store.connections, store.settings, store.lock)
        (replayLog, claims) = (store.replayLog, store.claims)
        auditWriter = AuditWriter(
            connections, issuer, limit: settings.maximumPendingAuditEntries, capacity: settings.auditCapacity)
    }

    package func issuer(_ number: IssuerNumber) -> any Store { SQLiteStore(self, issuer: number) }

    /// Whether there is a store in a directory.
    package static func exists(in directory: String) -> Bool {
        DatabaseFile(in: directory).exists
    }

    /// The paths of the database and of the files SQLite keeps beside it, whether they exist or not.
    package static func files(in directory: String) -> [String] {
        DatabaseFile.suffixes.map { DatabaseFile(in: directory).path + $0 }
    }

    // MARK: Replay

    /// Claims an assertion's `jti` (rule 24). Only a server can: it alone has the index of used `jti`s.
    package func claim(_ claim: ReplayClaim) async throws(StoreUnavailable) -> ReplayVerdict {
        guard let claims else { throw StoreUnavailable("the store was opened for administration, not by a server") }
        do {
            return try await claims.write(ReplayRecord(claim, issuer: issuer))
        } catch {
            throw error.asUnavailable
        }
    }

    /// The number of transactions that claims took, and of claims in them.
    package var commitCounts: CommitCounts { claims?.commitCounts ?? CommitCounts() }

    package func replayLogFacts() async throws(StoreError) -> ReplayLogFacts {
        do {
            return try await pool.read { db in
                let bytes = try Int.fetchOne(
                    db, sql: "SELECT total(length(records)) FROM replay_batch WHERE number >= 0")
                return ReplayLogFacts(
                    claims: (bytes ?? 0) / ReplayRecord.length,
                    sweptUntil: try SQLiteReplayStorage(db: db).state().sweptUntil)
            }
        } catch {
            throw StoreError(error)
        }
    }

    package func sweepStep() async throws(StoreError) -> Bool {
        guard let replayLog else { return false }
        do {
            return try await pool.writeWithoutTransaction { db in try replayLog.sweepStep(db) }
        } catch {
            throw StoreError(error)
        }
    }

    // MARK: The whole

    /// Taking the write lock reveals a locked, read-only or missing database and writes nothing. A full disk shows only when
    /// something that needs room is written: after a failed batch a row is written and removed, until that succeeds.
    package func writeProblem() async -> String? {
        do {
            try await pool.writeWithoutTransaction { [replayLog] db in
                try db.immediately {
                    if let problem = replayLog?.problem(db) { throw StoreError.unavailable(problem) }
                    guard replayLog?.hasFailed(db) == true else { return }
                    // No batch has this number, and two pages are more than any free space within the table.
                    try db.execute(
                        sql: """
                            INSERT INTO replay_batch (number, records)
                                VALUES (-1, zeroblob(\(2 * DatabaseFile.pageSize)));
                            DELETE FROM replay_batch WHERE number = -1;
                            """)
                }
                replayLog?.noteRecovery(db)
            }
            return nil
        } catch {
            return StoreError(error).asUnavailable.reason
        }
    }

    package func close() async {
        await auditWriter.flush()
        if let replayLog {
            // On the writer's queue, even in a cancelled task: afterwards no claim is decided here, so another server may start.
            await withCheckedContinuation { done in
                pool.asyncWriteWithoutTransaction { db in
                    replayLog.close(db)
                    done.resume()
                }
            }
        }
        // Busy connections close when their work ends; the last one when the store is released.
        try? pool.close()
        lock?.release()
    }
}
