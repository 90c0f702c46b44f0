@_exported import Store

/// The statements of one transaction.
package typealias SQLTransaction<Value> = @Sendable (any SQLConnection) throws -> Value

/// A database that runs the statements of this module for one issuer.
package protocol SQLDatabase: Sendable {
    /// Reads in one snapshot.
    func read<Value: Sendable>(_ body: @escaping SQLTransaction<Value>) async throws(StoreError) -> Value

    /// Reads a few rows by an index with one statement, on the calling thread: switching to another one costs several times as much.
    func lookUp<Value>(_ body: (any SQLConnection) throws -> Value) throws(StoreError) -> Value

    /// Writes in one durable transaction.
    func write<Value: Sendable>(_ body: @escaping SQLTransaction<Value>) async throws(StoreError) -> Value

    /// Writes in one durable transaction, shared with other calls that arrive at the same time. One that throws does not fail the
    /// others; `body` may run again, after what it wrote was rolled back.
    func writeBatched<Value: Sendable>(_ body: @escaping SQLTransaction<Value>) async throws(StoreError) -> Value

    /// Notifies the watchers of this process that clients have changed.
    func notifyClientWatchers()

    /// Calls `changed` at the start, at each notification, and soon after the revision has changed.
    func watchClients(
        revision: @Sendable () async throws(StoreError) -> Int64, _ changed: @escaping @Sendable () -> Void) async
}

extension SQLDatabase {
    /// Reads the rows of one statement.
    func all<Value: Sendable>(
        _ sql: String, _ values: [any SQLConvertible] = [], row: @escaping @Sendable (inout SQLRow) throws -> Value
    ) async throws(StoreError) -> [Value] {
        try await read { db in try db.all(sql, values, row: row) }
    }

    /// Changes clients and notifies the watchers before the caller continues.
    func changeClients<Value: Sendable>(_ body: @escaping SQLTransaction<Value>) async throws(StoreError) -> Value {
        // Also after an error: one that follows the commit would otherwise leave outdated clients in caches.
        defer { notifyClientWatchers() }
        return try await write(body)
    }

    /// Writes items in several transactions, so that other writes are not delayed.
    func write<Item: Sendable>(
        _ items: [Item], perTransaction size: Int,
        _ body: @escaping @Sendable (any SQLConnection, ArraySlice<Item>) throws -> Void
    ) async throws(StoreError) {
        for start in stride(from: 0, to: items.count, by: size) {
            let step = items[start..<min(start + size, items.count)]
            try await write { db in try body(db, step) }
        }
    }
}

/// What the change log records with each change, beside the change itself.
package struct ChangeContext: Sendable {
    package var actor: Actor
    /// The change that is being undone.
    package var undoing: Int64?
    package let clock: @Sendable () -> UnixTime

    package init(actor: Actor = .unknown, undoing: Int64? = nil, clock: @escaping @Sendable () -> UnixTime) {
        (self.actor, self.undoing, self.clock) = (actor, undoing, clock)
    }
}

/// A connection within a transaction of one issuer. Statements use SQL common to SQLite and PostgreSQL. The engine prepares each
/// statement once per connection.
package protocol SQLConnection {
    var issuer: IssuerNumber { get }
    /// What the change log records with the changes of this transaction.
    var context: ChangeContext { get }

    /// Runs a statement and passes its rows to `body` until that returns `false`.
    ///
    /// - Parameter values: the parameters from `$2` on; the connection itself binds the issuer as `$1`.
    /// - Returns: how many rows were changed.
    @discardableResult
    func run(_ sql: String, _ values: [any SQLConvertible], _ body: (inout SQLRow) throws -> Bool) throws -> Int
}

extension SQLConnection {
    /// - Returns: how many rows were changed.
    @discardableResult
    func execute(_ sql: String, _ values: [any SQLConvertible]) throws -> Int {
        try run(sql, values) { _ in true }
    }

    /// Decodes every row.
    func all<Value>(
        _ sql: String, _ values: [any SQLConvertible], row: (inout SQLRow) throws -> Value
    ) throws -> [Value] {
        var found: [Value] = []
        try run(sql, values) {
            found.append(try row(&$0))
            return true
        }
        return found
    }

    /// Decodes the first row.
    func first<Value>(
        _ sql: String, _ values: [any SQLConvertible] = [], row: (inout SQLRow) throws -> Value
    ) throws -> Value? {
        var found: Value?
        try run(sql, values) {
            found = try row(&$0)
            return false
        }
        return found
    }
}
