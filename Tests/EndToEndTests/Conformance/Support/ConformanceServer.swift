import Countersign
import Fetching
import Server
import Store
import TestSupport

/// A server with a person who has every claim, and clients that tests register: the setting of the official suite.
final class ConformanceServer: Sendable {
    let server: TestServer
    /// Moved by tests with a server of their own; that of the shared server goes on as real time does, because limits on sign-ins do.
    let clock: TestClock
    private let time: @Sendable () -> UnixTime

    private static let common = Task { try await ConformanceServer(isShared: true) }

    /// Returns the server of tests that do not move its clock.
    static func shared() async throws -> ConformanceServer { try await common.value }

    /// Starts a server with a clock of its own.
    convenience init() async throws { try await self.init(isShared: false) }

    private init(isShared: Bool) async throws {
        let (clock, start) = (TestClock(), ContinuousClock.now)
        self.clock = clock
        let time: @Sendable () -> UnixTime = { isShared ? clock.now + (ContinuousClock.now - start) : clock.now }
        self.time = time
        // The default takes seconds in a debug build.
        let cost = PasswordCost(logarithm: 10) ?? .standard
        // Clients take logout tokens on this machine.
        var remote = FetchPolicy()
        remote.allowsHTTPOnLoopback = true
        remote.timeout = .seconds(60)
        server = try await TestServer(
            clients: [], clock: time, remote: remote,
            settings: {
                $0.signIn.passwordCost = cost
                $0.acceptsSecrets = true
                $0.clientMetadata.allowsHTTPOnLoopback = true
                $0.registration.mode = .open
            })
        let hasher = PasswordHasher(cost)
        try await server.store.users.add(
            UserRecord(
                id: UserID("subject-of-alice"), name: Person.alice, claims: Person.claims,
                passwordHash: try await hasher.hash(Person.password), createdAt: TestServer.now))
    }

    var issuer: String { TestServer.issuer }

    var now: UnixTime { time() }

    func browser() -> Browser { Browser(origin: issuer, address: "http://127.0.0.1:\(server.port)") }

    /// Registers a client of a test's own: nobody has given it a consent yet.
    ///
    /// - Parameter authentication: by default a secret where answers are posted, as the plan for form post demands, and else a key.
    func relyingParty(
        mode: ResponseMode = .query, authentication: AuthenticationMethod? = nil,
        _ change: @escaping @Sendable (inout ClientRecord) -> Void = { _ in }
    ) async throws -> RelyingParty {
        let id = "rp-" + RelyingParty.random(12)
        let authentication = authentication ?? (mode == .formPost ? .clientSecretBasic : .privateKeyJWT)
        let (secret, record) = ClientSecretRecord.generate(at: now)
        let client = TestClient(
            id: id, key: TestClients.rsaKey,
            change: { client in
                client.grants = [.authorizationCode, .refreshToken]
                client.scopes = ["openid", "profile", "email", "address", "phone", "offline_access"]
                client.signIn.redirectURIs = [RelyingParty.redirectURI]
                client.authenticationMethod = authentication
                client.secrets = [record]
                change(&client)
            })
        try await client.register(in: server.store)
        let metadata = try await metadata()
        return RelyingParty(
            server: self, id: id, mode: mode, metadata: metadata, keys: try await keys(metadata),
            authentication: authentication, secret: secret)
    }

    /// Reads the discovery document, as each module begins, and checks what each module checks.
    func metadata() async throws -> JSONObject {
        let answer = try await server.send("GET", "/.well-known/openid-configuration")
        guard answer.status == 200, answer["issuer"] == issuer else {
            throw TestFailure("no discovery document: \(answer.status) \(answer.text)")
        }
        for name in ["authorization_endpoint", "token_endpoint", "jwks_uri"] where answer[name] == nil {
            throw TestFailure("the metadata has no \(name)")
        }
        return answer.object
    }

    /// Reads the key set: every key has its own `kid`, is public, and can be parsed.
    func keys(_ metadata: JSONObject) async throws -> [JWK] {
        let answer = try await get(metadata.string("jwks_uri")?.text)
        let set = try JWKSet(parsing: answer.body)
        let ids = set.keys.compactMap { $0.keyID?.text }
        guard answer.status == 200, set.refused.isEmpty, !ids.isEmpty, Set(ids).count == set.keys.count else {
            throw TestFailure("a key set that the suite refuses: \(answer.text)")
        }
        guard case .array(let members)? = answer.object["keys"] else { throw TestFailure("no keys") }
        for case .object(let key) in members {
            for name in ["d", "p", "q", "dp", "dq", "qi", "k", "priv"] where key[name] != nil {
                throw TestFailure("a private part, \(name), in the key set")
            }
        }
        return set.keys
    }

    /// Sends JSON to a URL of the server, or nothing.
    func send(_ method: String, _ url: String?, _ body: JSONObject?, token: String? = nil) async throws -> Answer {
        let headers = [("Content-Type", "application/json")] + (token.map { [("Authorization", "Bearer \($0)")] } ?? [])
        return try await server.send(method, try path(of: url), headers: headers, body: body?.render())
    }

    /// Reads a URL of the server.
    func get(_ url: String?, headers: [(String, String)] = []) async throws -> Answer {
        try await server.send("GET", try path(of: url), headers: headers)
    }

    /// Posts a form to a URL of the server.
    func post(
        _ url: String?, _ parameters: [(String, String)], headers: [(String, String)] = []
    ) async throws -> Answer {
        try await server.send(
            "POST", try path(of: url), headers: [("Content-Type", "application/x-www-form-urlencoded")] + headers,
            body: TestServer.encode(parameters))
    }

    private func path(of url: String?) throws -> String {
        guard let url, URLText.origin(of: url) == issuer else {
            throw TestFailure("not a URL of the server: \(url ?? "none")")
        }
        return URLText.path(of: url)
    }
}

/// `response_mode`: the modules of the basic plan run with both (plans A and B).
enum ResponseMode: String, Sendable, CaseIterable {
    case query
    case formPost = "form_post"
}
