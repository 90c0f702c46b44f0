import Store

/// How an SQLite store behaves. The defaults are a server's.
package struct SQLiteSettings: Sendable {
    /// How long a write waits for another process to let go of the database.
    package var busyTimeout: Duration = .seconds(1)
    /// What bounds the log of used `jti`s.
    package var replay = ReplayLimits()
    /// How many claims, and how many writes of key sets, may wait to be written; further ones are turned away.
    package var maximumPendingRows = 10_000
    /// How many audit entries are kept of callers who proved a key, and as many again of callers who did not.
    package var auditCapacity = 10_000
    /// How many audit entries of callers who proved a key may wait to be written, and as many again of callers who did not; further
    /// ones are dropped.
    package var maximumPendingAuditEntries = 1024
    /// How often changes of clients by other processes are looked for.
    package var clientWatchInterval: Duration = .milliseconds(200)

    /// A server's settings.
    package init() {}
}
