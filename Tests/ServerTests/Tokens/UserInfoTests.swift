import Countersign
import Store
import TestSupport
import Testing

@testable import Server

@Suite("OpenID Connect Core §5.3: UserInfo")
struct UserInfoTests {
    private func token(
        _ bench: GrantBench, scopes: [String] = ["openid", "profile", "email"], claims: String? = nil
    ) async throws -> String {
        try await bench.redeem(try await bench.code(scopes: scopes, claims: claims))["access_token"] ?? ""
    }

    @Test("The scopes' claims have their standard types, and blank ones are left out")
    func claims() async throws {
        let bench = try await GrantBench()
        let reply = try await bench.userInfo(try await token(bench, scopes: ["openid", "profile", "email", "address"]))
        #expect((reply.status, reply.response.contentType) == (200, "application/json"))
        let expected: JSONObject = [
            "sub": .string(bench.user.id.text), "name": "Ada Lovelace", "preferred_username": "ada",
            "birthdate": "1815-12-10", "updated_at": .number(TestClock.start.seconds), "email": "ada@example.com",
            "email_verified": .boolean(true), "address": .object(["country": "UK"]),
        ]
        #expect(reply.object == expected)
    }

    @Test("OpenID Connect Core §5.5: claims are given one by one, each where it was asked for")
    func requested() async throws {
        let bench = try await GrantBench()
        let request = #"{"userinfo":{"name":{"essential":true},"x":null},"id_token":{"email":null,"auth_time":null}}"#
        let answer = try await bench.redeem(try await bench.code(scopes: ["openid"], claims: request))
        let reply = try await bench.userInfo(answer["access_token"])
        #expect(reply.object == ["sub": .string(bench.user.id.text), "name": "Ada Lovelace"])
        let idToken = try answer.claims("id_token")
        #expect(idToken["email"] == "ada@example.com" && idToken["name"] == nil)
        #expect(idToken["auth_time"] != nil)
    }

