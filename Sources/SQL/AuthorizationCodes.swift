/// A code lies in the row of its grant.
extension SQLAuthorizationGrants {
    func add(_ grant: AuthorizationGrantRecord, code: AuthorizationCodeRecord) async throws(StoreError) {
        let isAdded = try await database.writeBatched { db in
            try db.execute(
                """
                INSERT INTO authorization_grant \(Self.columns.selected)
                WHERE EXISTS (SELECT 1 FROM person WHERE issuer = $1 AND id = $3 AND is_enabled = 1)
                    AND EXISTS (SELECT 1 FROM session WHERE issuer = $1 AND id = $7 AND person = $3)
                ON CONFLICT (issuer, id) DO NOTHING
                """, grant.sqlValues + code.sqlValues + [code.expiresAt + Self.codeMemory]) == 1
        }
        guard isAdded else { throw .notFound("The person '\(grant.user)' with the session of the authorization grant") }
    }

    private static let columns = ColumnList(
        AuthorizationGrantRecord.columns.columns + AuthorizationCodeRecord.columns.columns + ["check_after"])

    func code(
        _ code: GrantSecretDigest
    ) async throws(StoreError) -> (code: AuthorizationCodeRecord, grant: AuthorizationGrantRecord)? {
        try database.lookUp { db in
            try db.first(Self.byCode, [code.grant, code.digest]) {
                let grant = try AuthorizationGrantRecord(&$0)
                return (code: try AuthorizationCodeRecord(&$0), grant: grant)
            }
        }
    }

    static let byCode = """
        SELECT \(AuthorizationGrantRecord.columns.names), \(AuthorizationCodeRecord.columns.names)
        FROM authorization_grant WHERE issuer = $1 AND id = $2 AND code_digest = $3
        """

    func redeem(
        _ code: GrantSecretDigest, keyThumbprint: [UInt8]?, accessExpiry: UnixTime?, refreshToken: RefreshTokenRecord?,
        at now: UnixTime
    ) async throws(StoreError) -> CodeRedemption {
        // With a refresh token, more access tokens follow.
        let lastExpiry = refreshToken == nil ? accessExpiry : nil
        return try await database.writeBatched { db in
            let values: [any SQLConvertible] = [code.grant, code.digest, now, keyThumbprint, lastExpiry]
            if try db.execute(Self.redemption, values) == 1 {
                if let refreshToken { try Self.insert(refreshToken, of: code.grant, db) }
                return .redeemed
            }
            let isUsed = try db.execute(Self.secondUse, [code.grant, code.digest, now]) == 1
            return isUsed ? .redeemedBefore : .ended
        }
    }

    /// One statement, so that nothing changes between the check and the write.
    static let redemption = """
        UPDATE authorization_grant SET code_used_at = $4, key_thumbprint = $5, access_expires_at = $6
        WHERE issuer = $1 AND id = $2 AND code_digest = $3 AND code_used_at IS NULL AND revoked_at IS NULL
        """

    static let secondUse = """
        UPDATE authorization_grant SET revoked_at = coalesce(revoked_at, $4)
        WHERE issuer = $1 AND id = $2 AND code_digest = $3 AND code_used_at IS NOT NULL
        """
}

extension AuthorizationCodeRecord {
    /// The columns in the order of `sqlValues` and of decoding.
    static let columns = ColumnList([
        "code_digest", "redirect_uri", "has_redirect_uri", "challenge", "code_expires_at",
    ])

    var sqlValues: [any SQLConvertible] { [digest, Array(redirectURI.utf8), hasRedirectURI, challenge, expiresAt] }

    init(_ row: inout SQLRow) throws {
        row.subject = "an authorization code"
        self.init(
            digest: try row.next(), redirectURI: try row.nextFreeText() ?? "", hasRedirectURI: try row.next(),
            challenge: try row.next(), expiresAt: try row.next())
    }
}
