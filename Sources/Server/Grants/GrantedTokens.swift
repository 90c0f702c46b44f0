/// The access token and the ID token that a client gets from a grant in force.
struct GrantedTokens {
    let type: GrantType
    let grant: AuthorizationGrantRecord
    /// The granted scope, or what the client narrowed it to.
    let scope: Scope
    let target: TokenTarget
    /// For the ID token.
    let nonce: String?

    /// The error for a grant that is not in force.
    static let ended = OAuthError(
        .invalidGrant,
        "The grant has ended: the person, the operator or a misused token revoked it. Begin a new authorization request."
    )

    /// Returns what tokens are for: the resources asked for, or all of the grant.
    ///
    /// - Throws: `OAuthError` `invalid_target` for a resource outside the grant.
    static func target(
        _ requested: [String], of grant: AuthorizationGrantRecord, for client: ClientRecord, _ services: TokenServices
    ) async throws(OAuthError) -> TokenTarget {
        // Without registered resources, `resource` has no effect.
        let requested = try await services.resources.registered(requested, for: client).map(\.uri)
        if let other = requested.first(where: { !grant.resources.contains($0) }) {
            throw OAuthError(
                .invalidTarget,
                "resource: \(SentCredentials.quoted(other)) was not part of the authorization request.")
        }
        let target = try await services.resources.target(
            requested.isEmpty ? grant.resources : requested, for: client)
        // After the last resource was removed, a grant for it must not become one for the default audience.
        guard grant.resources.isEmpty || !target.audiences.isEmpty else {
            throw OAuthError(.invalidTarget, "The resources of the grant are no longer registered with this server.")
        }
        return target
    }

    /// Issues the tokens.
    func issue(
        to client: AuthenticatedClient, _ services: TokenServices, at now: UnixTime
    ) async throws(OAuthError) -> TokenResponse {
        // Scopes that the client has lost since are no longer issued.
        let scope = Scope(tokens: scope.tokens.filter { client.record.scopes.contains($0) || $0 == "offline_access" })
        let accessToken = try services.accessTokens.issue(
            to: client, type, grant, subject: services.idTokens.subject(of: grant.user, for: client.record),
            scope: target.limited(scope), for: target, at: now)
        guard scope.tokens.contains("openid") else { return TokenResponse(accessToken: accessToken) }
        let idToken = try services.idTokens.issue(
            to: client.record, grant, accessToken: accessToken.token, nonce: nonce,
            claims: try await claims(of: client, services), at: now)
        return TokenResponse(accessToken: accessToken, idToken: idToken)
    }

    /// The claims about the person that the client asked for in the ID token (OpenID Connect Core §5.5). Those of scopes go to UserInfo.
    private func claims(
        of client: AuthenticatedClient, _ services: TokenServices
    ) async throws(OAuthError) -> JSONObject {
        guard let text = grant.claimsRequest, let request = ClaimsRequest(parsing: text) else { return [:] }
        let allowed = StandardClaims.names(in: client.record.scopes)
        let names = request.idToken.filter(allowed.contains)
        guard !names.isEmpty else { return [:] }
        let user = try await services.runtime.storing { () async throws(StoreError) in
            try await services.users.user(grant.user)
        }
        guard let user, user.isEnabled else { throw Self.ended }
        return StandardClaims.claims(names, of: user)
    }
}
