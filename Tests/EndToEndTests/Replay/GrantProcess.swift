import Countersign
import Foundation
import SQLite
import Server
import Store
import TestSupport

/// The clients of `GrantProcess`. Both rotate their refresh tokens.
enum GrantClient: String, Sendable, CaseIterable {
    case authenticated = "app"
    case `public` = "browser"

    static let redirectURI = "https://client.example/callback"
    /// RFC 7636 appendix B. Public clients must use PKCE.
    static let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    static let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

    fileprivate var registration: TestClient {
        TestClient(
            id: rawValue,
            change: {
                $0.grants = [.authorizationCode, .refreshToken]
                $0.scopes = ["openid", "read"]
                $0.authenticationMethod = self == .public ? .none : .privateKeyJWT
                $0.accessTokenFormat = self == .public ? .jwt : .opaque
                $0.signIn.redirectURIs = [Self.redirectURI]
                $0.signIn.rotatesRefreshTokens = true
            }, hasKey: self != .public)
    }
}

/// A data directory with a person and the clients, for servers that are started, killed and restarted in real time.
struct GrantProcess {
    private let folder = TemporaryDirectory().path
    let user: UserRecord

    init() async throws {
        // As in the configuration, so that the hash stays as it is.
        let hasher = PasswordHasher(PasswordCost(logarithm: 14) ?? .standard)
        user = UserRecord(name: Person.alice, passwordHash: try await hasher.hash(Person.password), createdAt: .now)
        let store = try store()
        for client in GrantClient.allCases { try await client.registration.register(in: store) }
        try await store.users.add(user)
        await store.close()
    }

    /// Opens the store. The server must not run.
    func store() throws -> SQLiteStore { try SQLiteStore(directory: folder + "/data") }

    /// Starts a server on a free port. Its issuer stays the same.
    func start() throws -> ServerProcess {
        try ServerProcess.start(
            configuration: ServerProcess.cheapPasswords, in: folder, arguments: ["--issuer", TestServer.issuer])
    }

    func remove() { try? FileManager.default.removeItem(atPath: folder) }
}

/// A server that is called as one client.
struct GrantCaller: Sendable {
    let server: CalledServer
    let client: GrantClient

    func redeem(_ code: String) async throws -> Answer {
        try await post([
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", GrantClient.redirectURI),
            ("code_verifier", GrantClient.verifier),
        ])
    }

    func refresh(_ token: String) async throws -> Answer {
        try await post([("grant_type", "refresh_token"), ("refresh_token", token)])
    }

    func revoke(_ token: String) async throws -> Answer { try await post([("token", token)], to: "/oauth2/revoke") }

    func userInfo(_ token: String) async throws -> Answer {
        try await server.get("/oauth2/userinfo", accessToken: token)
    }

    private func post(_ parameters: [(String, String)], to path: String = "/oauth2/token") async throws -> Answer {
        let proof =
            switch client {
            case .public: [("client_id", client.rawValue)]
            case .authenticated:
                [
                    ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
                    (
                        "client_assertion",
                        try Assertion(
                            client: client.rawValue, claims: [("exp", .number(UnixTime.now.seconds + 60))]
                        ).signed()
                    ),
                ]
            }
        return try await server.post(TestServer.encode(parameters + proof), to: path)
    }
}

/// A person's browser and a client at a server that is killed and started again.
struct KilledServer {
    let browser: Browser
    private let process: GrantProcess
    private let server: ServerProcess
    private let client: GrantClient

    init(_ client: GrantClient) async throws {
        self.client = client
        process = try await GrantProcess()
        server = try process.start()
        browser = Browser(origin: TestServer.issuer, address: server.baseURL)
    }

    var port: Int { server.port }
    var processIdentifier: Int32 { server.processIdentifier }
    var caller: GrantCaller { GrantCaller(server: server.called, client: client) }

    /// Kills the server as a power cut would, and starts it again.
    func restart() throws {
        server.kill()
        try server.start()
        browser.address = server.baseURL
    }

    /// The URL of an authorization request.
    func authorization(_ more: [(String, String)] = []) -> String {
        let parameters = [
            ("response_type", "code"), ("client_id", client.rawValue), ("scope", "openid read"),
            ("redirect_uri", GrantClient.redirectURI), ("code_challenge", GrantClient.challenge),
            ("code_challenge_method", "S256"),
        ]
        return "\(TestServer.issuer)/oauth2/authorize?\(TestServer.encode(parameters + more))"
    }

    /// Gets a code; the person signs in and allows the client if they are asked.
    func code() async throws -> String {
        let response = try await Person().walk(browser, to: authorization()).response
        guard let code = response["code"] else { throw TestFailure("no code: \(response.location)") }
        return code
    }

    func stop() -> Int32 {
        let status = server.terminate()
        process.remove()
        return status
    }
}
