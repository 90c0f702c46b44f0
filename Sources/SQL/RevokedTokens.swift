/// The revoked access tokens of one issuer.
package struct SQLRevokedTokens: RevokedTokenStore {
    /// The number of rows that one step of a sweep removes.
    static let sweepStep = 200
    private static let lengths = 16...64

    private let database: any SQLDatabase

    package init(database: any SQLDatabase) {
        self.database = database
    }

    package func revoke(_ id: [UInt8], until expiry: UnixTime) async throws(StoreError) {
        guard Self.lengths.contains(id.count) else {
            throw .invalid("The identifier of a token must have 16 to 64 bytes, not \(id.count)")
        }
        _ = try await database.writeBatched { db in
            try db.execute(
                """
                INSERT INTO revoked_token (issuer, id, expires_at) VALUES ($1, $2, $3)
                ON CONFLICT (issuer, id) DO UPDATE SET expires_at = excluded.expires_at
                WHERE excluded.expires_at > revoked_token.expires_at
                """, [id, expiry])
        }
    }

    package func isRevoked(_ id: [UInt8]) async throws(StoreError) -> Bool {
        guard Self.lengths.contains(id.count) else { return false }
        return try database.lookUp { db in
            try db.first(Self.byID, [id]) { try $0.next(UnixTime.self) } != nil
        }
    }

    /// Returns the tokens with the times until when they would be valid.
    package func tokens(limit: Int) async throws(StoreError) -> [(id: [UInt8], expiry: UnixTime)] {
        try await database.all("SELECT id, expires_at FROM revoked_token WHERE issuer = $1 LIMIT $2", [limit]) {
            (id: try $0.next(), expiry: try $0.next())
        }
    }

    static let byID = "SELECT expires_at FROM revoked_token WHERE issuer = $1 AND id = $2"

    /// The tokens are searched without the write lock. One found may have been revoked until later meanwhile, so it is checked again.
    package func sweepStep(at now: UnixTime) async throws(StoreError) -> Bool {
        let ids = try await database.all(Self.expired, [now, Self.sweepStep]) { try $0.next([UInt8].self) }
        guard !ids.isEmpty else { return false }
        try await database.write { db in
            for id in ids {
                try db.execute(
                    "DELETE FROM revoked_token WHERE issuer = $1 AND id = $2 AND expires_at <= $3", [id, now])
            }
        }
        return true
    }

    static let expired = "SELECT id FROM revoked_token WHERE issuer = $1 AND expires_at <= $2 LIMIT $3"
}
