import Countersign
import SQLite
import Store
import TestSupport
import Testing

@testable import Server

@Suite("RFC 7662, RFC 7009: introspection and revocation")
struct IntrospectionTests {
    @Test("A client's own token is active, with what it says", arguments: AccessTokenFormat.allCases)
    func active(_ format: AccessTokenFormat) async throws {
        let bench = try await GrantBench { $0.accessTokenFormat = format }
        let token = try await bench.redeem(try await bench.code())["access_token"]
        let reply = try await bench.introspect(token)
        #expect(reply.object["active"] == .boolean(true))
        #expect(reply["sub"] == bench.user.id.text)
        #expect((reply["client_id"], reply["scope"]) == ("app", "openid profile read"))
        #expect(reply["aud"] == GrantBench.issuer)
        #expect(reply.object["exp"] == .number(TestClock.start.seconds + 3600))
        bench.clock.advance(by: .seconds(3600))
        #expect(try await bench.introspect(token).object == ["active": .boolean(false)])
    }

    @Test("RFC 7662 §4: others learn nothing about it, unless they are its audience or may see all")
    func visibility() async throws {
        let bench = try await GrantBench { if $0.id == "app" { $0.signIn.audiences = ["other"] } }
        let token = try await bench.redeem(try await bench.code())["access_token"]
        #expect(try await bench.introspect(token, by: "other").object["active"] == .boolean(true))
        let plain = try await GrantBench()
        let hidden = try await plain.redeem(try await plain.code())["access_token"]
        #expect(try await plain.introspect(hidden, by: "other").object == ["active": .boolean(false)])
        let all = try await GrantBench { $0.signIn.introspectsAllTokens = $0.id == "other" }
        let seen = try await all.redeem(try await all.code())["access_token"]
        #expect(try await all.introspect(seen, by: "other").object["active"] == .boolean(true))
    }

    @Test("The caller must authenticate; the endpoint's own URL is an accepted audience, not for strict clients")
    func authentication() async throws {
        let bench = try await GrantBench { if $0.id == "other" { $0.options.audienceProfile = .strict } }
        #expect(try await bench.introspect("x", by: "browser").status == 401)
        let audience = GrantBench.issuer + "/oauth2/introspect"
        for (client, status) in [("app", 200), ("other", 401)] {
            let reply = try await bench.post(
                "/oauth2/introspect", [("token", "x")], client: client, audience: audience)
            #expect(reply.status == status)
        }
        #expect(try await bench.post("/oauth2/introspect", []).status == 400)
    }

    @Test(
        "A JWT that belongs in its parameter is not mistaken for an assertion",
        arguments: ["/oauth2/introspect", "/oauth2/revoke"])
    func noAssertion(_ path: String) async throws {
        let bench = try await GrantBench()
        let token = try await bench.redeem(try await bench.code())["access_token"] ?? ""
        let reply = try await bench.send("POST", path, form: [("token", token)])
        #expect((reply.status, reply["error"]) == (401, "invalid_client"))
        #expect(reply["error_description"]?.contains("send client_assertion, a JWT") == true)
        #expect(reply["error_description"]?.contains("contains a JWT") == false)
        let misplaced = try await bench.send("POST", path, form: [("token", token), ("assertion", token)])
        #expect(misplaced["error_description"]?.contains("The parameter 'assertion' contains a JWT") == true)
    }

    @Test("A refresh token is active for its own client until it ends")
    func refreshToken() async throws {
        let bench = try await GrantBench()
        let token = try await bench.redeem(try await bench.code())["refresh_token"]
        #expect(try await bench.introspect(token).object["active"] == .boolean(true))
        #expect(try await bench.introspect(token, by: "other").object["active"] == .boolean(false))
        #expect(try await bench.post("/oauth2/revoke", [("token", token ?? "")]).status == 200)
        #expect(try await bench.introspect(token).object["active"] == .boolean(false))
    }

    @Test("RFC 9701 §5: the answer is a JWT for the caller if Accept asks for one")
    func signed() async throws {
        let bench = try await GrantBench()
        let token = try await bench.post([("grant_type", "client_credentials")])["access_token"] ?? ""
        let reply = try await bench.post(
            "/oauth2/introspect", [("token", token)],
            headers: ["Accept": "application/token-introspection+jwt"])
        #expect(reply.response.contentType == "application/token-introspection+jwt")
        let claims = try #require(bench.signed(reply.response.body, as: .introspection))
        #expect(claims["aud"] == "app")
        guard case .object(let answer)? = claims["token_introspection"] else { throw OAuthError(.invalidToken, "") }
        #expect(answer["active"] == .boolean(true) && answer["sub"] == "app")
    }

    @Test(
        "RFC 9701 §6: it is signed with the algorithm that the caller is registered with, RS256 by default",
        arguments: [(nil, "RS256"), (.es256, "ES256"), (.edDSA, "EdDSA")] as [(SignatureAlgorithm?, String)])
    func algorithm(_ registered: SignatureAlgorithm?, _ expected: String) async throws {
        let bench = try await GrantBench { if $0.id == "app" { $0.signIn.introspectionAlgorithm = registered } }
        for (client, name) in [("app", expected), ("other", "RS256")] {
            let reply = try await bench.post(
                "/oauth2/introspect", [("token", "unknown")], client: client,
                headers: ["Accept": "application/token-introspection+jwt"])
            #expect(try CompactJWS(parsing: reply.response.body).header.algorithm.name == name)
            #expect(bench.signed(reply.response.body, as: .introspection)?["aud"] == .string(client))
        }
    }

