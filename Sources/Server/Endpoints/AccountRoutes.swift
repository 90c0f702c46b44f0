/// The endpoints at which people see and end what began with their signing in.
struct AccountRoutes {
    let routes: [Route]

    init(
        _ services: PageServices, _ settings: SignInSettings, store: any Store, resources: ResourceDirectory
    ) {
        let account = Account(
            services: services, store: store, resources: resources,
            rules: settings.passwordRules)
        routes = [
            Route(
                ["GET", "POST"], services.urls.path + AccountEndpoint.path,
                AccountEndpoint(services: services, account: account)),
            Route(
                ["GET", "POST"], services.urls.path + EndSessionEndpoint.path, EndSessionEndpoint(services: services)),
        ]
    }
}