    @Test("A token may be in the header or in the form of a POST, and nowhere else")
    func places() async throws {
        let bench = try await GrantBench()
        let token = try await token(bench)
        let path = "/oauth2/userinfo"
        #expect(try await bench.send("POST", path, form: [("access_token", token)]).status == 200)
        #expect(
            try await bench.send("POST", path, form: [], headers: ["Authorization": "Bearer \(token)"]).status == 200)
        #expect(try await bench.send("GET", path, query: "access_token=\(token)").status == 400)
        let both = try await bench.send(
            "POST", path, form: [("access_token", token)], headers: ["Authorization": "Bearer \(token)"])
        #expect((both.status, both["error"]) == (400, "invalid_request"))
    }

    @Test("RFC 6750 §3: a refusal names its reason in WWW-Authenticate, and none without a token")
    func refusals() async throws {
        let bench = try await GrantBench()
        func challenge(_ reply: Reply) -> String { reply.response.headers["WWW-Authenticate"] ?? "" }
        let none = try await bench.userInfo(nil)
        #expect(none.status == 401 && challenge(none) == "Bearer realm=\"https://as.example\"")
        let wrong = try await bench.userInfo("cs_at_wrong")
        #expect(wrong.status == 401 && challenge(wrong).contains("error=\"invalid_token\""))
        let own = try await bench.post([("grant_type", "client_credentials")])
        let narrow = try await bench.userInfo(own["access_token"])
        #expect(narrow.status == 403 && challenge(narrow).contains("error=\"insufficient_scope\""))
        let idToken = try await bench.redeem(try await bench.code())["id_token"]
        #expect(try await bench.userInfo(idToken).status == 401)
    }

    @Test("A token ends with its time, its grant, its person and its client", arguments: AccessTokenFormat.allCases)
    func ends(_ format: AccessTokenFormat) async throws {
        let bench = try await GrantBench { $0.accessTokenFormat = format }
        let token = try await token(bench)
        #expect(try await bench.userInfo(token).status == 200)
        var user = bench.user
        user.isEnabled = false
        try await bench.store.users.replace(user)
        #expect(try await bench.userInfo(token).status == 401)
        user.isEnabled = true
        try await bench.store.users.replace(user)
        let session = SessionRecord(
            digest: RandomBytes.make(32), id: bench.session.id, user: user.id, authenticatedAt: TestClock.start,
            methods: [], createdAt: TestClock.start, expiresAt: TestClock.start + .seconds(86_400))
        try await bench.store.sessions.add(session, replacing: nil, passwordChangedAt: nil)
        let another = try await self.token(bench)
        #expect(try await bench.userInfo(another).status == 200)
        bench.clock.advance(by: .seconds(3600))
        #expect(try await bench.userInfo(another).status == 401)
    }

    @Test("While the metadata document of a client that is a URL cannot be read, a token is neither valid nor invalid")
    func unreachableClient() async throws {
        let bench = try await GrantBench(settings: {
            $0.clientMetadata = MetadataBench.settings().clientMetadata
            $0.clientMetadata.scopes = ["openid", "profile"]
            $0.keySets.grace = .seconds(60)
        })
        let redirects: [(String, JSONValue?)] = [
            ("token_endpoint_auth_method", "none"), ("grant_types", ["authorization_code"]), ("jwks", nil),
            ("redirect_uris", [.string(GrantBench.redirectURI)]),
        ]
        bench.reader.answer(
            MetadataBench.url,
            .received(try MetadataBench.document(changes: redirects), etag: nil, lifetime: nil))
        let client = MetadataBench.url.text
        let code = try await bench.code(client: client, scopes: ["openid"])
        let reply = try await bench.send(
            "POST", "/oauth2/token",
            form: [
                ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", GrantBench.redirectURI),
                ("client_id", client),
            ])
        #expect(try await bench.userInfo(reply["access_token"]).status == 200)
        bench.reader.answer(MetadataBench.url, .failed(reason: "it is down"))
        bench.clock.advance(by: .seconds(1800))
        let answer = try await bench.userInfo(reply["access_token"])
        #expect((answer.status, answer["error"]) == (503, "temporarily_unavailable"))
    }

    @Test("§5.3.2: a client that registered an algorithm gets a signed response")
    func signed() async throws {
        let bench = try await GrantBench { $0.signIn.userInfoAlgorithm = .edDSA }
        let reply = try await bench.userInfo(try await token(bench))
        #expect(reply.response.contentType == "application/jwt")
        let claims = try #require(bench.signed(reply.response.body, as: .plain))
        #expect(claims["aud"] == "app" && claims["name"] == "Ada Lovelace")
    }

    @Test("§8.1: pairwise subjects are the same everywhere for one sector, and differ between sectors")
    func pairwise() async throws {
        let bench = try await GrantBench {
            $0.signIn.subjectType = .pairwise
            if $0.id == "other" { $0.signIn.redirectURIs = ["https://other.example/callback"] }
        }
        var subjects: [String] = []
        for client in ["app", "browser", "other"] {
            let reply = try await bench.redeem(try await bench.code(client: client), client: client)
            let subject = try await bench.userInfo(reply["access_token"])["sub"] ?? ""
            #expect(try reply.claims("id_token")["sub"] == .string(subject))
            #expect(try reply.claims("access_token")["sub"] == .string(subject))
            subjects.append(subject)
        }
        #expect(subjects[0] == subjects[1] && subjects[0] != subjects[2])
        #expect(!subjects.contains(bench.user.id.text))
    }

    @Test("Scripts of other sites may call what public clients need")
    func crossOrigin() async throws {
        let bench = try await GrantBench()
        for path in ["/oauth2/token", "/oauth2/userinfo", "/oauth2/jwks", "/.well-known/openid-configuration"] {
            let preflight = try await bench.send("OPTIONS", path)
            #expect(preflight.status == 204)
            #expect(preflight.response.headers["Access-Control-Allow-Origin"] == "*")
        }
        let reply = try await bench.send("GET", "/oauth2/userinfo", headers: ["Origin": "https://app.example"])
        #expect(reply.response.headers["Access-Control-Allow-Origin"] == "*")
        #expect(reply.response.headers["Access-Control-Allow-Credentials"] == nil)
        #expect(try await bench.send("OPTIONS", "/oauth2/introspect").status == 405)
    }
}
