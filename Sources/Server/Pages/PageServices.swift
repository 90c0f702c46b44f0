/// The services that all pages of an issuer share.
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
        clients: ClientResolver, idTokens: IDTokens, _ audit: RefusalAudit, _ runtime: Runtime
    ) {
        self.urls = urls
        self.renderer = renderer
        self.clients = clients
        self.idTokens = idTokens
        self.runtime = runtime
        pages = PageResponder(renderer, urls)
        refusals = RefusalResponder(pages: pages, audit: audit)
        sessions = Sessions(urls, store: store.sessions, settings.sessions, runtime)
        protection = FormProtection(urls, keys: keys)
        passwords = settings.signIn.passwordHasher
        signIn = SignIn(
            urls, users: store.users, sessions: sessions, passwords: passwords, keys: keys, runtime)
    }
}
