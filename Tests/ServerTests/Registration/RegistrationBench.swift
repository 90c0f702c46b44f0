import Countersign
import SQLite
import Testing

@testable import Server

/// An issuer at which clients register themselves.
struct RegistrationBench: Sendable {
    static let redirectURI = "https://new.example/cb"
    static let publicAddress = "198.41.0.4"

    let reader = FakeReader()
    let bench: AuthorizationBench
    let settings: RegistrationSettings

    /// For tests that do not depend on the number of clients.
    static func shared() async throws -> RegistrationBench { try await common.value }
    private static let common = Task { try await RegistrationBench(.open) }

    init(
        _ mode: RegistrationSettings.Mode, _ change: (inout RegistrationSettings) -> Void = { _ in }
    ) async throws {
        var settings = RegistrationSettings()
        settings.mode = mode
        settings.scopes = ["openid", "profile", "read"]
        change(&settings)
        self.settings = settings
        bench = try await AuthorizationBench(reader: reader, settings: { $0.registration = settings })
    }

    var store: SQLiteStore { bench.store }

    /// Valid metadata of a client with a key, with changed members; `nil` removes one.
    static func metadata(_ changes: [(String, JSONValue?)] = []) throws -> JSONObject {
        var members: [(String, JSONValue)] = [
            ("client_name", "New"), ("redirect_uris", .array([redirectURI])),
            ("token_endpoint_auth_method", "private_key_jwt"),
            ("jwks", try JSONValue(parsing: KeySetBench.keySet(["k1"]))),
        ]
        for (name, value) in changes {
            members.removeAll { $0.0 == name }
            if let value { members.append((name, value)) }
        }
        return JSONObject(members)
    }

    func register(
        _ changes: [(String, JSONValue?)] = [], token: String? = nil, from address: String? = nil
    ) async throws -> Reply {
        try await send(
            "POST", "/oauth2/register", body: try Self.metadata(changes).rendered(), token: token, from: address)
    }

    /// Replaces a registration by valid metadata with changed members.
    func change(_ registered: Reply, _ changes: [(String, JSONValue?)] = []) async throws -> Reply {
        let id = try #require(registered.id)
        let body = try Self.metadata([("client_id", .string(ExactString(id)))] + changes).rendered()
        return try await send("PUT", registered.path, body: body, token: registered.accessToken)
    }

    func send(
        _ method: String, _ path: String, body: [UInt8] = [], token: String? = nil, from address: String? = nil,
        contentType: String = "application/json"
    ) async throws -> Reply {
        var headers: HeaderFields = ["Content-Type": contentType]
        if let token { headers.append("Authorization", "Bearer \(token)") }
        return Reply(
            await bench.routes.response(
                to: EndpointRequest(
                    method: method, path: path, headers: headers, remoteAddress: address, body: .bytes(body))))
    }

    /// Makes an initial access token.
    func token(
        scopes: [String]? = nil, grants: [GrantType]? = nil, allowsReuse: Bool = false, maximumUses: Int = 1,
        lifetime: Duration = .seconds(3600)
    ) async throws -> String {
        let secret = IssuedSecret.generate(.initialAccessToken)
        try await store.initialAccessTokens.add(
            InitialAccessToken(
                id: String(secret.text.suffix(8)), digest: secret.digest, scopes: scopes, grants: grants,
                allowsReuse: allowsReuse, maximumUses: maximumUses, createdAt: bench.clock.now,
                expiresAt: bench.clock.now + lifetime))
        return secret.text
    }

    func client(_ registered: Reply) async throws -> ClientRegistration {
        let id = try #require(registered.id)
        return try #require(try await store.clients.registration(of: ClientID(id)))
    }
}

/// A response of the registration endpoints.
extension Reply {
    var id: String? { self["client_id"] }
    var error: String? { self["error"] }
    var description: String { self["error_description"] ?? "" }
    var accessToken: String? { self["registration_access_token"] }
    /// The path of `registration_client_uri`.
    var path: String { String((self["registration_client_uri"] ?? "").dropFirst(AuthorizationBench.issuer.count)) }
}