    @Test(
        "RFC 7009 §2.1: an access token ends alone, a refresh token takes the grant with it",
        arguments: AccessTokenFormat.allCases)
    func revocation(_ format: AccessTokenFormat) async throws {
        let bench = try await GrantBench { $0.accessTokenFormat = format }
        let first = try await bench.redeem(try await bench.code())
        let refresh = first["refresh_token"] ?? ""
        let second = try await bench.refresh(refresh)
        #expect(try await bench.post("/oauth2/revoke", [("token", first["access_token"] ?? "")]).status == 200)
        #expect(try await bench.userInfo(first["access_token"]).status == 401)
        #expect(try await bench.userInfo(second["access_token"]).status == 200)
        #expect(try await bench.post("/oauth2/revoke", [("token", refresh)]).status == 200)
        #expect(try await bench.userInfo(second["access_token"]).status == 401)
        #expect(try await bench.refresh(refresh)["error"] == "invalid_grant")
    }

    @Test(
        "A thousand access tokens of one client and person are revoked at once, then the client must wait; nothing else is affected"
    )
    func manyRevocations() async throws {
        let bench = try await GrantBench()
        let refresh = try await bench.redeem(try await bench.code())["refresh_token"] ?? ""
        func token(_ client: String) async throws -> String {
            try await bench.post([("grant_type", "client_credentials")], client: client)["access_token"] ?? ""
        }
        func revoke(_ token: String, _ client: String = "app") async throws -> Reply {
            try await bench.post("/oauth2/revoke", [("token", token)], client: client)
        }
        for _ in 0..<1000 { #expect(try await revoke(try await token("app")).status == 200) }
        let (last, person) = (
            try await token("app"), try await bench.redeem(try await bench.code())["access_token"] ?? ""
        )
        let refused = try await revoke(last)
        #expect(refused.status == 429 && refused["error"] == "temporarily_unavailable")
        #expect(refused.response.headers["Retry-After"] == "3")
        #expect(try await bench.introspect(last).object["active"] == .boolean(true))
        for other in [refresh, person] { #expect(try await revoke(other).status == 200) }
        #expect(try await revoke(try await token("other"), "other").status == 200)
        bench.clock.advance(by: .seconds(3))
        // A repetition takes nothing of the limit.
        for _ in 0..<3 { #expect(try await revoke(last).status == 200) }
        #expect(try await bench.introspect(last).object["active"] == .boolean(false))
    }

    @Test("A JWT ends with the key that signed it, also one that was verified before")
    func retiredKey() async throws {
        let store = try SQLiteStore(directory: TemporaryDirectory().path)
        let keys = try await ServerKeys.load(
            from: store, masterKey: .generate(), algorithm: .es256, at: TestClock.start)
        let bench = try await GrantBench(keys: keys)
        let token = try await bench.redeem(try await bench.code())["access_token"]
        #expect(try await bench.introspect(token).object["active"] == .boolean(true))
        let now = bench.clock.now
        for key in try await store.signingKeys.all() {
            try await store.signingKeys.update(key.keyID, signsFrom: key.signsFrom, publishedUntil: now)
        }
        try await keys.ring.refresh(at: now)
        #expect(try await bench.introspect(token).object == ["active": .boolean(false)])
        #expect(try await bench.userInfo(token).status == 401)
    }

    @Test("RFC 7009 §2.1: a token of another client is refused and stays active; §2.2: an unknown one gets 200")
    func ownTokens() async throws {
        let bench = try await GrantBench()
        let token = try await bench.post([("grant_type", "client_credentials")])["access_token"] ?? ""
        let refresh = try await bench.redeem(try await bench.code())["refresh_token"] ?? ""
        for (token, client) in [(token, "other"), (token, "browser"), (refresh, "other"), (refresh, "browser")] {
            let reply = try await bench.post("/oauth2/revoke", [("token", token)], client: client)
            #expect((reply.status, reply["error"]) == (400, "invalid_grant"))
            #expect(try await bench.introspect(token).object["active"] == .boolean(true))
        }
        for unknown in ["unknown", String(refresh.dropLast()) + (refresh.hasSuffix("A") ? "B" : "A")] {
            #expect(try await bench.post("/oauth2/revoke", [("token", unknown)]).status == 200)
        }
        #expect(try await bench.post("/oauth2/revoke", [("token", token)]).status == 200)
        #expect(try await bench.introspect(token).object["active"] == .boolean(false))
    }

    @Test(
        "RFC 7009 §2.2: a token of another client that has ended is no error",
        arguments: ["revoked", "revoked with its grant", "replaced", "expired"])
    func endedTokens(_ how: String) async throws {
        let bench = try await GrantBench()
        func revoke(_ token: String, _ client: String) async throws -> Int {
            try await bench.post("/oauth2/revoke", [("token", token)], client: client).status
        }
        let code = try await bench.code(client: "browser", challenge: GrantBench.challenge)
        let reply = try await bench.redeem(code, client: "browser", verifier: GrantBench.verifier)
        let refresh = try #require(reply["refresh_token"]), access = try #require(reply["access_token"])
        #expect(try await revoke(refresh, "app") == 400)
        #expect(try await revoke(access, "app") == 400)
        let ended: [String]
        switch how {
        case "revoked":
            #expect(try await revoke(access, "browser") == 200)
            ended = [access]
        case "revoked with its grant":
            #expect(try await revoke(refresh, "browser") == 200)
            ended = [refresh, access]
        case "replaced":
            let successor = try #require(try await bench.refresh(refresh, client: "browser")["refresh_token"])
            #expect(successor != refresh)
            #expect(try await revoke(successor, "app") == 400)
            ended = [refresh]
        default:
            bench.clock.advance(by: .seconds(400 * 86400))
            ended = [refresh, access]
        }
        for token in ended { #expect(try await revoke(token, "app") == 200) }
    }
}
