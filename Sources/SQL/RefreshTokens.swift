extension SQLAuthorizationGrants {
    func refreshToken(
        _ token: GrantSecretDigest
    ) async throws(StoreError) -> (token: RefreshTokenRecord, grant: AuthorizationGrantRecord)? {
        try database.lookUp { db in try Self.refreshToken(token, db) }
    }

    private static func refreshToken(
        _ token: GrantSecretDigest, _ db: any SQLConnection
    ) throws -> (token: RefreshTokenRecord, grant: AuthorizationGrantRecord)? {
        try db.first(byRefreshToken, [token.grant, token.digest]) {
            (token: try RefreshTokenRecord(&$0), grant: try AuthorizationGrantRecord(&$0))
        }
    }

    static let byRefreshToken = """
        SELECT \(RefreshTokenRecord.columns.names(of: "token")), \(AuthorizationGrantRecord.columns.names(of: "owner"))
        FROM refresh_token AS token JOIN authorization_grant AS owner ON owner.issuer = $1 AND owner.id = $2
        WHERE token.issuer = $1 AND token.grant_id = $2 AND token.digest = $3
        """

    static func insert(_ token: RefreshTokenRecord, of grant: [UInt8], _ db: any SQLConnection) throws {
        let columns = ColumnList(RefreshTokenRecord.columns.columns + ["grant_id"])
        try db.execute("INSERT INTO refresh_token \(columns.values)", token.sqlValues + [grant])
    }

    func rotate(
        _ token: GrantSecretDigest, to successor: RefreshTokenRecord, sealedSuccessor: [UInt8], at now: UnixTime
    ) async throws(StoreError) -> Rotation {
        try await database.writeBatched { db in
            if try db.execute(Self.rotation, [token.grant, token.digest, now, sealedSuccessor]) == 1 {
                try Self.insert(successor, of: token.grant, db)
                return .rotated
            }
            guard let (token, grant) = try Self.refreshToken(token, db), grant.revokedAt == nil else { return .ended }
            return .replacedBefore(token)
        }
    }

    /// One statement, so that nothing changes between the check and the write.
    static let rotation = """
        UPDATE refresh_token SET replaced_at = $4, sealed_successor = $5
        WHERE issuer = $1 AND grant_id = $2 AND digest = $3 AND replaced_at IS NULL AND EXISTS
            (SELECT 1 FROM authorization_grant WHERE issuer = $1 AND id = $2 AND revoked_at IS NULL)
        """
}

extension RefreshTokenRecord {
    /// The columns in the order of `sqlValues` and of decoding.
    static let columns = ColumnList(["digest", "expires_at", "replaced_at", "sealed_successor"])

    var sqlValues: [any SQLConvertible] { [digest, expiresAt, replacedAt, sealedSuccessor] }

    init(_ row: inout SQLRow) throws {
        row.subject = "a refresh token"
        self.init(
            digest: try row.next(), expiresAt: try row.next(), replacedAt: try row.next(),
            sealedSuccessor: try row.next())
    }
}
