import GRDB
import SQL

/// The used `jti`s of one issuer. All issuers share one log.
struct SQLiteReplay: ReplayStore {
    private(set) var issuer = IssuerNumber.first
    private let pool: DatabasePool
    /// `nil` except in a server.
    let writer: ReplayLogWriter?
    /// `nil` except in a server.
    let claims: Batcher<Database, ReplayRecord, ReplayVerdict>?
    /// Held while claims are accepted, also by a caller that has let the store go.
    private let lock: DataDirectoryLock?

    /// - Parameter lock: that of a server, which reads the log into memory; `nil` for administration.
    init(
        _ pool: DatabasePool, _ lock: DataDirectoryLock?, _ settings: SQLiteSettings,
        clock: @escaping @Sendable () -> UnixTime
    ) throws(StoreError) {
        (self.pool, self.lock) = (pool, lock)
        writer = try StoreError.translating {
            guard lock != nil else { return nil }
            return try pool.writeWithoutTransaction { db in
                try ReplayLogWriter(db, limits: settings.replay, clock: clock)
            }
        }
        claims = writer.map { Batcher(capacity: settings.maximumPendingRows, writer: pool, transaction: $0.claim) }
    }

    func of(_ issuer: IssuerNumber) -> SQLiteReplay {
        var other = self
        other.issuer = issuer
        return other
    }

    /// Claims an assertion's `jti` (rule 24). Only a server can, because only it has the index of used `jti`s.
    func claim(_ claim: ReplayClaim) async throws(StoreUnavailable) -> ReplayVerdict {
        guard let claims else { throw StoreUnavailable("the store was opened for administration, not by a server") }
        do {
            return try await claims.write(ReplayRecord(claim, issuer: issuer))
        } catch {
            throw error.asUnavailable
        }
    }

    func facts() async throws(StoreError) -> ReplayLogFacts {
        try await StoreError.translatingAsync {
            try await pool.read { db in
                let bytes = try Int.fetchOne(
                    db, sql: "SELECT total(length(records)) FROM replay_batch WHERE number >= 0")
                return ReplayLogFacts(
                    claims: (bytes ?? 0) / ReplayRecord.length,
                    sweptUntil: try SQLiteReplayStorage(db: db).state().sweptUntil)
            }
        }
    }

    func isUsed(_ claim: ReplayClaim) async throws(StoreError) -> Bool? {
        guard let writer else { return nil }
        let record = ReplayRecord(claim, issuer: issuer)
        return try await StoreError.translatingAsync {
            try await pool.writeWithoutTransaction { db in writer.isUsed(db, record) }
        }
    }

    func sweepStep() async throws(StoreError) -> Bool {
        guard let writer else { return false }
        return try await StoreError.translatingAsync {
            try await pool.writeWithoutTransaction { db in try writer.sweepStep(db) }
        }
    }
}
