/// An issuer of access tokens: signed JWTs (RFC 9068), or opaque tokens that only this server can read. Neither kind is stored.
struct AccessTokenIssuer: Sendable {
    /// `aud` of the tokens, the common name of the resource servers; RFC 9068 §3 requires one even if the request names no resource.
    let audience: String
    /// For clients without a lifetime of their own.
    let lifetime: Duration
    let claims: AccessTokenClaims
    let signer: AccessTokenSigner
    let opaqueTokens: OpaqueTokens

    struct Issued {
        /// In ASCII.
        let token: [UInt8]
        let lifetime: Duration
        let scope: Scope
    }

    /// - Parameter key: the key that verified the client's assertion.
    /// - Throws: `OAuthError` `temporarily_unavailable` if the token cannot be signed or sealed.
    func issue(
        to client: ClientRecord, provenWith key: ClientKey, _ grant: GrantType, scope: Scope, at now: UnixTime
    ) throws(OAuthError) -> Issued {
        // Also caps values written to the database by other means, because keys are not kept for longer.
        let lifetime = min(client.accessTokenLifetime ?? lifetime, ClientRecord.longestAccessTokenLifetime)
        switch client.accessTokenFormat {
        case .jwt:
            let payload = claims.payload(client: client.id, scope: scope, issuedAt: now, expiry: now + lifetime)
            return Issued(token: try signer.sign(payload), lifetime: lifetime, scope: scope)
        case .opaque:
            let token = OpaqueToken(
                id: OpaqueTokens.randomID(), client: client.id, keyThumbprint: key.thumbprintDigest, grant: grant,
                scope: scope, audience: audience, issuedAt: now, expiry: now + lifetime)
            guard let sealed = opaqueTokens.seal(token) else {
                throw OAuthError(.temporarilyUnavailable, "The server could not seal a token.")
            }
            return Issued(token: sealed, lifetime: lifetime, scope: scope)
        }
    }
}
