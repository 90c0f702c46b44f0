/// The grant `client_credentials` (RFC 6749 §4.4): the client gets a token for itself.
struct ClientCredentialsGrant: Grant {
    private let requested: Scope?
    private let resources: [String]

    init(_ form: Form) throws(OAuthError) {
        requested = try Scope.requested(in: form)
        resources = try ResourceDirectory.requested(in: form)
    }

    func tokens(
        for client: AuthenticatedClient, from services: TokenServices, at now: UnixTime
    ) async throws(OAuthError) -> TokenResponse {
        let target = resources.isEmpty ? .default : try await services.resources.target(resources, for: client.record)
        let granted = try Scope.granted(requested: requested, registered: client.record.scopes)
        let scope = target.limited(granted)
        guard !scope.tokens.isEmpty || requested == nil || granted.tokens.isEmpty else {
            throw OAuthError(
                .invalidScope,
                "scope: the resource knows none of the requested scopes.\(AdminScope.hint(about: granted.tokens))")
        }
        return TokenResponse(
            accessToken: try services.accessTokens.issue(
                to: client, .clientCredentials, scope: scope, for: target, at: now))
    }
}
