/// The grant `refresh_token` (RFC 6749 §6, OpenID Connect Core §12): the client gets new tokens of a grant.
struct RefreshTokenGrant: Grant {
    /// How long a client that authenticates may repeat a rotation whose answer was lost.
    static let repetitionLimit: Duration = .seconds(60)

    private let token: String
    private let requested: Scope?
    private let resources: [String]

    init(_ form: Form) throws(OAuthError) {
        guard let token = form.text("refresh_token") else {
            throw OAuthError(.invalidRequest, "The parameter refresh_token is missing.")
        }
        self.token = token
        requested = try Scope.requested(in: form)
        resources = try ResourceDirectory.requested(in: form)
    }

    /// Makes the first refresh token of a grant; `nil` if the client is not registered for refresh tokens.
    static func first(
        of grant: AuthorizationGrantRecord, for client: ClientRecord, _ services: TokenServices
    ) -> (text: String, record: RefreshTokenRecord)? {
        guard client.grants.contains(.refreshToken) else { return nil }
        let secret = GrantSecret.generate(.refreshToken, of: grant.id)
        let expiry = grant.createdAt + (client.signIn.refreshTokenLifetime ?? services.refreshTokenLifetime)
        return (secret.text, RefreshTokenRecord(digest: secret.digest.digest, expiresAt: expiry))
    }

    func tokens(
        for client: AuthenticatedClient, from services: TokenServices, at now: UnixTime
    ) async throws(OAuthError) -> TokenResponse {
        guard let secret = GrantSecret(token, .refreshToken),
            let (record, grant) = try await services.runtime.storing({ () async throws(StoreError) in
                try await services.grants.refreshToken(secret.digest)
            })
        else {
            throw OAuthError(
                .invalidGrant,
                "The refresh token is not one of this server, or it expired long ago. Begin a new authorization request."
            )
        }
        guard grant.client == client.record.id else {
            throw OAuthError(.invalidGrant, "The refresh token was issued to another client.")
        }
        guard grant.revokedAt == nil else { throw GrantedTokens.ended }
        guard now < record.expiresAt else {
            throw OAuthError(.invalidGrant, "The refresh token has expired. Begin a new authorization request.")
        }
        let rotation = TokenRotation(token, record, grant, client, services)
        try await rotation.checkReuse(at: now)
        // All of this before the rotation, because a request that fails must not use the token up.
        let scope = try narrowed(grant)
        let target = try await GrantedTokens.target(resources, of: grant, for: client.record, services)
        var response = try await GrantedTokens(
            type: .refreshToken, grant: grant, scope: scope, target: target, nonce: nil
        ).issue(to: client, services, at: now)
        response.refreshToken = try await rotation.successor(at: now)
        return response
    }

    /// RFC 6749 §6: the requested scope must not exceed what was granted.
    private func narrowed(_ grant: AuthorizationGrantRecord) throws(OAuthError) -> Scope {
        guard let requested, !requested.tokens.isEmpty else { return Scope(tokens: grant.scopes) }
        let refused = requested.tokens.filter { !grant.scopes.contains($0) }
        guard refused.isEmpty else {
            throw OAuthError(
                .invalidScope,
                "scope: not granted by the person: \(refused.prefix(8).map(SentCredentials.quoted).joined(separator: ", ")). "
                    + "Leave scope out, or begin a new authorization request.")
        }
        return requested
    }
}
