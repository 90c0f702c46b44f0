import Store

/// How an SQLite store behaves. The defaults are a server's.
package struct SQLiteSettings: Sendable {
    /// How long a write waits for another process to release the database.
    package var busyTimeout: Duration = .seconds(1)
    /// The bounds of the replay log.
    package var replay = ReplayLimits()
    /// How many claims, and how many writes of key sets, may wait to be written; further ones are rejected.
    package var maximumPendingRows = 10_000
    /// How many audit entries are kept of callers who proved a key, and as many again of callers who did not.
    package var auditCapacity = 10_000
    /// How many audit entries of callers who proved a key may wait to be written, and as many again of callers who did not; further
    /// ones are dropped.
    package var maximumPendingAuditEntries = 1024
    /// How often changes of clients by other processes are looked for.
    package var clientWatchInterval: Duration = .milliseconds(200)

    package init() {}
}

/// What a process opens a store for.
package enum StoreRole: Sendable {
    /// A server: takes the exclusive lock on the data directory and reads the used `jti`s into memory.
    case server
    /// Administration, possibly beside a running server: changes clients and keys, reads the audit log, and cannot claim a `jti`.
    case administration
}
