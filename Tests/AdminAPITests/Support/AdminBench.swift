import Countersign
import Fetching
import SQLite
import Store
import TestSupport
import Testing

@testable import AdminAPI
@testable import Administration
@testable import Server

/// The admin API over a real store, beside the issuer whose tokens it takes.
struct AdminBench: Sendable {
    static let issuer = "https://as.example/tenant"
    static let resource = issuer + "/admin/v1"

    let clock = TestClock()
    let store: SQLiteStore
    let issuer: Issuer
    let routes: Routes
    let key: SigningKey
    let inspections: AssertionInspections
    private let urls: ServerURLs

    /// Shared, because RSA keys take long to generate in a debug build.
    private static let serverKeys = Task {
        let masterKey = MasterKey.generate()
        let keys = try await ServerKeys.load(
            from: try SQLiteStore(directory: TemporaryDirectory().path), masterKey: masterKey, algorithm: .es256,
            at: TestClock.start)
        return (masterKey, keys)
    }

    /// - Parameter console: its address; `nil` for a server without a console.
    init(
        console: String? = "https://console.example", settings change: (inout ServerSettings) -> Void = { _ in }
    ) async throws {
        let clock = clock
        store = try SQLiteStore(directory: TemporaryDirectory().path, clock: { clock.now })
        key = try SigningKey.generate(.es256)
        urls = try #require(ServerURLs(issuer: Self.issuer))
        var settings = ServerSettings()
        settings.clientCache.timeout = .zero
        change(&settings)
        let runtime = Runtime(clock: { clock.now })
        let (masterKey, keys) = try await Self.serverKeys.value
        issuer = Issuer(
            urls, settings, store: store, keys: keys, reader: NoDocuments(),
            poster: NoPosts(), pages: NoPages(), runtime)
        inspections = AssertionInspections(AssertionDebugger(store, settings, urls))
        let process = ServerProcess(
            masterKey: masterKey, keys: keys, settings: [], passwordHasher: settings.signIn.passwordHasher
        ) { throw StoreError.unavailable("the test has no checks") }
        routes = issuer.routes.adding(
            AdminAPI(
                AdminServices(
                    urls: urls, settings: settings, process: process, overview: Self.overview(store, runtime),
                    keySetTests: KeySetTests(
                        DocumentFetcher(FetchPolicy(), resolver: NoNames()), clock: { clock.now }),
                    inspections: inspections,
                    calendarURL: Self.calendarURL(console), runtime),
                tokens: issuer.accessTokens, store: store
            ).routes)
        try await add("operator", scopes: ["admin.read", "admin.write", "reports"])
        try await add("auditor", scopes: ["admin.read"])
    }

    private static func calendarURL(_ console: String?) -> (@Sendable (_ secret: String) -> String)? {
        guard let console else { return nil }
        return { "\(console)/calendar/feed/\($0).ics" }
    }

    /// The overview of a server whose checks fail.
    static func overview(_ store: any Store, _ runtime: Runtime) -> OverviewSources {
        OverviewSources(
            figures: FigureSampler(runtime),
            checkup: Checkup(store, algorithm: .es256, clock: runtime.clock) {
                throw StoreError.unavailable("the test has no checks")
            })
    }

    /// Registers a client with the key of the bench.
    func add(
        _ id: String, scopes: [String], grants: [GrantType] = [.clientCredentials],
        _ change: (inout ClientRecord) -> Void = { _ in }
    ) async throws {
        var client = ClientRecord(
            id: ClientID(id), name: id, grants: grants, scopes: scopes, createdAt: TestClock.start)
        change(&client)
        try await store.clients.add(
            client, keys: [KeyRecord(jwk: JWK(key: key.verificationKey, keyID: "k1"), addedAt: TestClock.start)])
    }

    // MARK: Tokens

    /// Asks the token endpoint for a token.
    func requestToken(
        _ client: String, scope: String? = nil, resources: [String] = [Self.resource],
        _ more: [(String, String)] = []
    ) async throws -> Answer {
        let claims: JSONObject = [
            "iss": .string(client), "sub": .string(client), "aud": .string(Self.issuer),
            "exp": .number(clock.now.seconds + 60), "jti": .string(Base64URL.encode(RandomBytes.make(16))),
        ]
        let assertion = try CompactJWS.sign(
            header: ["alg": "ES256", "kid": "k1"], payload: claims.rendered(), key: key, algorithm: .es256)
        let grant = more.contains { $0.0 == "grant_type" } ? [] : [("grant_type", "client_credentials")]
        let form = grant + more + resources.map { ("resource", $0) } + (scope.map { [("scope", $0)] } ?? [])
        return await requestToken(with: assertion, form)
    }

