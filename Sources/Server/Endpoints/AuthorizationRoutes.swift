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
