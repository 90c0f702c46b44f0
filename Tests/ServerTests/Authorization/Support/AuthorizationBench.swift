import SQLite
import Store
import TestSupport
import Testing

@testable import Server

/// A whole issuer over a real store, with a person, a confidential and a public client, and a manual clock.
struct AuthorizationBench: Sendable {
    static let issuer = "https://as.example"
    static let redirectURI = "https://app.example/cb"
    static let password = "correct horse battery staple"
    static let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

    let clock = TestClock()
    let pages = RecordedPages()
    /// Has no documents unless a test sets them.
    let reader: FakeReader
    let log: RecordedLog
    let store: SQLiteStore
    let keys: ServerKeys
    let routes: Routes
    let alice: UserRecord

    /// For tests that change neither clients nor people.
    static func shared() async throws -> AuthorizationBench { try await common.value }
    private static let common = Task { try await AuthorizationBench() }

    /// Shared, because RSA keys take long to generate in a debug build.
    static let serverKeys = Task {
        try await ServerKeys.load(
            from: try SQLiteStore(directory: TemporaryDirectory().path), masterKey: MasterKey.generate(),
            algorithm: .es256, at: TestClock.start)
    }

    init(
        issuer: String = Self.issuer, reader: FakeReader = FakeReader(),
        client change: (inout ClientRecord) -> Void = { _ in },
        settings changeSettings: (inout ServerSettings) -> Void = { _ in }
    ) async throws {
        self.reader = reader
        let clock = clock
        store = try SQLiteStore(directory: TemporaryDirectory().path, clock: { clock.now })
        keys = try await Self.serverKeys.value
        log = RecordedLog(clock)
        let cost = try #require(PasswordCost(logarithm: 10))
        var settings = ServerSettings()
        settings.signIn.passwordCost = cost
        settings.clientCache.timeout = .zero
        changeSettings(&settings)
        routes =
            Issuer(
                try #require(ServerURLs(issuer: issuer)), settings, store: store, keys: keys, reader: reader,
                poster: FakePoster(), pages: pages, log.runtime(clock)
            ).routes
        alice = try await Self.add("alice", to: store, cost)
        try await Self.add("bob", to: store, cost)
        var web = Self.client("web")
        change(&web)
        var app = Self.client("app")
        app.authenticationMethod = .none
        app.signIn.redirectURIs = ["http://127.0.0.1/cb", "https://app.example/native"]
        var machine = Self.client("machine")
        machine.grants = [.clientCredentials]
        var disabled = Self.client("disabled")
        disabled.isEnabled = false
        for client in [web, app, machine, disabled] { try await store.clients.add(client, keys: []) }
    }

    static func client(_ id: String) -> ClientRecord {
        var client = ClientRecord(
            id: ClientID(id), name: id.uppercased(), grants: [.authorizationCode, .refreshToken],
            scopes: ["openid", "profile", "read", "write"], createdAt: TestClock.start)
        client.signIn.redirectURIs = [redirectURI]
        return client
    }

    @discardableResult
    private static func add(_ name: String, to store: SQLiteStore, _ cost: PasswordCost) async throws -> UserRecord {
        let user = UserRecord(
            name: name, passwordHash: try await PasswordHasher(cost).hash(password), createdAt: TestClock.start)
        try await store.users.add(user)
        return user
    }

    /// Returns the parameters of a valid request with some replaced, added or, if `nil`, left out.
    static func parameters(_ changes: [(String, String?)] = []) -> [(name: String, value: String)] {
        let valid: [(name: String, value: String)] = [
            ("response_type", "code"), ("client_id", "web"), ("redirect_uri", redirectURI), ("scope", "openid read"),
            ("state", "af0ifjsldkj"),
        ]
        let kept = valid.filter { parameter in !changes.contains { $0.0 == parameter.name } }
        return kept + changes.compactMap { name, value in value.map { (name, $0) } }
    }

    /// Sends an authorization request by GET.
    func authorize(_ changes: [(String, String?)] = [], in browser: Browser = Browser()) async -> Shown {
        await browser.get("/oauth2/authorize", FormWriter.encoded(Self.parameters(changes)), self)
    }

    /// Follows the sign-in page to the end: signs in and consents.
    func complete(_ shown: Shown, as user: String = "alice", in browser: Browser) async throws -> Shown {
        var shown = shown
        if case .signIn(let page)? = shown.page {
            shown = await browser.post(
                page.action, page.hidden + [HiddenField("user", user), HiddenField("password", Self.password)], self)
            shown = await browser.follow(shown, self)
        }
        if case .consent(let page)? = shown.page {
            shown = await browser.post(page.action, page.hidden + [HiddenField("answer", "allow")], self)
        }
        return shown
    }

    /// Signs a person in, with the consent of the default request given.
    func signedIn(_ user: String = "alice") async throws -> Browser {
        let browser = Browser()
        let shown = try await complete(await authorize(in: browser), as: user, in: browser)
        _ = try #require(shown.parameters["code"])
        return browser
    }

    /// Returns what the store keeps about a code.
    func stored(_ code: String) async throws -> (code: AuthorizationCodeRecord, grant: AuthorizationGrantRecord) {
        let secret = try #require(GrantSecret(code, .authorizationCode))
        return try #require(try await store.grants.code(secret.digest))
    }

    func tickets(_ issuer: String = Self.issuer) -> TicketSeal {
        TicketSeal(.authorization, issuer: issuer, keys: keys.sealing)
    }
}

/// A response as a browser shows it.
struct Shown: Sendable {
    let response: EndpointResponse
    /// `nil` if it is not a page.
    let page: Page.Content?

    var status: Int { response.status }
    var location: String? { response.headers["Location"] }

    /// The parameters in the query of the redirect, or in the fields of the form that is posted.
    var parameters: [String: String] {
        if case .formPost(let page)? = page {
            return Dictionary(page.fields.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        }
        guard let query = location?.split(separator: "?", maxSplits: 1).dropFirst().first else { return [:] }
        let pairs = query.split(separator: "&").map { pair -> (String, String) in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            return (parts[0], (parts.count > 1 ? parts[1] : "").removingPercentEncoding ?? "")
        }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }

    var signIn: SignInPage? { if case .signIn(let page)? = page { page } else { nil } }
    var consent: ConsentPage? { if case .consent(let page)? = page { page } else { nil } }
    var refusal: RefusalPage? { if case .refusal(let page)? = page { page } else { nil } }
    var formPost: FormPostPage? { if case .formPost(let page)? = page { page } else { nil } }
}
