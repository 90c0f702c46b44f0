import Countersign
import TestSupport
import Testing

@testable import Server

@Suite("RFC 7592: clients manage their registration", .timeLimit(.minutes(5)))
struct ClientConfigurationTests {
    private static func changed(_ registered: Reply, _ changes: [(String, JSONValue?)] = []) throws -> [UInt8] {
        let id = try #require(registered.id)
        return try RegistrationBench.metadata([("client_id", .string(id))] + changes).rendered()
    }

    @Test("GET answers what POST did")
    func read() async throws {
        let bench = try await RegistrationBench.shared()
        let registered = try await bench.register()
        let read = try await bench.send("GET", registered.path, token: registered.accessToken)
        #expect(read.status == 200)
        #expect(read.object == registered.object)
        #expect(read.response.headers["Cache-Control"] == "no-store")
    }

    @Test("PUT replaces everything that the client states about itself")
    func replaced() async throws {
        let bench = try await RegistrationBench.shared()
        let registered = try await bench.register([
            ("client_uri", "https://new.example/"), ("grant_types", ["authorization_code", "refresh_token"]),
        ])
        let body = try Self.changed(
            registered,
            [
                ("client_name", "Newer"), ("redirect_uris", ["https://newer.example/cb"]), ("scope", "openid"),
                ("tos_uri", "https://new.example/t"),
            ])
        let updated = try await bench.send("PUT", registered.path, body: body, token: registered.accessToken)
        #expect(updated.status == 200, "\(updated.description)")
        #expect(updated.object["client_name"] == "Newer")
        #expect(updated.object["redirect_uris"] == ["https://newer.example/cb"])
        #expect(updated.object["scope"] == "openid")
        #expect(updated.object["tos_uri"] == "https://new.example/t")
        #expect(updated.object["client_uri"] == nil)
        #expect(updated.object["grant_types"] == ["authorization_code"])
        #expect(updated.id == registered.id && updated.accessToken == registered.accessToken)
        let read = try await bench.send("GET", registered.path, token: registered.accessToken)
        #expect(read.object == updated.object)
        #expect(read.object["jwks"] != registered.object["jwks"])
    }

    @Test("What the operator has decided stays, and PUT gives nothing that the client does not have")
    func operatorsDecisions() async throws {
        let bench = try await RegistrationBench.shared()
        let registered = try await bench.register([("grant_types", ["authorization_code", "refresh_token"])])
        var client = try await bench.client(registered).client
        client.description = "Seen by ops"
        client.scopes = ["openid"]
        client.grants = [.authorizationCode]
        client.signIn.skipsConsent = true
        client.signIn.requiresProofKey = true
        client.options.audienceProfile = .strict
        client.accessTokenLifetime = .seconds(60)
        try await bench.store.clients.replace(client)
        let body = try Self.changed(
            registered,
            [
                ("scope", "openid profile read admin"), ("grant_types", ["authorization_code", "refresh_token"]),
                ("skip_consent", .boolean(false)), ("require_pkce", .boolean(false)),
            ])
        let updated = try await bench.send("PUT", registered.path, body: body, token: registered.accessToken)
        #expect(updated.object["scope"] == "openid")
        #expect(updated.object["grant_types"] == ["authorization_code"])
        var after = try await bench.client(registered).client
        after.updatedAt = client.updatedAt
        #expect(after == client)
    }

