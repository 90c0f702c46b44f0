import Files
import Foundation
import GRDB
import Store

/// The database file, readable and writable by its owner only. SQLite gives its log the same mode.
struct DatabaseFile {
    /// In bytes. Each page that a transaction changes is checksummed, logged and copied back as a whole.
    static let pageSize = 4096

    let directory: String
    var path: String { directory + "/countersign.sqlite" }
    var exists: Bool { access(path, F_OK) == 0 }

    /// Opens the database and migrates its tables. A migration takes the server's lock, because a server may be using the tables.
    ///
    /// - Parameters:
    ///   - isLocked: whether the caller already holds the lock on the directory.
    ///   - report: receives a clause for each file whose group permissions were removed.
    func connect(
        _ settings: SQLiteSettings, isLocked: Bool, report: (String) -> Void
    ) throws(StoreError) -> DatabasePool {
        try prepare(report)
        return try StoreError.translating {
            let pool = try DatabasePool(path: path, configuration: Self.configuration(settings))
            // GRDB sets NORMAL when it opens a pool: a claim would survive a crash of the process, but not a power failure.
            try pool.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA synchronous = FULL")
            }
            let isUpToDate = { try pool.read(Migrations.all.hasCompletedMigrations) }
            let lock = try isLocked || isUpToDate() ? nil : lockForMigration(settings.busyTimeout, unless: isUpToDate)
            try Migrations.all.migrate(pool)
            lock?.release()
            return pool
        }
    }

    /// - Parameter isUpToDate: whether another process has migrated the tables meanwhile; then no lock is needed.
    private func lockForMigration(
        _ timeout: Duration, unless isUpToDate: () throws -> Bool
    ) throws -> DataDirectoryLock? {
        do throws(StoreError) {
            return try DataDirectoryLock(directory, timeout: timeout)
        } catch {
            guard case .inUse(_, let process) = error else { throw error }
            if try isUpToDate() { return nil }
            throw StoreError.unavailable(
                "the database must be migrated, but a server\(process.map { " (process \($0))" } ?? "") uses it, possibly of an earlier"
                    + " version. Stop it first, or start the server of this version")
        }
    }

    static func configuration(_ settings: SQLiteSettings) -> Configuration {
        var configuration = Configuration()
        configuration.label = "countersign"
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(Double(settings.busyTimeout.milliseconds) / 1000)
        // Look-ups have connections of their own.
        configuration.maximumReaderCount = 4
        configuration.prepareDatabase { db in
            guard !db.configuration.readonly else { return }
            // Only affects newly created databases.
            try db.execute(sql: "PRAGMA page_size = \(pageSize)")
        }
        return configuration
    }

    /// Creates the file before SQLite would create it readable by others, and checks the files beside it.
    ///
    /// An existing file is never opened here: closing it would release the locks that this process holds on it
    /// (https://www.sqlite.org/howtocorrupt.html §2.2). `fchmodat` follows no link and takes no lock. Nothing can change between
    /// this check and SQLite's access, because the directory is writable by its owner only.
    private func prepare(_ report: (String) -> Void) throws(StoreError) {
        let file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        if file >= 0 {
            FileRepair.chown(file, toOwnerOf: directory)
            close(file)
            DataDirectory.synchronize(directory)
        } else if errno != EEXIST {
            throw .unavailable("\(path): \(String(cString: strerror(errno)))")
        }
        for suffix in Self.suffixes {
            let path = path + suffix
            if let fault = FileRepair.checkAndRepair(.database, at: path, report: report) {
                throw .unsafeFile(fault)
            }
            if let facts = FileFacts(path: path, followsLinks: false), facts.mode.isOpenToOthers {
                fchmodat(AT_FDCWD, path, 0o600, AT_SYMLINK_NOFOLLOW)
            }
        }
    }

    /// The suffixes of the database itself, its log, the log's index, and the journal of other modes.
    static let suffixes = ["", "-wal", "-shm", "-journal"]
}
