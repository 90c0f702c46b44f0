import Store

/// The settings of an SQLite store. The defaults are a server's.
package struct SQLiteSettings: Sendable {
    /// How long a write waits for another process to release the database.
    package var busyTimeout: Duration = .seconds(1)
    package var replay = ReplayLimits()
    /// The most claims, and the most writes of key sets, that may be queued; further ones are rejected.
    package var maximumPendingRows = 10_000
    /// The most audit entries kept, for callers who proved a key and unauthenticated callers each.
    package var auditCapacity = 500_000
    /// The most audit entries queued, for callers who proved a key and unauthenticated callers each; further ones are dropped.
    package var maximumPendingAuditEntries = 1024
    /// The interval of checks for changes to clients by other processes.
    package var clientWatchInterval: Duration = .milliseconds(200)

    package init() {}
}

/// The purpose of opening a store.
package enum StoreRole: Sendable {
    /// A server: takes the exclusive lock on the data directory and reads the used `jti`s into memory.
    case server
    /// Administration, possibly beside a running server: changes clients and keys, reads the audit log, and cannot claim a `jti`.
    case administration
}