    /// Sends an assertion to the token endpoint.
    func requestToken(
        with assertion: String, _ form: [(String, String)] = [("grant_type", "client_credentials")]
    ) async -> Answer {
        let form =
            form + [("client_assertion_type", SentCredentials.assertionType.text), ("client_assertion", assertion)]
        let body = FormWriter.encoded(form.map { (name: $0.0, value: $0.1) })
        return await send(
            "POST", "/tenant/oauth2/token", headers: ["Content-Type": "application/x-www-form-urlencoded"],
            body: Array(body.utf8))
    }

    func token(
        _ client: String = "operator", scope: String? = nil, resources: [String] = [Self.resource]
    ) async throws -> String {
        try #require(try await requestToken(client, scope: scope, resources: resources)["access_token"])
    }

    /// Returns a token that a person has allowed a client, by way of a code.
    func token(
        of user: UserRecord, client: String, scopes: [String], resources: [String] = [Self.resource]
    ) async throws -> String {
        let session = SessionRecord(
            digest: RandomBytes.make(32), user: user.id, authenticatedAt: clock.now, methods: ["pwd"],
            createdAt: clock.now, expiresAt: clock.now + .seconds(86_400))
        try await store.sessions.add(session, replacing: nil, passwordChangedAt: nil)
        let grant = AuthorizationGrantRecord(
            user: user.id, client: ClientID(client), scopes: scopes, resources: resources, session: session.id,
            authenticatedAt: clock.now, methods: ["pwd"], createdAt: clock.now)
        let secret = GrantSecret.generate(.authorizationCode, of: grant.id)
        try await store.grants.add(
            grant,
            code: AuthorizationCodeRecord(
                digest: secret.digest.digest, redirectURI: "https://app.example/cb", challenge: nil,
                expiresAt: clock.now + AuthorizationCodeGrant.codeLifetime))
        let answer = try await requestToken(
            client, resources: [],
            [
                ("grant_type", "authorization_code"), ("code", secret.text), ("redirect_uri", "https://app.example/cb"),
            ])
        return try #require(answer["access_token"], "\(answer.object.render())")
    }

    func person(_ name: String, groups: [String]) async throws -> UserRecord {
        let user = UserRecord(name: name, groups: groups, createdAt: TestClock.start)
        try await store.users.add(user)
        return user
    }

    // MARK: Requests

    func send(
        _ method: String, _ path: String, query: String? = nil, headers: HeaderFields = [:], body: [UInt8] = []
    ) async -> Answer {
        Answer(
            await routes.response(
                to: EndpointRequest(method: method, path: path, query: query, headers: headers, body: .bytes(body))))
    }

    /// Calls the admin API.
    ///
    /// - Parameters:
    ///   - path: below the base, as sent.
    ///   - token: `nil` sends none.
    ///   - tag: `If-Match`.
    func call(
        _ method: String, _ path: String, query: String? = nil, token: String?, tag: String? = nil,
        _ body: String? = nil, type: String? = nil, headers: HeaderFields = [:]
    ) async -> Answer {
        var headers = headers
        if let token { headers.append("Authorization", "Bearer \(token)") }
        if let tag { headers.append("If-Match", tag) }
        if body != nil { headers.append("Content-Type", type ?? "application/json") }
        return await send(
            method, "/tenant/admin/v1" + path, query: query, headers: headers, body: Array((body ?? "").utf8))
    }
}

/// A response with its JSON.
struct Answer: Sendable {
    let response: EndpointResponse
    /// Empty if the body is not a JSON object.
    let object: JSONObject

    init(_ response: EndpointResponse) {
        self.response = response
        object = (try? JSONObject(parsing: response.body)) ?? [:]
    }

    var status: Int { response.status }
    var tag: String? { response.headers["ETag"] }
    /// The code of a problem document; otherwise `nil`.
    var code: String? { response.contentType == "application/problem+json" ? self["code"] : nil }

    /// The members that `errors` is about.
    var pointers: [String] {
        objects("errors").compactMap { $0.string("pointer")?.text }
    }

    subscript(_ name: String) -> String? { object.string(name)?.text }

    func objects(_ name: String) -> [JSONObject] {
        guard case .array(let elements)? = object[name] else { return [] }
        return elements.compactMap { if case .object(let object) = $0 { object } else { nil } }
    }
}

private struct NoDocuments: RemoteReader {
    func read(_ document: RemoteDocument, at url: ExactString, etag: String?) async -> ReadResult {
        .failed(reason: "the test has none")
    }
}

/// A resolver that knows no name, so that nothing leaves the test.
private struct NoNames: NameResolver {
    func addresses(of name: String) async throws(NameResolutionError) -> [IPAddress] { throw .notFound }
}

private struct NoPosts: FormPoster {
    func post(_ form: [UInt8], to url: String) async -> PostResult { .failed(reason: "the test has none") }
}

private struct NoPages: PageRenderer {
    let languages = ["en"]

    func html(_ page: Page, languages: [String]) -> [UInt8] { [] }

    func asset(_ name: String) -> PageAsset? { nil }
}
