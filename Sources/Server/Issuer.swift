@_exported import Store

/// One authorization server, assembled over a store: its routes and its background work.
package struct Issuer: Sendable {
    package let routes: Routes
    /// Whether the process runs and can do its work; also part of `routes`.
    package let healthRoutes: [Route]
    package let opaqueTokens: OpaqueTokens
    /// Verifies access tokens of this server.
    package let accessTokens: AccessTokenVerifier
    package let sessions: Sessions
    private let backgroundWork: [@Sendable () async -> Void]

    /// - Parameters:
    ///   - keys: must match the algorithm in the settings.
    ///   - reader: reads documents of clients.
    ///   - poster: sends logout tokens to clients.
    ///   - renderer: renders the pages that people see.
    ///   - builtInClient: the client that is part of this server.
    package init(
        _ urls: ServerURLs, _ settings: ServerSettings, store: any Store, keys: ServerKeys, reader: any RemoteReader,
        poster: any FormPoster, pages renderer: any PageRenderer, builtInClient: BuiltInClient? = nil,
        _ runtime: Runtime
    ) {
        let store = store.acting(as: .server)
        let reader = ReportingReader(reader: reader, runtime: runtime)
        let acceptsClientURLs = settings.clientMetadata.isEnabled
        let registered = CachedClientDirectory(
            store: store.clients, timeout: settings.clientCache.timeout, capacity: settings.clientCache.capacity,
            clock: runtime.clock)
        let semaphore = FetchSemaphore(.registeredClients(reservingClientURLShare: acceptsClientURLs))
        let scheduler = KeySetRefreshScheduler(
            store: store.keySets, concurrency: semaphore.count - KeySetSettings.fetchesForRequests, runtime)
        let keySets = KeySetCache(
            KeySetRefresher(
                store: store.keySets, reader: reader, grace: settings.keySets.grace, semaphore: semaphore,
                scheduler: scheduler, runtime: runtime), settings.keySets)
        let documents =
            acceptsClientURLs
            ? ClientMetadataDocuments(
                store: store.provenClientURLs, reader: reader, settings, algorithms: keys.algorithms, runtime) : nil
        let keyUses = KeyUseRecorder(store: store.keyUses, runtime)
        let registrationUses = RegistrationUses(
            store: store.dynamicRegistrations, lifetime: settings.registration.unusedLifetime, runtime)
        let strangers = FetchSemaphore(.clientURLs)
        let strangersRateLimit = HostRateLimit()
        let directory = ClientResolver(
            registered: registered, keySets: keySets,
            strangersKeySets: .ofStrangers(
                reader, strangers, settings.keySets, rateLimit: strangersRateLimit, runtime), documents: documents,
            builtIn: builtInClient)
        let audit = RefusalAudit(log: store.audit, runtime: runtime)
        let authenticator = ClientAuthenticator(
            verifier: AssertionVerifier(policy: settings.policy, directory: directory, replayGuard: store.replay),
            directory: directory,
            audit: audit, keyUses: keyUses,
            registrationUses: registrationUses, documents: documents, acceptsAssertions: settings.acceptsAssertions,
            acceptsSecrets: settings.acceptsSecrets)
        opaqueTokens = OpaqueTokens(issuer: urls.issuer, keys: keys.sealing)
        let audience = settings.accessTokens.audience ?? urls.issuer
        let resources = ResourceDirectory(
            store: store.resources, adminAPI: settings.servesAdminAPI ? .adminAPI(at: urls) : nil, runtime)
        let idTokens = IDTokens(issuer: urls.issuer, keys: keys, lifetime: settings.signIn.idTokenLifetime)
        let services = TokenServices(
            accessTokens: AccessTokenIssuer(
                audience: audience, lifetime: settings.accessTokens.lifetime,
                claims: AccessTokenClaims(issuer: urls.issuer), signer: keys.signer(for: .accessToken),
                algorithm: settings.accessTokens.signingAlgorithm, opaqueTokens: opaqueTokens),
            idTokens: idTokens, grants: store.grants, users: store.users, clients: store.clients, resources: resources,
            refreshTokenLifetime: settings.signIn.refreshTokenLifetime, runtime)

        accessTokens = AccessTokenVerifier(
            issuer: urls.issuer, keys: keys, opaqueTokens: opaqueTokens, store: store, clients: directory, runtime)
        let tokenRoutes = TokenRoutes(
            urls: urls, authenticator: authenticator, services: services, verifier: accessTokens, keys: keys,
            store: store, registrationUses: registrationUses, runtime: runtime)
        let passwords = settings.signIn.passwordHasher
        let people = PageServices(
            urls, settings, renderer: renderer, store: store, keys: keys.sealing,
            passwords: passwords, clients: directory, idTokens: idTokens, audit, runtime)
        sessions = people.sessions
        let scopes = SupportedScopes(settings, store: store.clients)
        let metadata = MetadataEndpoint(
            urls, acceptsAssertions: settings.acceptsAssertions, acceptsSecrets: settings.acceptsSecrets,
            acceptsClientURLs: settings.acceptsAssertions && acceptsClientURLs,
            registersClients: settings.registration.mode != .off,
            signIn: AuthorizationMetadata(
                algorithms: keys.algorithms, languages: renderer.languages,
                contextClasses: [ContextClass.ofPassword(at: urls)]), scopes: scopes)
        let registration = RegistrationRoutes(
            registrar: ClientRegistrar(
                settings: settings.registration, store: store,
                sectors: SectorIdentifier(reader: reader, semaphore: strangers, rateLimit: strangersRateLimit),
                limits: RegistrationLimits(perHour: settings.registration.perSourceAndHour), urls: urls,
                algorithms: keys.algorithms, allowsHTTPOnLoopback: settings.clientMetadata.allowsHTTPOnLoopback,
                runtime: runtime), audit: audit, urls: urls)
        let readiness = ReadinessCheck(problem: { await store.writeProblem() }, runtime)
        healthRoutes = [
            Route(Route.read, "/health/live", HealthEndpoint(readiness: nil)),
            Route(Route.read, "/health/ready", HealthEndpoint(readiness: readiness)),
        ]
        routes = Routes(
            AuthorizationRoutes(
                people, settings.signIn, store: store, keys: keys.sealing, resources: resources
            ).routes + AccountRoutes(people, settings.signIn, store: store, resources: resources).routes + [
                Route(Route.read, urls.path + "/errors/{code}", ErrorPageEndpoint())
            ] + healthRoutes + tokenRoutes.routes + registration.routes
                + CrossOrigin.routes(Route.read, urls.openIDConfigurationPath, metadata, isPrivate: false)
                + CrossOrigin.routes(Route.read, urls.authorizationServerMetadataPath, metadata, isPrivate: false),
            tokenEndpoint: urls.token, counting: runtime.metrics.requests)
        runtime.metrics.observe(store, tokenPath: urls.path + "/oauth2/token")
        runtime.metrics.observe(directory, passwords)
        runtime.metrics.observe(
            ExpiryMetrics(
                store: store.expirations, certificateFile: settings.certificateFile, clock: runtime.clock))

        let expiry = ExpiryWatch(
            store: store, serverValidity: settings.policy.certificateValidity,
            certificateFile: settings.certificateFile, runtime: runtime)
        let logouts = LogoutSender(
            store: store.logoutNotices, clients: directory,
            tokens: LogoutTokens(issuer: urls.issuer, idTokens: idTokens, keys: keys), poster: poster, runtime)
        let changeLog = ChangeCountersigner(log: store.changes, key: keys.changeLog, runtime)
        backgroundWork = [
            {
                // Another process has changed a client.
                await store.clients.watch {
                    registered.invalidateAll()
                    scopes.invalidate()
                    resources.invalidate()
                }
            },
            { await scheduler.run(refreshing: keySets) },
            { await documents?.proofs.run() },
            { await keyUses.run() },
            { await registrationUses.run() },
            { await registrationUses.sweep() },
            {
                await store.grants.sweep(
                    accessTokenLifetime: ClientRecord.longestAccessTokenLifetime, clock: runtime.clock,
                    report: { runtime.report(.expiredRowsNotRemoved($0)) })
            },
            {
                await store.revokedTokens.sweep(clock: runtime.clock) {
                    runtime.report(.expiredRowsNotRemoved($0))
                }
            },
            { await expiry.run() },
            { await keys.sealing.run(runtime) },
            { await keys.ring.run(runtime) },
            { await people.sessions.run() },
            { await changeLog.run() },
            { await logouts.run() },
            {
                await store.keyUses.sweep(clock: runtime.clock) { runtime.report(.expiredRowsNotRemoved($0)) }
            },
            { await store.replay.sweep { runtime.report(.expiredRowsNotRemoved($0)) } },
        ]
    }

    /// Runs the background work until its task is cancelled.
    package func run() async {
        await withDiscardingTaskGroup { group in
            for work in backgroundWork { group.addTask { await work() } }
        }
    }
}
