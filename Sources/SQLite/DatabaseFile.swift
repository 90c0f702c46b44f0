import Files
import GRDB
import Store

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The database's file, readable and writable by its owner alone. SQLite gives its log the same mode.
struct DatabaseFile {
    /// Bytes of a page. Each page that a transaction changes is summed, logged and copied back as a whole.
    static let pageSize = 4096

    let directory: String
    let path: String

    init(in directory: String) {
        self.directory = directory
        path = directory + "/countersign.sqlite"
    }

    var exists: Bool { access(path, F_OK) == 0 }

    /// Opens the database, and brings its tables up to date: a server may be running on them, so this takes its lock.
    ///
    /// - Parameters:
    ///   - isLocked: whether the caller has the lock on the directory already.
    ///   - report: told, in a clause, of each file that a group's rights were taken away from.
    func open(
        _ settings: SQLiteSettings, isLocked: Bool, report: (String) -> Void
    ) throws(StoreError) -> DatabasePool {
        try prepare(report)
        do {
            let pool = try DatabasePool(path: path, configuration: Self.configuration(settings))
            // GRDB turns to NORMAL when it opens a pool: a claim would survive the process, and not a power cut.
            try pool.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA synchronous = FULL")
            }
            let isUpToDate = { try pool.read(Migrations.all.hasCompletedMigrations) }
            let lock = try isLocked || isUpToDate() ? nil : lockForMigration(settings.busyTimeout, unless: isUpToDate)
            try Migrations.all.migrate(pool)
            lock?.release()
            return pool
        } catch {
            throw StoreError(error)
        }
    }

    /// - Parameter isUpToDate: whether another process has done the work meanwhile; then no lock is needed.
    private func lockForMigration(
        _ patience: Duration, unless isUpToDate: () throws -> Bool
    ) throws -> DataDirectoryLock? {
        do throws(StoreError) {
            return try DataDirectoryLock(directory, patience: patience)
        } catch {
            guard case .inUse(_, let process) = error else { throw error }
            if try isUpToDate() { return nil }
            throw StoreError.unavailable(
                "the database has to be brought up to date, and a server\(process.map { " (process \($0))" } ?? "") uses it"
                    + " that may be of an earlier version. Stop it first, or start the server of this version")
        }
    }

    private static func configuration(_ settings: SQLiteSettings) -> Configuration {
        var configuration = Configuration()
        configuration.label = "countersign"
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(Double(settings.busyTimeout.milliseconds) / 1000)
        configuration.maximumReaderCount = 4
        configuration.prepareDatabase { db in
            guard !db.configuration.readonly else { return }
            // Has its effect on a database that does not exist yet.
            try db.execute(sql: "PRAGMA page_size = \(pageSize)")
        }
        return configuration
    }

    /// Makes the file before SQLite would make it readable by others, and looks at what SQLite keeps beside it.
    ///
    /// A file that is there is never opened here: closing it would let go of the locks this process holds on it
    /// (https://www.sqlite.org/howtocorrupt.html §2.2). `fchmodat` follows no link and takes no lock. Nothing can be changed between
    /// the look and SQLite's own: the directory has been found to be writable by its owner alone.
    private func prepare(_ report: (String) -> Void) throws(StoreError) {
        let file = Self.create(path)
        if file >= 0 {
            FileMending.give(file, toOwnerOf: directory)
            close(file)
            DataDirectory.synchronize(directory)
        } else if errno != EEXIST {
            throw .unavailable("\(path): \(String(cString: strerror(errno)))")
        }
        for suffix in Self.suffixes {
            let path = path + suffix
            if let fault = FileMending.settle(.database, at: path, report: report) {
                throw .unavailable(fault.phrase)
            }
            if let facts = FileFacts(path: path, followsLinks: false), facts.mode.isOpenToOthers {
                fchmodat(AT_FDCWD, path, 0o600, AT_SYMLINK_NOFOLLOW)
            }
        }
    }

    /// Behind the name of the database: itself, its log, the log's index, and the journal of other modes.
    static let suffixes = ["", "-wal", "-shm", "-journal"]

    private static func create(_ path: String) -> Int32 {
        #if canImport(Glibc)
        Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        #elseif canImport(Musl)
        Musl.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        #else
        Darwin.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        #endif
    }
}
