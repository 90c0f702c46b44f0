import Countersign
import GRDB
import Store

/// The store in one SQLite database: `countersign.sqlite` in the data directory.
///
/// Write-ahead log, `synchronous=FULL`, one writer. One server has the database open, and any number of processes for
/// administration beside it; each sees what the others have written. A class because it owns connections.
package final class SQLiteStore: Store {
    let pool: DatabasePool
    let settings: SQLiteSettings
    let clock: @Sendable () -> UnixTime
    /// Of a server.
    private let lock: DataDirectoryLock?
    /// Of a server: which `jti`s were used.
    let replayLog: ReplayLogWriter?
    let claims: GroupCommit<ReplayRecord, ReplayVerdict>?
    let keySetWrites: GroupCommit<KeySetWrite, RemoteKeySetRecord?>
    let auditWriter: AuditWriter
    let clientWatchers = ClientWatchers()

    /// Opens the store, and makes it where there is none.
    ///
    /// - Parameters:
    ///   - directory: the data directory; made, open to its owner alone, where it is missing.
    ///   - role: what it is opened for. A server has the directory to itself.
    ///   - clock: the server's clock: what expires, expires by it.
    ///   - report: told, in a clause, of each file of this user that a group's rights were taken away from.
    /// - Throws: `StoreError`; `.inUse` where another server has the directory.
    package init(
        directory: String, role: StoreRole = .server, settings: SQLiteSettings = SQLiteSettings(),
        clock: @escaping @Sendable () -> UnixTime = { .now }, report: (String) -> Void = { _ in }
    ) throws(StoreError) {
        try DataDirectory.prepare(directory, report: report)
        lock =
            role == .server
            ? try DataDirectoryLock(directory, patience: settings.busyTimeout, report: report) : nil
        let pool = try DatabaseFile(in: directory).open(settings, isLocked: lock != nil, report: report)
        self.pool = pool
        self.settings = settings
        self.clock = clock
        switch role {
        case .server:
            let replayLog = try ReplayLogWriter.reading(pool, limits: settings.replay, clock: clock)
            self.replayLog = replayLog
            claims = GroupCommit(
                capacity: settings.maximumPendingRows, writer: pool, transaction: replayLog.claim)
        case .administration: (replayLog, claims) = (nil, nil)
        }
        keySetWrites = GroupCommit(
            capacity: settings.maximumPendingRows, writer: pool, transaction: KeySetWrite.write)
        auditWriter = AuditWriter(settings: settings, writer: pool)
    }

    package var clients: any ClientStore { SQLiteClients(store: self) }
    package var clientKeys: any ClientKeyStore { SQLiteClientKeys(store: self) }
    package var keyStore: any KeyStore { SQLiteKeyStore(store: self) }
    package var keySets: any KeySetStore { SQLiteKeySets(store: self) }
    package var keyUses: any KeyUseStore { SQLiteKeyUses(store: self) }
    package var signingKeys: any SigningKeyStore { SQLiteSigningKeys(store: self) }
    package var sealingKeys: any SealingKeyStore { SQLiteSealingKeys(store: self) }
    package var audit: any AuditLog { SQLiteAudit(store: self) }
    package var provenClientURLs: any ProvenClientURLStore { SQLiteProvenClientURLs(store: self) }

    /// Whether there is a store in a directory.
    package static func exists(in directory: String) -> Bool {
        DatabaseFile(in: directory).exists
    }

    /// The paths of the database and of what SQLite keeps beside it, whether they are there or not.
    package static func files(in directory: String) -> [String] {
        DatabaseFile.suffixes.map { DatabaseFile(in: directory).path + $0 }
    }

    /// Writes what waits to be written and closes the database. No other call may follow.
    package func close() async {
        await auditWriter.flush()
        if let replayLog {
            // In the writer's turn, and even in a task that was cancelled: after it no claim is decided here, so another server may.
            await withCheckedContinuation { done in
                pool.asyncWriteWithoutTransaction { db in
                    replayLog.close(db)
                    done.resume()
                }
            }
        }
        // Whatever keeps a connection busy ends with it; the last one closes when the store is let go.
        try? pool.close()
        lock?.release()
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        do {
            return try await pool.read(body)
        } catch {
            throw StoreError(error)
        }
    }

    func write<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        do {
            return try await pool.write(body)
        } catch {
            throw StoreError(error)
        }
    }

    /// Changes clients, and tells those who keep some in memory before the caller goes on.
    func change<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        // Also after a failure: one that comes after the commit would otherwise leave an old client in memory.
        defer { clientWatchers.notify() }
        return try await write(body)
    }
}
