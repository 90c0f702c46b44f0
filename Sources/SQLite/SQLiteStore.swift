import GRDB
import SQL

/// A store in one SQLite database: `countersign.sqlite` in the data directory.
///
/// Write-ahead log, `synchronous=FULL`, one writer. One server and any number of administration processes may have the database open;
/// each sees the others' writes. A class because it owns connections.
package final class SQLiteStore: SQLStore {
    package let auditWriter: AuditWriter
    package var database: any SQLDatabase { connections }
    package var replay: any ReplayStore { usedAssertions }
    package let revokedTokens: any RevokedTokenStore
    var pool: DatabasePool { connections.pool }

    private let connections: SQLiteDatabase
    private let settings: SQLiteSettings
    /// `nil` except in a server.
    private let lock: DataDirectoryLock?
    let usedAssertions: SQLiteReplay
    private let revocations: SQLiteRevokedTokens.ByIssuer

    /// Opens the store or creates it.
    ///
    /// - Parameters:
    ///   - directory: the data directory; created, accessible by its owner only, if it is missing.
    ///   - clock: the server's clock, by which `jti`s expire.
    ///   - report: receives a clause for each file whose group permissions were removed.
    /// - Throws: `StoreError`; `.inUse` if another server uses the directory.
    package convenience init(
        directory: String, role: StoreRole = .server, settings: SQLiteSettings = SQLiteSettings(),
        clock: @escaping @Sendable () -> UnixTime = { .now }, report: (String) -> Void = { _ in }
    ) throws(StoreError) {
        try DataDirectory.prepare(directory, report: report)
        let lock =
            role == .server
            ? try DataDirectoryLock(directory, timeout: settings.busyTimeout, report: report) : nil
        let pool = try DatabaseFile(directory: directory).connect(settings, isLocked: lock != nil, report: report)
        self.init(
            try SQLiteDatabase(pool, settings, clock: clock), settings, lock,
            try SQLiteReplay(pool, lock, settings, clock: clock),
            SQLiteRevokedTokens.ByIssuer())
    }

    private init(
        _ connections: SQLiteDatabase, _ settings: SQLiteSettings, _ lock: DataDirectoryLock?,
        _ usedAssertions: SQLiteReplay, _ revocations: SQLiteRevokedTokens.ByIssuer, _ auditWriter: AuditWriter? = nil
    ) {
        (self.connections, self.settings, self.lock) = (connections, settings, lock)
        self.usedAssertions = usedAssertions
        // Only a server knows that no other process revokes tokens.
        self.revocations = revocations
        revokedTokens =
            lock == nil ? SQLRevokedTokens(database: connections) : revocations.tokens(of: connections)
        self.auditWriter =
            auditWriter
            ?? AuditWriter(connections, limit: settings.maximumPendingAuditEntries, capacity: settings.auditCapacity)
    }

    package func issuer(_ number: IssuerNumber) -> any Store {
        SQLiteStore(SQLiteDatabase(connections, issuer: number), settings, lock, usedAssertions.of(number), revocations)
    }

    package func acting(as actor: Actor) -> any Store {
        recording { $0.actor = actor }
    }

    package func undoing(_ number: Int64) -> any Store {
        recording { $0.undoing = number }
    }

    private func recording(_ change: (inout ChangeContext) -> Void) -> SQLiteStore {
        var context = connections.context
        change(&context)
        return SQLiteStore(
            SQLiteDatabase(connections, context: context), settings, lock, usedAssertions, revocations, auditWriter)
    }

    package func requiring(_ condition: ChangeCondition) -> any Store {
        SQLiteStore(
            SQLiteDatabase(connections, condition: condition), settings, lock, usedAssertions, revocations, auditWriter)
    }

    package static func exists(in directory: String) -> Bool {
        DatabaseFile(directory: directory).exists
    }

    /// Returns the paths of the database and its companion files, whether or not they exist.
    package static func files(in directory: String) -> [String] {
        DatabaseFile.suffixes.map { DatabaseFile(directory: directory).path + $0 }
    }

    package var usage: StoreUsage {
        var usage = connections.usage
        usage.claimsPerCommit = usedAssertions.claims?.itemsPerCommit ?? .empty
        usage.waitingClaims = usedAssertions.claims?.pendingCount ?? 0
        usage.waitingAuditEntries = auditWriter.waiting
        usage.droppedAuditEntries = auditWriter.dropped
        return usage
    }

    /// Taking the write lock detects a locked, read-only or missing database and writes nothing.
    package func writeProblem() async -> String? {
        do {
            try await pool.writeWithoutTransaction { [writer = usedAssertions.writer] db in
                try db.inImmediateTransaction { try writer?.checkWritable(db) }
                writer?.recordRecovery(db)
            }
            return nil
        } catch {
            return StoreError(error).asUnavailable.reason
        }
    }

    package func close() async {
        await auditWriter.flush()
        if let writer = usedAssertions.writer {
            // On the writer's queue, even in a cancelled task: no claim is decided here afterwards, so another server may start.
            await withCheckedContinuation { done in
                pool.asyncWriteWithoutTransaction { db in
                    writer.close(db)
                    done.resume()
                }
            }
        }
        // Busy connections close when their work ends; the last one closes when the store is released.
        connections.close()
        lock?.release()
    }
}
