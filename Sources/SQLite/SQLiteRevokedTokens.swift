import SQL
import Synchronization

/// The revoked access tokens of one issuer, kept in memory as well: every use of a token asks for them, and the one server that has the
/// store open writes all of them.
///
/// A class because all requests share it.
final class SQLiteRevokedTokens: RevokedTokenStore {
    /// The most tokens kept in memory, at about 100 bytes each. With more, the database is asked.
    static let standardCapacity = 100_000

    private struct State {
        /// Until when each token would be valid. Incomplete until all were read.
        var tokens: [[UInt8]: UnixTime] = [:]
        var isComplete = false
        /// Whether there are more than fit.
        var isFull = false
        /// Whether one caller is reading all; the others ask the database meanwhile.
        var isBeingRead = false
        /// Changes when tokens are dropped, so that an older reading does not count as complete.
        var generation = 0

        mutating func insert(_ id: [UInt8], _ expiry: UnixTime, capacity: Int) {
            guard !isFull else { return }
            tokens[id] = max(expiry, tokens[id] ?? expiry)
            if tokens.count > capacity { dropAll() }
        }

        mutating func dropAll() {
            (tokens, isComplete, isFull) = ([:], false, true)
            generation += 1
        }
    }

    /// One for each issuer, whichever store of the issuer is asked.
    final class ByIssuer: Sendable {
        private let known = Mutex<[IssuerNumber: SQLiteRevokedTokens]>([:])

        func tokens(of database: SQLiteDatabase) -> SQLiteRevokedTokens {
            known.withLock { known in
                if let tokens = known[database.issuer] { return tokens }
                let tokens = SQLiteRevokedTokens(SQLRevokedTokens(database: database))
                known[database.issuer] = tokens
                return tokens
            }
        }
    }

    private let stored: SQLRevokedTokens
    private let capacity: Int
    private let state = Mutex(State())

    init(_ stored: SQLRevokedTokens, capacity: Int = standardCapacity) {
        self.stored = stored
        self.capacity = capacity
    }

    func revoke(_ id: [UInt8], until expiry: UnixTime) async throws(StoreError) {
        try await stored.revoke(id, until: expiry)
        // Also before all were read: the reader's snapshot may be older.
        state.withLock { $0.insert(id, expiry, capacity: capacity) }
    }

    func isRevoked(_ id: [UInt8]) async throws(StoreError) -> Bool {
        let (answer, generation) = state.withLock { state -> (Bool?, Int?) in
            guard !state.isComplete else { return (state.tokens[id] != nil, nil) }
            guard !state.isFull, !state.isBeingRead else { return (nil, nil) }
            state.isBeingRead = true
            return (nil, state.generation)
        }
        if let answer { return answer }
        if let generation { try await read(generation) }
        return try await stored.isRevoked(id)
    }

    private func read(_ generation: Int) async throws(StoreError) {
        defer { state.withLock { $0.isBeingRead = false } }
        let tokens = try await stored.tokens(limit: capacity + 1)
        state.withLock { state in
            guard state.generation == generation, !state.isFull else { return }
            for (id, expiry) in tokens { state.insert(id, expiry, capacity: capacity) }
            state.isComplete = !state.isFull
        }
    }

    func sweepStep(at now: UnixTime) async throws(StoreError) -> Bool {
        if try await stored.sweepStep(at: now) { return true }
        // Once, when nothing is left to remove.
        let isFull = state.withLock { state in
            state.tokens = state.tokens.filter { now < $0.value }
            return state.isFull
        }
        // Not at the first that fits again, or the next revocations would fill it at once.
        if isFull, try await stored.tokens(limit: capacity / 2 + 1).count <= capacity / 2 {
            state.withLock { $0.isFull = false }
        }
        return false
    }
}
