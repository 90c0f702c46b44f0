import Countersign
import Server
import Store
import TestSupport
import Testing

@Suite(
    "draft-ietf-oauth-client-id-metadata-document: client IDs that are URLs, over HTTP", .ownThreads,
    .timeLimit(.minutes(5)))
struct ClientURLTests {
    private static let path = "/agents/1"

    @Test("A client with keys in its document gets a token; the operator's setting limits its scopes")
    func inlineKeys() async throws {
        let bench = try await bench()
        publish(bench, [("scope", "read admin")])
        let answer = try await bench.token(bench.keys.url(Self.path))
        #expect(answer.status == 200)
        #expect(answer["scope"] == "read")
        for _ in 0..<5 { #expect(try await bench.token(bench.keys.url(Self.path)).status == 200) }
        #expect(bench.keys.requests() == 1)
        let greedy = try await bench.token(bench.keys.url(Self.path), [("scope", "admin")])
        #expect(greedy.status == 400)
        #expect(greedy["error"] == "invalid_scope")
        try await bench.stop()
    }

    @Test("A byte order mark is skipped before a document, and refused before an assertion's claims")
    func byteOrderMark() async throws {
        let bench = try await bench()
        publish(bench) { $0.body = [0xEF, 0xBB, 0xBF] + $0.body }
        #expect(try await bench.token(bench.keys.url(Self.path)).status == 200)
        let assertion = try Assertion(client: bench.keys.url(Self.path), key: TestClients.key).signed()
        let parts = assertion.split(separator: ".").map(String.init)
        let claims = try #require(Base64URL.decode(parts[1]))
        let input = parts[0] + "." + Base64URL.encode([0xEF, 0xBB, 0xBF] + claims)
        let signature = try TestClients.key.sign(Array(input.utf8), algorithm: .es256)
        let answer = try await bench.server.token(input + "." + Base64URL.encode(signature))
        #expect(answer.status == 401)
        try await bench.stop()
    }

    @Test("A client with a jwks_uri gets a token and rotates its key; its key set is not stored")
    func keySet() async throws {
        let bench = try await bench()
        publish(bench, [("jwks", nil), ("jwks_uri", .string(bench.keys.url("/jwks")))])
        bench.keys.publish("/jwks", keys: [("k1", TestClients.key)])
        let answer = try await bench.token(bench.keys.url(Self.path))
        #expect(answer.status == 200)
        #expect(answer["scope"] == "read write")
        bench.clock.advance(by: .seconds(31))
        let key = try SigningKey.generate(.edDSA)
        bench.keys.publish("/jwks", keys: [("k2", key)])
        let rotated = try Assertion(
            client: bench.keys.url(Self.path), key: key, algorithm: .edDSA, header: [("kid", "k2")])
        #expect(try await bench.server.token(rotated.signed()).status == 200)
        #expect(bench.keys.requests("/jwks") == 2)
        #expect(try await bench.server.store.keySets.all() == [])
        try await bench.stop()
    }

    @Test("RFC 8414 §2: the metadata advertises such clients only if they are enabled")
    func metadata() async throws {
        let bench = try await bench()
        for path in ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"] {
            let answer = try await bench.server.send("GET", path)
            #expect(answer.object["client_id_metadata_document_supported"] == .boolean(true))
            let other = try await TestServer.shared().send("GET", path)
            #expect(other.status == 200)
            #expect(other.object["client_id_metadata_document_supported"] == nil)
        }
        try await bench.stop()
    }

    @Test("While the feature is disabled, no document is fetched")
    func switchedOff() async throws {
        let bench = try await bench { $0.clientMetadata.isEnabled = false }
        publish(bench)
        try await bench.expectRefusal(try await bench.token(bench.keys.url(Self.path)), .unknownClient)
        #expect(bench.keys.requests() == 0)
        try await bench.stop()
    }

    @Test("A host that is not allowed is refused like any unknown client, and never contacted")
    func otherHost() async throws {
        let bench = try await bench()
        let id = bench.keys.url(Self.path, host: "localhost")
        publish(bench, [("client_id", .string(id))])
        try await bench.expectRefusal(try await bench.token(id), .unknownClient)
        publish(
            bench,
            [
                ("jwks", nil),
                ("jwks_uri", .string(bench.keys.url("/jwks", host: "localhost"))),
            ])
        try await bench.expectRefusal(try await bench.token(bench.keys.url(Self.path)), .unknownClient)
        #expect(bench.keys.requests(Self.path) == 1)
        #expect(bench.keys.requests("/jwks") == 0)
        try await bench.stop()
    }

