import Countersign
import CountersignJOSE
import CountersignStore

/// One authorization server: its endpoints, put together over a store.
public struct AuthorizationServer<Engine: Store>: Sendable {
    /// Endpoints by path.
    public let endpoints: [String: any Endpoint]
    /// Endpoints that answer every path below a prefix.
    public let endpointsBelow: [(prefix: String, endpoint: any Endpoint)]
    /// The clients in memory.
    public let clients: CachedClientDirectory

    private let store: Engine
    private let report: @Sendable (ServerEvent) -> Void

    /// Puts a server together.
    ///
    /// - Parameters:
    ///   - keys: of the settings' algorithm.
    ///   - clock: tells the time of each request.
    ///   - report: writes into the server's log.
    public init(
        settings: ServerSettings, store: Engine, keys: ServerKeys, clock: @escaping @Sendable () -> UnixTime,
        report: @escaping @Sendable (ServerEvent) -> Void
    ) {
        let urls = settings.urls
        let issuer = ExactString(urls.issuer)
        clients = CachedClientDirectory(
            store: store, timeout: settings.clientCache.timeout, capacity: settings.clientCache.capacity, clock: clock)
        let token = TokenEndpoint(
            authenticator: ClientAuthenticator(
                verifier: AssertionVerifier(policy: settings.policy, directory: clients, replayGuard: store),
                audit: RefusalAudit(entries: store, report: report), acceptsAssertions: settings.acceptsAssertions),
            clients: clients,
            tokens: AccessTokenIssuer(
                issuer: issuer, audience: ExactString(settings.accessTokens.audience),
                lifetime: settings.accessTokens.lifetime, signer: keys.signer, opaqueTokens: store),
            url: ExactString(urls.token), issuer: urls.issuer, clock: clock)
        let metadata = MetadataEndpoint(urls)
        endpoints = [
            urls.path + "/oauth2/token": token,
            urls.path + "/oauth2/jwks": KeySetEndpoint(keys.published),
            urls.openIDConfigurationPath: metadata,
            urls.authorizationServerMetadataPath: metadata,
            "/health/live": HealthEndpoint.live,
            "/health/ready": HealthEndpoint(obstacle: { await store.obstacle() }, report: report),
        ]
        endpointsBelow = [(urls.path + ErrorPageEndpoint.prefix, ErrorPageEndpoint())]
        self.store = store
        self.report = report
    }

    /// Works in the background until its task is cancelled: forgets clients that were changed elsewhere, clears away what has expired.
    public func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await store.watchClients { clients.invalidateAll() } }
            group.addTask { await store.sweep { report(.trouble($0)) } }
        }
    }
}
