import GRDB
import SQL
import Synchronization

/// The database connections of one process, as one issuer and one actor use them. A class because all parts of a store share them.
final class SQLiteDatabase: SQLDatabase {
    let pool: DatabasePool
    private let lookUps: LookUpConnections
    let issuer: IssuerNumber
    let context: ChangeContext
    /// All must hold.
    private let conditions: [ChangeCondition]
    private let watchInterval: Duration
    /// Writes of all issuers, each of which keeps its answer for its caller.
    let shared: Batcher<Database, Database.Write, Void>
    private let watchers: ClientWatchers
    /// How long reads waited for a connection of the pool.
    private let readWaits: Histogram

    /// Shared by all issuers.
    private final class ClientWatchers: Sendable {
        let state = Mutex<(next: Int, notify: [Int: @Sendable () -> Void])>((0, [:]))
    }

    init(
        _ pool: DatabasePool, _ settings: SQLiteSettings, clock: @escaping @Sendable () -> UnixTime
    ) throws(StoreError) {
        self.pool = pool
        lookUps = try StoreError.translating {
            try LookUpConnections(path: pool.path, DatabaseFile.configuration(settings))
        }
        (issuer, context, conditions) = (.first, ChangeContext(clock: clock), [])
        watchers = ClientWatchers()
        readWaits = .ofWaits()
        watchInterval = settings.clientWatchInterval
        shared = Batcher(capacity: settings.maximumPendingRows, writer: pool) { db, writes in
            try db.inSharedTransaction(writes)
        }
    }

    /// Uses the same connections for another issuer or other changes, or under one more condition.
    init(
        _ other: SQLiteDatabase, issuer: IssuerNumber? = nil, context: ChangeContext? = nil,
        condition: ChangeCondition? = nil
    ) {
        self.issuer = issuer ?? other.issuer
        self.context = context ?? other.context
        conditions = other.conditions + (condition.map { [$0] } ?? [])
        (pool, lookUps, watchInterval) = (other.pool, other.lookUps, other.watchInterval)
        (shared, watchers, readWaits) = (other.shared, other.watchers, other.readWaits)
    }

    private func connection(_ db: Database) -> SQLiteConnection {
        SQLiteConnection(database: db, issuer: issuer, context: context)
    }

    private func checkConditions(_ connection: SQLiteConnection) throws {
        for condition in conditions { try condition.check(SQLRecords(db: connection)) }
    }

    private func meetConditions() {
        for condition in conditions { condition.meet() }
    }

    func read<Value: Sendable>(_ body: @escaping SQLTransaction<Value>) async throws(StoreError) -> Value {
        try await StoreError.translatingAsync {
            let begun = ContinuousClock.now
            return try await pool.read { [readWaits] db in
                readWaits.record(ContinuousClock.now - begun)
                return try body(self.connection(db))
            }
        }
    }

    func lookUp<Value>(_ body: (any SQLConnection) throws -> Value) throws(StoreError) -> Value {
        try StoreError.translating {
            try lookUps.read { db in try body(connection(db)) }
        }
    }

    func write<Value: Sendable>(_ body: @escaping SQLTransaction<Value>) async throws(StoreError) -> Value {
        try await StoreError.translatingAsync {
            let value = try await pool.write { db in
                let connection = self.connection(db)
                try self.checkConditions(connection)
                return try body(connection)
            }
            meetConditions()
            return value
        }
    }

    func writeBatched<Value: Sendable>(_ body: @escaping SQLTransaction<Value>) async throws(StoreError) -> Value {
        let answer = Mutex<Value?>(nil)
        try await shared.write { db in
            let connection = self.connection(db)
            try self.checkConditions(connection)
            let value = try body(connection)
            answer.withLock { $0 = value }
        }
        meetConditions()
        guard let value = answer.withLock({ $0 }) else { throw .unavailable("a batch was not answered") }
        return value
    }

    /// What waits for the connections.
    var usage: StoreUsage {
        var usage = StoreUsage()
        (usage.readWaits, usage.lookUpWaits) = (readWaits.snapshot, lookUps.waits.value)
        usage.waitingWrites = shared.pendingCount
        return usage
    }

    /// Closes the connections; a busy one when its work ends.
    func close() {
        // The last connection to close empties the log, and a look-up's may not write.
        lookUps.close()
        try? pool.close()
    }

    func notifyClientWatchers() {
        let notify = watchers.state.withLock { Array($0.notify.values) }
        for changed in notify { changed() }
    }

    func watchClients(
        revision: @Sendable () async throws(StoreError) -> Int64, _ changed: @escaping @Sendable () -> Void
    ) async {
        let number = watchers.state.withLock { watchers in
            watchers.next += 1
            watchers.notify[watchers.next] = changed
            return watchers.next
        }
        defer { _ = watchers.state.withLock { $0.notify.removeValue(forKey: number) } }
        // The revision is read before `changed` is called, so that a change between the two is not missed.
        var seen: Int64?
        var isFirst = true
        while !Task.isCancelled {
            // An unreadable revision counts as a different one: once it is readable, clients are read again.
            let current = try? await revision()
            if isFirst || current != seen { changed() }
            isFirst = false
            seen = current
            try? await Task.sleep(for: watchInterval)
        }
    }
}

extension Batcher where Connection == Database {
    /// - Parameter transaction: writes items in one durable transaction and answers in their order. Throws if nothing was written.
    convenience init(
        capacity: Int, writer: DatabasePool, transaction: @escaping @Sendable (Database, [Item]) throws -> [Outcome]
    ) {
        self.init(
            capacity: capacity, onWriter: { writer.asyncWriteWithoutTransaction($0) },
            transaction: { db, items throws(StoreError) in
                try StoreError.translating { try transaction(db, items) }
            })
    }
}
