import Countersign
import CountersignStore
import GRDB

/// The store in one SQLite database: `countersign.sqlite` in the data directory.
///
/// Write-ahead log, `synchronous=FULL`, one writer. Several processes may have the same database open; each sees what the
/// others have written. A class because it owns connections.
public final class SQLiteStore: Store {
    let pool: DatabasePool
    let settings: SQLiteSettings
    let clock: @Sendable () -> UnixTime
    let hotRows: GroupCommit<HotRow, HotRowAnswer>
    let keySetWrites: GroupCommit<KeySetWrite, Bool>
    let auditWriter: AuditWriter
    let clientWatchers = ClientWatchers()

    /// Opens the store, and makes it where there is none.
    ///
    /// - Parameters:
    ///   - directory: the data directory; made, open to its owner alone, where it is missing.
    ///   - clock: the server's clock: what expires, expires by it.
    /// - Throws: `StoreError`.
    public init(
        directory: String, settings: SQLiteSettings = SQLiteSettings(),
        clock: @escaping @Sendable () -> UnixTime = { .now }
    ) throws(StoreError) {
        try DataDirectory.prepare(directory)
        let pool = try DatabaseFile(in: directory).open(settings)
        self.pool = pool
        self.settings = settings
        self.clock = clock
        hotRows = GroupCommit(
            capacity: settings.maximumPendingRows, writer: pool,
            transaction: HotRowTransaction(settings: settings, clock: clock).write)
        keySetWrites = GroupCommit(
            capacity: settings.maximumPendingRows, writer: pool, transaction: KeySetWrite.write)
        auditWriter = AuditWriter(settings: settings, writer: pool)
    }

    /// Whether there is a store in a directory.
    public static func exists(in directory: String) -> Bool {
        DatabaseFile(in: directory).exists
    }

    /// Writes what waits to be written and closes the database. No other call may follow.
    public func close() async {
        await flushAudit()
        // Whatever keeps a connection busy ends with it; the last one closes when the store is let go.
        try? pool.close()
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
}
