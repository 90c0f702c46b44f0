import GRDB
import SQL

/// A store in one SQLite database: `countersign.sqlite` in the data directory.
///
/// Write-ahead log, `synchronous=FULL`, one writer. One server and any number of administration processes may have the database open;
/// each sees the others' writes. A class because it owns connections.
package final class SQLiteStore: SQLStore {
    package let issuer: IssuerNumber
    package let auditWriter: AuditWriter
    package var database: any SQLDatabase { connections }
    var pool: DatabasePool { connections.pool }

    private let connections: SQLiteDatabase
    private let settings: SQLiteSettings
    /// `nil` except in a server.
    private let lock: DataDirectoryLock?
    /// `nil` except in a server.
    private let replayLog: ReplayLogWriter?
    let claims: Batcher<Database, ReplayRecord, ReplayVerdict>?

    /// Opens the store or creates it.
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

    package static func exists(in directory: String) -> Bool {
        DatabaseFile(in: directory).exists
    }

    /// Returns the paths of the database and its companion files, whether or not they exist.
    package static func files(in directory: String) -> [String] {
        DatabaseFile.suffixes.map { DatabaseFile(in: directory).path + $0 }
    }

    // MARK: Replay

    /// Claims an assertion's `jti` (rule 24). Only a server can, because only it has the index of used `jti`s.
    package func claim(_ claim: ReplayClaim) async throws(StoreUnavailable) -> ReplayVerdict {
        guard let claims else { throw StoreUnavailable("the store was opened for administration, not by a server") }
        do {
            return try await claims.write(ReplayRecord(claim, issuer: issuer))
        } catch {
            throw error.asUnavailable
        }
    }

    /// The numbers of claim transactions and of claims in them.
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

    // MARK: Life cycle

    /// Taking the write lock detects a locked, read-only or missing database and writes nothing. A full disk is detected only by a
    /// write that needs space: after a failed batch, a row is written and removed, until that succeeds.
    package func writeProblem() async -> String? {
        do {
            try await pool.writeWithoutTransaction { [replayLog] db in
                try db.immediately {
                    if let problem = replayLog?.problem(db) { throw StoreError.unavailable(problem) }
                    guard replayLog?.hasFailed(db) == true else { return }
                    // No batch has this number, and two pages exceed any free space within the table.
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
            // On the writer's queue, even in a cancelled task: no claim is decided here afterwards, so another server may start.
            await withCheckedContinuation { done in
                pool.asyncWriteWithoutTransaction { db in
                    replayLog.close(db)
                    done.resume()
                }
            }
        }
        // Busy connections close when their work ends; the last one closes when the store is released.
        try? pool.close()
        lock?.release()
    }
}