    @Test("Registering the URL as a disabled client blocks it at once")
    func disabled() async throws {
        let bench = try await bench()
        publish(bench)
        let id = bench.keys.url(Self.path)
        #expect(try await bench.token(id).status == 200)
        try await TestClient(id: id, change: { $0.isEnabled = false }).register(in: bench.server.store)
        try await bench.expectRefusal(try await bench.token(id), .unknownClient)
        try await bench.stop()
    }

    /// An invalid response at the client's URL.
    struct Refused: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let change: @Sendable (inout KeyServer.Page) -> Void

        static let all: [Refused] = [
            .init(testDescription: "nothing") { $0.status = 404 },
            .init(testDescription: "a document that is not JSON") { $0.body = Array("<html>secret</html>".utf8) },
            .init(testDescription: "a document served as text") { $0.headers = [("Content-Type", "text/plain")] },
            .init(testDescription: "a document without a content type") { $0.headers = [] },
            .init(testDescription: "a document of more than 10 KiB") {
                $0.body += Array(repeating: 0x20, count: 10_241)
            },
            .init(testDescription: "a redirect to it") {
                $0.status = 302
                $0.headers = [("Location", "/agents/2")]
            },
            .init(testDescription: "a success status other than 200") { $0.status = 203 },
        ]
    }

    @Test("An invalid document is refused, and the caller sees none of it", arguments: Refused.all)
    func refused(_ refused: Refused) async throws {
        let bench = try await bench()
        publish(bench, at: "/agents/2")
        publish(bench, change: refused.change)
        let answer = try await bench.token(bench.keys.url(Self.path))
        try await bench.expectRefusal(answer, .unknownClient)
        #expect(!answer.text.contains("secret"))
        #expect(bench.keys.requests() == 1)
        try await bench.stop()
    }

    @Test("Made-up URLs on an allowed host cause 60 fetches a minute and do not block known clients")
    func madeUp() async throws {
        let bench = try await bench()
        publish(bench)
        #expect(try await bench.token(bench.keys.url(Self.path)).status == 200)
        try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<200 {
                group.addTask { try await bench.token(bench.keys.url("/nobody/\(number)")).status }
            }
            for try await status in group { #expect(status == 401 || status == 503) }
        }
        #expect(bench.keys.requests() == 60)
        #expect(try await bench.token(bench.keys.url(Self.path)).status == 200)
        try await bench.stop()
    }

    @Test("RFC 6749 §4.4: a client whose document omits client_credentials is refused that grant")
    func otherGrant() async throws {
        let bench = try await bench()
        publish(bench, [("grant_types", nil), ("redirect_uris", ["https://client.example/cb"])])
        let answer = try await bench.token(bench.keys.url(Self.path))
        #expect(answer.status == 400)
        #expect(answer["error"] == "unauthorized_client")
        try await bench.stop()
    }

    @Test("An assertion is accepted once")
    func replay() async throws {
        let bench = try await bench()
        publish(bench)
        let assertion = try Assertion(client: bench.keys.url(Self.path), header: [("kid", "k1")]).signed()
        #expect(try await bench.server.token(assertion).status == 200)
        let second = try await bench.server.token(assertion)
        #expect(second.status == 401)
        #expect(second["error_uri"] == "\(TestServer.issuer)/errors/replayed")
        try await bench.stop()
    }

    private func bench(_ change: (inout ServerSettings) -> Void = { _ in }) async throws -> RemoteBench {
        try await RemoteBench([:]) { settings in
            settings.clientMetadata.isEnabled = true
            settings.clientMetadata.allowedHosts = ["127.0.0.1"]
            settings.clientMetadata.scopes = ["read", "write"]
            settings.clientMetadata.allowsHTTPOnLoopback = true
            change(&settings)
        }
    }

    /// Publishes a valid document with members replaced by name; `nil` removes a member.
    private func publish(
        _ bench: RemoteBench, at path: String = Self.path, _ changes: [(String, JSONValue?)] = [],
        change: (inout KeyServer.Page) -> Void = { _ in }
    ) {
        var members: [(String, JSONValue)] = [
            ("client_id", .string(bench.keys.url(path))), ("client_name", "Agent"),
            ("token_endpoint_auth_method", "private_key_jwt"), ("grant_types", ["client_credentials"]),
            (
                "jwks",
                (try? JSONValue(parsing: Array(KeyServer.keySet([("k1", TestClients.key)]).utf8))) ?? .null
            ),
        ]
        for (name, value) in changes {
            members.removeAll { $0.0 == name }
            if let value { members.append((name, value)) }
        }
        var page = KeyServer.Page(body: JSONObject(members).rendered())
        change(&page)
        bench.keys.publish(path, page)
    }
}
