/// What all pages of an issuer share.
struct PageServices: Sendable {
    let urls: ServerURLs
    let renderer: any PageRenderer
    let pages: PageResponder
    let refusals: RefusalResponder
    let sessions: Sessions
    let protection: FormProtection
    let passwords: PasswordHasher
    let signIn: SignIn
    let clients: ClientResolver
    let idTokens: IDTokens
    let runtime: Runtime

    init(
        _ urls: ServerURLs, _ settings: ServerSettings, renderer: any PageRenderer, store: any Store, keys: SealingKeys,
        clients: ClientResolver, idTokens: IDTokens, _ runtime: Runtime
    ) {
        self.urls = urls
        self.renderer = renderer
        self.clients = clients
        self.idTokens = idTokens
        self.runtime = runtime
        pages = PageResponder(renderer, urls)
        refusals = RefusalResponder(pages: pages, log: store.audit, runtime: runtime)
        sessions = Sessions(urls, store: store.sessions, settings.sessions, runtime)
        protection = FormProtection(urls, keys: keys)
        passwords = settings.signIn.passwordHasher
        signIn = SignIn(
            urls, users: store.users, sessions: sessions, passwords: passwords, keys: keys, runtime)
    }
}

/// The endpoints of an authorization request.
struct AuthorizationRoutes {
    let routes: [Route]

    init(
        _ services: PageServices, _ settings: SignInSettings, store: any Store, keys: SealingKeys,
        resources: ResourceDirectory
    ) {
        let urls = services.urls
        let flow = AuthorizationFlow(
            urls: urls, clients: services.clients,
            rules: AuthorizationRules(
                requiresProofKey: settings.requiresProofKey,
                contextClass: ContextClass.ofPassword(at: urls), idTokens: services.idTokens, resources: resources),
            sessions: services.sessions, consents: store.consents, grants: store.grants,
            protection: services.protection,
            tickets: TicketSeal(.authorization, issuer: urls.issuer, keys: keys), pages: services.pages,
            refusals: services.refusals, runtime: services.runtime)
        routes = [
            Route(["GET", "POST"], urls.path + AuthorizationFlow.authorizePath, AuthorizationEndpoint(flow: flow)),
            Route(
                ["POST"], urls.path + AuthorizationFlow.signInPath,
                SignInEndpoint(flow: flow, signIn: services.signIn)),
            Route(["POST"], urls.path + AuthorizationFlow.consentPath, ConsentEndpoint(flow: flow)),
            Route(Route.read, urls.path + "/assets/{name}", AssetEndpoint(services.renderer.asset)),
        ]
    }
}
