import Countersign
import CountersignStore
import GRDB

/// One transaction of claims and access tokens.
///
/// It begins with the database's write lock, so that what it reads of the slices stays true until it ends, whoever else has the
/// database open.
struct HotRowTransaction: Sendable {
    let settings: SQLiteSettings
    let clock: @Sendable () -> UnixTime

    func write(_ db: Database, _ rows: [HotRow]) throws -> [Result<HotRowAnswer, StoreError>] {
        try db.immediately {
            let now = clock()
            // Statements are looked up once a batch; rows only bind and step.
            var claims: JTIClaims?
            var tokens: AccessTokenRows?
            return try rows.map { row in
                switch row {
                case .claim(let claim):
                    if claims == nil {
                        claims = try JTIClaims(db, at: now, sliceLength: settings.usedJTISliceLength)
                    }
                    return try claims?.claim(claim).map { .claimed($0) } ?? Self.unreachable
                case .accessToken(let token):
                    if tokens == nil {
                        tokens = try AccessTokenRows(db, at: now, sliceLength: settings.accessTokenSliceLength)
                    }
                    return try tokens?.insert(token).map { .saved } ?? Self.unreachable
                }
            }
        }
    }

    private static var unreachable: Result<HotRowAnswer, StoreError> { .failure(.unavailable("no statement")) }
}

extension Database {
    /// Runs `body` in a transaction that has the write lock from its beginning, and commits it: all of it is durable, or nothing
    /// was done.
    ///
    /// GRDB's own transactions compile their statements each time; on the hot path that is a good part of a small batch.
    func immediately<Value>(_ body: () throws -> Value) throws -> Value {
        try RawStatement(self, "BEGIN IMMEDIATE").run()
        do {
            let value = try body()
            try RawStatement(self, "COMMIT").run()
            return value
        } catch {
            // SQLite has rolled back already after some errors.
            if isInsideTransaction { try RawStatement(self, "ROLLBACK").run() }
            throw error
        }
    }
}