    @Test("A key that the operator has revoked stays revoked")
    func revokedKey() async throws {
        let bench = try await RegistrationBench.shared()
        let registered = try await bench.register()
        let key = try #require(try await bench.client(registered).keys.first)
        let id = ClientID(try #require(registered.id))
        try await bench.store.clientKeys.setStatus(
            .revoked(since: TestClock.start), number: try #require(key.number), of: id)
        let set = JSONValue.object(["keys": .array([key.jwk.object])])
        let again = try await bench.send(
            "PUT", registered.path, body: try Self.changed(registered, [("jwks", set)]), token: registered.accessToken)
        #expect(again.error == "invalid_client_metadata")
        let elsewhere = try Self.changed(registered, [("jwks", nil), ("jwks_uri", "https://new.example/jwks")])
        let moved = try await bench.send("PUT", registered.path, body: elsewhere, token: registered.accessToken)
        #expect(moved.error == "invalid_client_metadata")
        let new = try await bench.send(
            "PUT", registered.path, body: try Self.changed(registered), token: registered.accessToken)
        #expect(new.status == 200)
        let keys = try await bench.client(registered).keys
        #expect(keys.count == 2)
        #expect(keys.first { $0.jwk.object == key.jwk.object }?.status == .revoked(since: TestClock.start))
    }

    @Test("A key that stays keeps its number")
    func keptKey() async throws {
        let bench = try await RegistrationBench.shared()
        let registered = try await bench.register()
        let before = try await bench.client(registered).keys
        let body = try Self.changed(registered, [("jwks", registered.object["jwks"])])
        _ = try await bench.send("PUT", registered.path, body: body, token: registered.accessToken)
        #expect(try await bench.client(registered).keys.map(\.number) == before.map(\.number))
    }

    @Test(
        "PUT needs the client's identifier, and none of what the server decides",
        arguments: [
            "client_id", "registration_access_token", "registration_client_uri", "client_id_issued_at",
            "client_secret_expires_at", "client_secret",
        ])
    func refused(_ member: String) async throws {
        let bench = try await RegistrationBench.shared()
        let registered = try await bench.register()
        let body = try Self.changed(registered, [(member, "x")])
        let answer = try await bench.send("PUT", registered.path, body: body, token: registered.accessToken)
        #expect(answer.status == 400 && answer.error == "invalid_client_metadata")
        #expect(answer.description.contains(member))
        #expect(try await bench.send("GET", registered.path, token: registered.accessToken).object == registered.object)
    }

    @Test("DELETE ends everything of the client")
    func removed() async throws {
        let bench = try await RegistrationBench.shared()
        let registered = try await bench.register()
        let id = ClientID(try #require(registered.id))
        let answer = try await bench.send("DELETE", registered.path, token: registered.accessToken)
        #expect(answer.status == 204 && answer.response.body.isEmpty)
        #expect(try await bench.store.clients.registration(of: id) == nil)
        #expect(try await bench.store.dynamicRegistrations.all().contains { $0.client == id } == false)
        for method in ["GET", "DELETE"] {
            #expect(try await bench.send(method, registered.path, token: registered.accessToken).status == 401)
        }
    }

    @Test("Nobody but the client gets in, and the answer does not say which clients exist")
    func strangers() async throws {
        let bench = try await RegistrationBench.shared()
        let (mine, other) = (try await bench.register(), try await bench.register())
        let body = try Self.changed(mine)
        let initial = try await bench.token()
        var answers: Set<[UInt8]> = []
        for path in [mine.path, "/oauth2/register/web", "/oauth2/register/nobody", "/oauth2/register/%00"] {
            for token in [other.accessToken, IssuedSecret.generate(.registrationAccessToken).text, initial, "x"] {
                for method in ["GET", "PUT", "DELETE"] {
                    let answer = try await bench.send(method, path, body: body, token: token)
                    #expect(answer.status == 401, "\(method) \(path)")
                    answers.insert(answer.response.body)
                }
            }
        }
        #expect(answers.count == 1)
        #expect(try await bench.send("GET", mine.path).status == 401)
        #expect(try await bench.send("GET", mine.path, token: mine.accessToken).object == mine.object)
    }

    @Test("A client that the operator has disabled cannot even read its registration")
    func disabled() async throws {
        let bench = try await RegistrationBench.shared()
        let registered = try await bench.register()
        let id = ClientID(try #require(registered.id))
        try await bench.store.clients.setEnabled(false, id, at: TestClock.start)
        for method in ["GET", "PUT", "DELETE"] {
            let answer = try await bench.send(
                method, registered.path, body: try Self.changed(registered), token: registered.accessToken)
            #expect(answer.status == 401, "\(method)")
        }
        #expect(try await bench.store.clients.registration(of: id) != nil)
    }

    @Test("Scripts of other sites may register and manage clients, because no cookie is involved")
    func crossOrigin() async throws {
        let bench = try await RegistrationBench.shared()
        let preflight = try await bench.send("OPTIONS", "/oauth2/register/x")
        #expect(preflight.response.headers["Access-Control-Allow-Methods"] == "GET, PUT, DELETE")
        #expect(preflight.response.headers["Access-Control-Allow-Origin"] == "*")
    }
}
