/// What the grants issue tokens with.
///
/// A class, so that a request copies one reference.
final class TokenServices: Sendable {
    let accessTokens: AccessTokenIssuer
    let idTokens: IDTokens
    let grants: any AuthorizationGrantStore
    let users: any UserStore
    let clients: any ClientStore
    let resources: ResourceDirectory
    /// For clients without a lifetime of their own; counted from the grant.
    let refreshTokenLifetime: Duration
    let runtime: Runtime

    init(
        accessTokens: AccessTokenIssuer, idTokens: IDTokens, grants: any AuthorizationGrantStore,
        users: any UserStore, clients: any ClientStore, resources: ResourceDirectory, refreshTokenLifetime: Duration,
        _ runtime: Runtime
    ) {
        self.accessTokens = accessTokens
        self.idTokens = idTokens
        self.grants = grants
        self.users = users
        self.clients = clients
        self.resources = resources
        self.refreshTokenLifetime = refreshTokenLifetime
        self.runtime = runtime
    }
}
