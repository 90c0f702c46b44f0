import Countersign
import CountersignStore
import GRDB

/// Writes access tokens within a transaction that has the write lock.
struct AccessTokenRows {
    private let db: Database
    private var slice: TimeSlice
    private let insertion: RawStatement

    init(_ db: Database, at now: UnixTime, sliceLength: Duration) throws {
        self.db = db
        slice = try TimeSlice.current(.accessToken, db, at: now, length: sliceLength).slice
        insertion = try RawStatement(
            db,
            """
            INSERT OR IGNORE INTO access_token (slice, digest, client, scope, audience, issued_at, expires_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            """)
    }

    mutating func insert(_ token: AccessTokenRecord) throws -> Result<Void, StoreError> {
        var client = token.clientID.text
        var scope = token.scope.joined(separator: " ")
        var audience = token.audience
        insertion.bind(slice.number, at: 1)
        insertion.bind(token.issuedAt.milliseconds, at: 6)
        insertion.bind(token.expiresAt.milliseconds, at: 7)
        let inserted = try token.digest.withUnsafeBytes { digest in
            try client.withUTF8 { client in
                try scope.withUTF8 { scope in
                    try audience.withUTF8 { audience in
                        insertion.bind(digest, at: 2)
                        insertion.bind(text: client, at: 3)
                        insertion.bind(text: scope, at: 4)
                        insertion.bind(text: audience, at: 5)
                        return try insertion.run()
                    }
                }
            }
        }
        guard inserted == 1 else { return .failure(.conflict("An access token of that digest")) }
        try slice.keep(until: token.expiresAt, db)
        return .success(())
    }
}
