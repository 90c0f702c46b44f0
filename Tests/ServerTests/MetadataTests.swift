import Countersign
import Store
import SQLite
import TestSupport
import Testing

@testable import Server

@Suite("RFC 8414 §2: server metadata")
struct MetadataTests {
    @Test("Methods and grants are advertised only if private_key_jwt is enabled", arguments: [true, false])
    func acceptsAssertions(_ accepts: Bool) async throws {
        let urls = try #require(ServerURLs(issuer: "https://as.example"))
        let endpoint = MetadataEndpoint(
            urls, acceptsAssertions: accepts,
            scopes: SupportedScopes(ServerSettings(), store: try KeySetBench().store.clients))
        let response = await endpoint.respond(to: EndpointRequest(method: "GET", path: urls.openIDConfigurationPath))
        let metadata = try JSONObject(parsing: response.body)
        #expect(
            metadata["token_endpoint_auth_methods_supported"] == .array(accepts ? ["private_key_jwt", "none"] : []))
        #expect(
            metadata["grant_types_supported"]
                == .array(accepts ? ["authorization_code", "refresh_token", "client_credentials"] : []))
        #expect((metadata["token_endpoint_auth_signing_alg_values_supported"] != nil) == accepts)
        #expect(metadata["issuer"] == "https://as.example")
        #expect(metadata["authorization_endpoint"] == "https://as.example/oauth2/authorize")
        #expect(metadata["end_session_endpoint"] == "https://as.example/oauth2/logout")
        #expect(metadata["response_types_supported"] == ["code"])
        // OpenID Connect Discovery §3: absent means true.
        #expect(metadata["request_uri_parameter_supported"] == .boolean(false))
        #expect(metadata["code_challenge_methods_supported"] == ["S256"])
        #expect(metadata["id_token_signing_alg_values_supported"] == ["RS256"])
    }

    @Test("RFC 9701 §7: the algorithms of introspection responses are those of ID tokens and UserInfo")
    func signingAlgorithms() async throws {
        let reply = try await GrantBench().send("GET", "/.well-known/openid-configuration")
        let algorithms = try #require(reply.object["id_token_signing_alg_values_supported"])
        for name in ["RS256", "ES256", "EdDSA"] {
            #expect(algorithms.render().contains(name))
        }
        for kind in ["introspection", "userinfo"] {
            #expect(reply.object["\(kind)_signing_alg_values_supported"] == algorithms)
        }
    }

    /// The operator's settings, the registered clients, and the expected `scopes_supported`.
    struct Scopes: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var advertised: [String]?
        var ofClientURLs: [String] = []
        var registered: [(scopes: [String], isEnabled: Bool)] = []
        let listed: [String]?

        static let all: [Scopes] = [
            .init(testDescription: "no client", listed: nil),
            .init(
                testDescription: "clients, one of them disabled",
                registered: [(["write", "read"], true), (["admin"], false), (["read", "audit"], true)],
                listed: ["audit", "read", "write"]),
            .init(
                testDescription: "client URLs", ofClientURLs: ["mcp.read"], registered: [(["read"], true)],
                listed: ["mcp.read", "read"]),
            .init(
                testDescription: "a configured list", advertised: ["z", "a"], registered: [(["read"], true)],
                listed: ["z", "a"]),
            .init(
                testDescription: "a configured empty list", advertised: [], ofClientURLs: ["mcp.read"],
                registered: [(["read"], true)], listed: nil),
            .init(
                testDescription: "more than the limit", registered: [((0..<300).map { "s\($0)" }, true)],
                listed: (0..<200).map { "s\($0)" }.sorted()),
        ]
    }

    @Test("RFC 8414 §2: scopes_supported lists the clients' scopes, or the configured ones", arguments: Scopes.all)
    func scopesSupported(_ example: Scopes) async throws {
        let store = try KeySetBench().store
        for (number, client) in example.registered.enumerated() {
            try await store.clients.add(record("\(number)", client.scopes, isEnabled: client.isEnabled), keys: [])
        }
        let urls = try #require(ServerURLs(issuer: "https://as.example"))
        var settings = ServerSettings()
        settings.advertisedScopes = example.advertised
        settings.clientMetadata.isEnabled = !example.ofClientURLs.isEmpty
        settings.clientMetadata.scopes = example.ofClientURLs
        let endpoint = MetadataEndpoint(urls, scopes: SupportedScopes(settings, store: store.clients))
        #expect(
            try await listed(endpoint)
                == example.listed.map { .array($0) })
    }

    @Test("The store is read once after each change of a client")
    func current() async throws {
        let store = try KeySetBench().store
        try await store.clients.add(record("a", ["read"]), keys: [])
        let urls = try #require(ServerURLs(issuer: "https://as.example"))
        let scopes = SupportedScopes(ServerSettings(), store: store.clients)
        let endpoint = MetadataEndpoint(urls, scopes: scopes)
        #expect(try await listed(endpoint) == .array(["read"]))
        try await store.clients.add(record("b", ["write"]), keys: [])
        #expect(try await listed(endpoint) == .array(["read"]))
        scopes.invalidate()
        #expect(try await listed(endpoint) == .array(["read", "write"]))
        // The last list is used while the store cannot be read.
        scopes.invalidate()
        await store.close()
        #expect(try await listed(endpoint) == .array(["read", "write"]))
    }

    private func record(_ id: String, _ scopes: [String], isEnabled: Bool = true) -> ClientRecord {
        ClientRecord(id: ClientID(id), name: "", isEnabled: isEnabled, scopes: scopes, createdAt: TestClock.start)
    }

    private func listed(_ endpoint: MetadataEndpoint) async throws -> JSONValue? {
        let response = await endpoint.respond(to: EndpointRequest(method: "GET", path: "/"))
        return try JSONObject(parsing: response.body)["scopes_supported"]
    }
}
