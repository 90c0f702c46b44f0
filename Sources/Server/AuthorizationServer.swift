import Countersign
import CountersignJOSE
import Store

/// One authorization server: its endpoints, put together over a store.
package struct AuthorizationServer<Engine: Store>: Sendable {
    /// Endpoints by path.
    package let endpoints: [String: any Endpoint]
    /// Endpoints that answer every path below a prefix.
    package let endpointsBelow: [(prefix: String, endpoint: any Endpoint)]
    /// Seals opaque tokens and opens them.
    package let opaqueTokens: OpaqueTokens

    private let registered: CachedClientDirectory
    private let keySets: RemoteKeySets
    private let documents: ClientMetadataDocuments?
    private let keyUses: KeyUseRecorder
    private let audit: RefusalAudit
    private let scopes: SupportedScopes
    private let certificates: CertificateWatch
    private let sealingKeys: SealingKeys
    private let store: Engine
    private let runtime: Runtime

    /// Puts a server together.
    ///
    /// - Parameters:
    ///   - keys: of the settings' algorithm.
    ///   - reader: reads key sets and client metadata documents from their URLs.
    package init(
        settings: ServerSettings, store: Engine, keys: ServerKeys, reader: any RemoteReader,
        _ runtime: Runtime
    ) {
        let urls = settings.urls
        let issuer = ExactString(urls.issuer)
        registered = CachedClientDirectory(
            store: store.clients, timeout: settings.clientCache.timeout, capacity: settings.clientCache.capacity,
            clock: runtime.clock)
        let acceptsClientURLs = settings.clientMetadata.isEnabled
        keySets = RemoteKeySets(
            store: store.keySets, reader: reader, settings: settings.keySets,
            permits: FetchPermits(.ofRegisteredClients(besideClientURLs: acceptsClientURLs)),
            runtime)
        documents =
            acceptsClientURLs
            ? ClientMetadataDocuments(store: store.provenClientURLs, reader: reader, settings, runtime) : nil
        audit = RefusalAudit(entries: store.audit, report: runtime.report)
        scopes = SupportedScopes(settings, store: store.clients)
        let clients = ClientResolver(registered: registered, keySets: keySets, documents: documents)
        keyUses = KeyUseRecorder(store: store.keyUses, report: runtime.report)
        certificates = CertificateWatch(
            store: store.clients, serverValidity: settings.policy.certificateValidity, runtime)
        opaqueTokens = OpaqueTokens(issuer: urls.issuer, keys: keys.sealing)
        let token = TokenEndpoint(
            authenticator: ClientAuthenticator(
                verifier: AssertionVerifier(policy: settings.policy, directory: clients, replayGuard: store),
                audit: audit, keyUses: keyUses, documents: documents,
                acceptsAssertions: settings.acceptsAssertions),
            tokens: AccessTokenIssuer(
                issuer: issuer, audience: ExactString(settings.accessTokens.audience),
                lifetime: settings.accessTokens.lifetime, signer: keys.signer, opaqueTokens: opaqueTokens),
            url: ExactString(urls.token), issuer: urls.issuer, runtime)
        let metadata = MetadataEndpoint(
            urls, acceptsAssertions: settings.acceptsAssertions,
            acceptsClientURLs: settings.acceptsAssertions && acceptsClientURLs, scopes: scopes)
        endpoints = [
            urls.path + "/oauth2/authorize": AuthorizationEndpoint(issuer: urls.issuer),
            urls.path + "/oauth2/token": token,
            urls.path + "/oauth2/jwks": KeySetEndpoint(keys.published),
            urls.openIDConfigurationPath: metadata,
            urls.authorizationServerMetadataPath: metadata,
            "/health/live": HealthEndpoint.live,
            "/health/ready": HealthEndpoint(
                problem: { await store.writeProblem() }, runtime),
        ]
        endpointsBelow = [(urls.path + ErrorPageEndpoint.prefix, ErrorPageEndpoint())]
        sealingKeys = keys.sealing
        self.store = store
        self.runtime = runtime
    }

    /// Works in the background until its task is cancelled: forgets clients that were changed elsewhere, reads key sets before they
    /// run out, notes which keys are used and which clients that are URLs have proved one, warns of certificates that run out, replaces the key of opaque tokens, clears away what has expired.
    package func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask {
                await store.clients.watch {
                    registered.invalidateAll()
                    scopes.invalidate()
                }
            }
            group.addTask { await keySets.run() }
            group.addTask { await keyUses.run() }
            if let documents { group.addTask { await documents.run() } }
            group.addTask { await certificates.run() }
            group.addTask { await sealingKeys.run(runtime) }
            group.addTask { await store.sweep { runtime.report(.expiredRowsNotRemoved($0)) } }
        }
    }
}
