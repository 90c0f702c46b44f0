import Countersign
import Foundation
import Server
import Testing

/// Modules about clients that register themselves.
@Suite("Conformance: dynamic registration", .timeLimit(.minutes(5)))
struct RegistrationConformanceTests {
    /// Metadata as the suite sends it: keys by value, contacts, a name, one redirect URI; with changed members.
    private static func metadata(_ changes: [(String, JSONValue?)]) throws -> JSONObject {
        let key = JWK(key: TestClients.rsaKey.verificationKey, keyID: "k1", algorithm: .rs256, use: "sig")
        var members: [(String, JSONValue)] = [
            ("client_name", "Suite"), ("contacts", ["suite@client.example"]),
            ("redirect_uris", .array([RelyingParty.redirectURI])), ("grant_types", ["authorization_code"]),
            ("response_types", ["code"]), ("token_endpoint_auth_method", "private_key_jwt"),
            ("jwks", .object(["keys": .array([key.object])])),
        ]
        for (name, value) in changes {
            members.removeAll { $0.0 == name }
            if let value { members.append((name, value)) }
        }
        return JSONObject(members)
    }

    private static func list(_ uri: String) -> [UInt8] { Array(JSONValue.array([uri]).render().utf8) }

    private func register(_ server: ConformanceServer, _ changes: [(String, JSONValue?)] = []) async throws -> Answer {
        let metadata = try await server.metadata()
        return try await server.send(
            "POST", metadata.string("registration_endpoint")?.text, Self.metadata(changes))
    }

    /// Registers a client, and checks what each module checks.
    private func party(
        _ server: ConformanceServer, _ changes: [(String, JSONValue?)] = []
    ) async throws -> (party: RelyingParty, registered: Answer) {
        let registered = try await register(server, changes)
        #expect(registered.status == 201, "\(registered.text)")
        #expect(registered.headers["content-type"] == "application/json")
        #expect(registered["registration_client_uri"]?.hasPrefix("https://") == true)
        #expect(registered["registration_access_token"] != nil)
        #expect(registered.object["client_secret_expires_at"] == nil)
        let metadata = try await server.metadata()
        let party = RelyingParty(
            server: server, id: try #require(registered["client_id"]), mode: .query, metadata: metadata,
            keys: try await server.keys(metadata))
        return (party, registered)
    }

    @Test("A client that registered itself signs a person in, and is deleted at the end as in each module")
    func server() async throws {
        let server = try await ConformanceServer.shared()
        let (party, registered) = try await party(server)
        let browser = server.browser()
        let signIn = try await party.signIn(in: browser)
        #expect(try await party.userInfo(signIn.accessToken).status == 200)
        let token = registered["registration_access_token"]
        let deleted = try await server.send("DELETE", registered["registration_client_uri"], nil, token: token)
        #expect(deleted.status == 204 && deleted.body.isEmpty)
        #expect(try await party.userInfo(signIn.accessToken).status == 401)
        #expect(try await server.send("GET", registered["registration_client_uri"], nil, token: token).status == 401)
        let page = try await party.authorize(party.request(), in: browser).page
        #expect(page.status == 400)
    }

    @Test("oidcc-redirect-uri-regfrag")
    func fragment() async throws {
        let answer = try await register(
            try await .shared(), [("redirect_uris", .array([RelyingParty.redirectURI + "#fragment"]))])
        #expect(answer.status == 400 && answer["error"] == "invalid_redirect_uri")
        #expect(answer.headers["content-type"] == "application/json")
    }

    /// Signs in as far as the question for consent, where a client is shown.
    private func consent(_ party: RelyingParty) async throws -> WebPage {
        let browser = party.server.browser()
        let page = try await browser.open(try party.url(party.request())).page
        let form = try #require(page.forms.first { $0.passwordField != nil })
        let (name, password) = (try #require(form.nameField), try #require(form.passwordField))
        let next = try await browser.signIn(
            page, form, filling: [name.name: Person.alice, password.name: Person.password]
        ).page
        #expect(next.kind == .consent)
        return next
    }

    @Test("oidcc-registration-policy-uri")
    func policy() async throws {
        let url = "https://client.example/policy"
        let (party, registered) = try await party(try await .shared(), [("policy_uri", .string(url))])
        #expect(registered["policy_uri"] == url)
        #expect(try await consent(party).text.contains("href=\"\(url)\""))
    }

    @Test("oidcc-registration-tos-uri")
    func termsOfService() async throws {
        let url = "https://client.example/tos"
        let (party, registered) = try await party(try await .shared(), [("tos_uri", .string(url))])
        #expect(registered["tos_uri"] == url)
        #expect(try await consent(party).text.contains("href=\"\(url)\""))
    }

    @Test("oidcc-registration-jwks-uri")
    func keySet() async throws {
        let keys = try await KeyServer()
        keys.publish("/jwks", keys: [("k1", TestClients.rsaKey)])
        let server = try await ConformanceServer.shared()
        let (party, _) = try await party(server, [("jwks", nil), ("jwks_uri", .string(keys.url("/jwks")))])
        _ = try await party.signIn(in: server.browser())
        try await keys.stop()
    }

    @Test("oidcc-registration-sector-uri")
    func sector() async throws {
        let keys = try await KeyServer()
        keys.publish("/sector", KeyServer.Page(body: Self.list(RelyingParty.redirectURI)))
        let server = try await ConformanceServer.shared()
        let (party, registered) = try await party(
            server, [("subject_type", "pairwise"), ("sector_identifier_uri", .string(keys.url("/sector")))])
        #expect(registered["subject_type"] == "pairwise")
        let signIn = try await party.signIn(in: server.browser())
        #expect(signIn.idToken.claims["sub"] != "subject-of-alice")
        try await keys.stop()
    }

    @Test("oidcc-registration-sector-bad")
    func badSector() async throws {
        let keys = try await KeyServer()
        keys.publish("/sector", KeyServer.Page(body: Self.list("https://other.example/callback")))
        let answer = try await register(
            try await .shared(),
            [("subject_type", "pairwise"), ("sector_identifier_uri", .string(keys.url("/sector")))])
        #expect(answer.status == 400 && answer["error"] == "invalid_client_metadata")
        try await keys.stop()
    }

    @Test("oidcc-refresh-token-rp-key-rotation")
    func rotatedKey() async throws {
        let (server, keys) = (try await ConformanceServer(), try await KeyServer())
        keys.publish("/jwks", keys: [("k1", TestClients.rsaKey)])
        let (party, _) = try await party(
            server,
            [
                ("jwks", nil), ("jwks_uri", .string(keys.url("/jwks"))),
                ("grant_types", ["authorization_code", "refresh_token"]),
            ])
        let signIn = try await party.signIn(
            [("scope", "openid offline_access"), ("prompt", "consent")], in: server.browser())
        keys.publish("/jwks", keys: [("k2", TestClients.key)])
        server.clock.advance(by: .seconds(60))
        let now = server.now.seconds
        let assertion = try Assertion(
            client: party.id, key: TestClients.key, algorithm: .es256, header: [("kid", "k2")],
            claims: [("aud", .string(try party.endpoint("token_endpoint"))), ("exp", .number(now + 60))])
        let answer = try await server.post(
            try party.endpoint("token_endpoint"),
            [
                ("grant_type", "refresh_token"), ("refresh_token", try #require(signIn.refreshToken)),
                ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
                ("client_assertion", try assertion.signed()),
            ])
        #expect(answer.status == 200, "\(answer.text)")
        try await keys.stop()
    }
}
