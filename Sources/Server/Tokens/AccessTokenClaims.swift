/// The contents of an access token, whatever its format.
struct AccessTokenContents: Sendable {
    let client: ClientID
    /// The RFC 7638 thumbprint of the key that verified the client's assertion; `nil` for public clients.
    let keyThumbprint: [UInt8]?
    let grantType: GrantType
    let scope: Scope
    /// `aud`; never empty.
    let audiences: [String]
    /// The person's authorization; `nil` if the client acts for itself.
    let authorization: Authorization?

    /// The grant that a token comes from.
    struct Authorization: Sendable {
        /// `sub` of the person for this client.
        let subject: String
        let grantID: [UInt8]
        /// `auth_time`.
        let authenticatedAt: UnixTime
        /// `acr`.
        let contextClass: String?
    }
}

/// A writer of the claims of one issuer's JWT access tokens (RFC 9068 §2.2).
struct AccessTokenClaims: Sendable {
    /// The first claims of all tokens.
    private let common: JSONObjectWriter

    init(issuer: String) {
        var common = JSONObjectWriter()
        common.member("iss", issuer)
        self.common = common
    }

    /// RFC 9068 §2.2: if no user is involved, `sub` is the client.
    func payload(_ contents: AccessTokenContents, issuedAt: UnixTime, expiry: UnixTime) -> [UInt8] {
        var claims = common
        claims.reserve(512)
        claims.member("aud", oneOrMany: contents.audiences)
        claims.member("sub", contents.authorization?.subject ?? contents.client.text)
        claims.member("client_id", contents.client.text)
        claims.member("iat", issuedAt.seconds)
        claims.member("exp", expiry.seconds)
        claims.member("jti", utf8: AccessTokenID(of: contents.authorization?.grantID).encoded)
        if !contents.scope.tokens.isEmpty { claims.member("scope", contents.scope.description) }
        if let authorization = contents.authorization {
            claims.member("auth_time", authorization.authenticatedAt.seconds)
            if let contextClass = authorization.contextClass { claims.member("acr", contextClass) }
        }
        return claims.finished()
    }
}
