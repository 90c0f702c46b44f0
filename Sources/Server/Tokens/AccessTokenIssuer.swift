/// An issuer of access tokens: signed JWTs (RFC 9068), or opaque tokens that only this server can read. Neither kind is stored.
struct AccessTokenIssuer: Sendable {
    /// `aud` of tokens for no particular resource; RFC 9068 §3 requires one.
    let audience: String
    /// The lifetime for clients without one of their own.
    let lifetime: Duration
    let claims: AccessTokenClaims
    let signer: JWTSigner
    let algorithm: SignatureAlgorithm
    let opaqueTokens: OpaqueTokens

    /// An access token and what the response says about it.
    struct Issued: Sendable {
        /// In ASCII.
        let token: [UInt8]
        let lifetime: Duration
        let scope: Scope
    }

    /// Issues a token to a client for itself.
    ///
    /// - Throws: `OAuthError` `temporarily_unavailable` if the token cannot be signed or sealed.
    func issue(
        to client: AuthenticatedClient, _ grantType: GrantType, scope: Scope, for target: TokenTarget = .default,
        at now: UnixTime
    ) throws(OAuthError) -> Issued {
        try issue(
            contents(client, grantType, scope, target, nil), to: client.record,
            lifetime: target.lifetime ?? client.record.accessTokenLifetime, target.format, at: now)
    }

    /// Issues a token that a person has allowed.
    ///
    /// - Parameter subject: `sub` of the person for this client.
    /// - Throws: `OAuthError` `temporarily_unavailable` if the token cannot be signed or sealed.
    func issue(
        to client: AuthenticatedClient, _ grantType: GrantType, _ grant: AuthorizationGrantRecord, subject: String,
        scope: Scope, for target: TokenTarget, at now: UnixTime
    ) throws(OAuthError) -> Issued {
        let authorization = AccessTokenContents.Authorization(
            subject: subject, grantID: grant.id, authenticatedAt: grant.authenticatedAt,
            contextClass: grant.contextClass)
        let ownLifetime = client.record.signIn.userAccessTokenLifetime ?? client.record.accessTokenLifetime
        return try issue(
            contents(client, grantType, scope, target, authorization), to: client.record,
            lifetime: target.lifetime ?? ownLifetime, target.format, at: now)
    }

    private func contents(
        _ client: AuthenticatedClient, _ grantType: GrantType, _ scope: Scope, _ target: TokenTarget,
        _ authorization: AccessTokenContents.Authorization?
    ) -> AccessTokenContents {
        AccessTokenContents(
            client: client.record.id, keyThumbprint: client.keyThumbprint, grantType: grantType, scope: scope,
            audiences: target.audiences.isEmpty ? defaultAudiences(of: client.record) : target.audiences,
            authorization: authorization)
    }

    private func defaultAudiences(of client: ClientRecord) -> [String] {
        let further = client.signIn.audiences
        return further.isEmpty ? [audience] : [audience] + further.filter { $0 != audience }
    }

    private func issue(
        _ contents: AccessTokenContents, to client: ClientRecord, lifetime: Duration?, _ format: AccessTokenFormat?,
        at now: UnixTime
    ) throws(OAuthError) -> Issued {
        // Also caps values written to the database by other means, because keys are not kept for longer.
        let lifetime = min(lifetime ?? self.lifetime, ClientRecord.longestAccessTokenLifetime)
        switch format ?? client.accessTokenFormat {
        case .jwt:
            let payload = claims.payload(contents, issuedAt: now, expiry: now + lifetime)
            return Issued(
                token: try signer.sign(payload, with: algorithm), lifetime: lifetime, scope: contents.scope)
        case .opaque:
            let token = OpaqueToken(
                id: OpaqueTokens.randomID(), contents, issuedAt: now, expiry: now + lifetime)
            guard let sealed = opaqueTokens.seal(token) else {
                throw OAuthError(.temporarilyUnavailable, "The server could not seal a token.")
            }
            return Issued(token: sealed, lifetime: lifetime, scope: contents.scope)
        }
    }
}
