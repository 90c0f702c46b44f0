/// The routes of the token, UserInfo, introspection, revocation and key set endpoints.
struct TokenRoutes {
    let urls: ServerURLs
    let authenticator: ClientAuthenticator
    let services: TokenServices
    let verifier: AccessTokenVerifier
    let keys: ServerKeys
    let store: any Store
    let registrationUses: RegistrationUses
    let runtime: Runtime

    var routes: [Route] {
        let issuer = urls.issuer
        let userInfo = UserInfoEndpoint(
            tokens: verifier, users: store.users, idTokens: services.idTokens, signer: keys.signer(for: .plain),
            issuer: issuer, audiences: [issuer, urls.userInfo, services.accessTokens.audience], runtime: runtime)
        let introspection = IntrospectionEndpoint(
            authenticator: authenticator, audiences: audiences(urls.introspection), tokens: verifier,
            grants: store.grants, idTokens: services.idTokens, signer: keys.signer(for: .introspection),
            issuer: issuer, runtime: runtime)
        let revocation = RevocationEndpoint(
            authenticator: authenticator, audiences: audiences(urls.revocation), tokens: verifier,
            grants: store.grants, revoked: store.revokedTokens, issuer: issuer, runtime: runtime)
        return CrossOrigin.routes(["POST"], urls.path + "/oauth2/token", token, isPrivate: true)
            + CrossOrigin.routes(["GET", "POST"], urls.path + "/oauth2/userinfo", userInfo, isPrivate: true)
            + CrossOrigin.routes(["POST"], urls.path + "/oauth2/revoke", revocation, isPrivate: true)
            + CrossOrigin.routes(
                Route.read, urls.path + "/oauth2/jwks", KeySetEndpoint(keys.ring), isPrivate: false)
            + [Route(["POST"], urls.path + "/oauth2/introspect", introspection)]
    }

    private var token: TokenEndpoint {
        TokenEndpoint(
            authenticator: authenticator, services: services, issuer: urls.issuer, audiences: audiences(),
            registrationUses: registrationUses, runtime: runtime)
    }

    /// The audiences of an assertion at one endpoint: its own URL is accepted beside that of the token endpoint.
    private func audiences(_ endpoint: String? = nil) -> AcceptedAudiences {
        AcceptedAudiences(issuer: urls.issuer, endpoints: [urls.token] + [endpoint].compactMap(\.self))
    }
}
