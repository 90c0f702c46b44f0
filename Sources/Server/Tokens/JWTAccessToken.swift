/// A signer of JWT access tokens with one key. All tokens have the same header, which is encoded once.
package struct AccessTokenSigner: Sendable {
    let key: SigningKey
    let algorithm: SignatureAlgorithm
    private let encodedHeader: [UInt8]

    /// - Parameter keyID: the `kid` under which `/oauth2/jwks` publishes the public half.
    package init(key: SigningKey, algorithm: SignatureAlgorithm, keyID: ExactString) {
        self.key = key
        self.algorithm = algorithm
        let header: JSONObject = [
            "typ": .string("at+jwt"), "alg": .string(algorithm.name), "kid": .string(keyID),
        ]
        encodedHeader = Base64URL.encoded(header.rendered())
    }

    /// - Returns: the token in ASCII.
    func sign(_ payload: [UInt8]) throws(OAuthError) -> [UInt8] {
        do {
            return try CompactJWS.sign(encodedHeader: encodedHeader, payload: payload, key: key, algorithm: algorithm)
        } catch {
            throw OAuthError(.temporarilyUnavailable, "The server could not sign a token.")
        }
    }
}

/// A writer of the claims of one issuer's JWT access tokens (RFC 9068 §2.2).
struct AccessTokenClaims: Sendable {
    /// The claims shared by all tokens.
    private let common: JSONObjectWriter

    init(issuer: String, audience: String) {
        var common = JSONObjectWriter()
        common.member("iss", issuer)
        common.member("aud", audience)
        self.common = common
    }

    /// RFC 9068 §2.2: if no user is involved, `sub` is the client.
    func payload(client: ClientID, scope: Scope, issuedAt: UnixTime, expiry: UnixTime) -> [UInt8] {
        var claims = common
        claims.reserve(512)
        claims.member("sub", client.text)
        claims.member("client_id", client.text)
        claims.member("iat", issuedAt.seconds)
        claims.member("exp", expiry.seconds)
        claims.member("jti", utf8: Base64URL.encoded(RandomBytes.make(16)))
        if !scope.tokens.isEmpty { claims.member("scope", scope.description) }
        return claims.finished()
    }
}
