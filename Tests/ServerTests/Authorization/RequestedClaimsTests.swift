import Store
import TestSupport
import Testing

@testable import Server

@Suite("OpenID Connect Core §5.5: claims asked for by name")
struct RequestedClaimsTests {
    private static func claims(_ name: String) -> (String, String?) { ("claims", #"{"userinfo":{"\#(name)":null}}"#) }

    @Test("count as their scope on the consent page, and those of scopes that are not registered count for nothing")
    func consent() async throws {
        let bench = try await AuthorizationBench()
        let browser = Browser()
        let openID: (String, String?) = ("scope", "openid")
        let first = await bench.authorize([openID, Self.claims("email")], in: browser)
        let answer = try await bench.complete(first, in: browser)
        let grant = try await bench.stored(try #require(answer.parameters["code"])).grant
        #expect(grant.scopes == ["openid"])
        let consent = try await bench.store.consents.consent(of: bench.alice.id, to: ClientID("web"))
        #expect(consent?.scopes == ["openid"])
        // The consent to `openid` does not cover the claims of `profile`.
        let silent = await bench.authorize([openID, ("prompt", "none"), Self.claims("birthdate")], in: browser)
        #expect(silent.parameters["error"] == "consent_required")
        let shown = await bench.authorize([openID, Self.claims("birthdate")], in: browser)
        #expect(shown.consent?.scopes == ["openid", "profile"])
        let allowed = try await bench.complete(shown, in: browser)
        #expect(try await bench.stored(try #require(allowed.parameters["code"])).grant.scopes == ["openid"])
        #expect(
            await bench.authorize([openID, ("prompt", "none"), Self.claims("birthdate")], in: browser)
                .parameters["code"] != nil)
    }

    @Test(
        "are given if the client is registered for their scope",
        arguments: [(["openid"], false), (["openid", "email"], true)])
    func given(_ scopes: [String], _ isGiven: Bool) async throws {
        let bench = try await GrantBench { $0.scopes = scopes }
        let code = try await bench.code(
            scopes: ["openid"], claims: #"{"userinfo":{"email":null},"id_token":{"email":{"essential":true}}}"#)
        let reply = try await bench.redeem(code)
        #expect((try reply.claims("id_token")["email"] != nil) == isGiven)
        let userInfo = try await bench.userInfo(reply["access_token"])
        #expect((userInfo.status, userInfo["email"] != nil) == (200, isGiven))
    }

    @Test("that the page did not show are not given later, when the client gets their scope", arguments: [false, true])
    func later(_ isTrusted: Bool) async throws {
        let bench = try await AuthorizationBench()
        var alice = bench.alice
        alice.claims.set("email", "alice@example.com")
        alice.claims.set("given_name", "Alice")
        try await bench.store.users.replace(alice)
        var client = try #require(try await bench.store.clients.registration(of: ClientID("app"))?.client)
        client.signIn.skipsConsent = isTrusted
        try await bench.store.clients.replace(client)
        let redirectURI = "https://app.example/native"
        let claims = #"{"userinfo":{"email":null,"given_name":null},"id_token":{"email":null,"given_name":null}}"#
        let browser = Browser()
        let shown = await bench.authorize(
            [
                ("client_id", "app"), ("redirect_uri", redirectURI), ("scope", "openid"), ("claims", claims),
                ("code_challenge", AuthorizationBench.challenge), ("code_challenge_method", "S256"),
            ], in: browser)
        let code = try #require(try await bench.complete(shown, in: browser).parameters["code"])
        client.scopes.append("email")
        try await bench.store.clients.replace(client)
        let redeemed = await browser.post(
            "/oauth2/token",
            [
                HiddenField("grant_type", "authorization_code"), HiddenField("code", code),
                HiddenField("redirect_uri", redirectURI), HiddenField("client_id", "app"),
                HiddenField("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            ], bench, sendsCookies: false)
        let tokens = try JSONObject(parsing: redeemed.response.body)
        let idToken = try #require(tokens.string("id_token")).text
        let issued = OwnSignature(bench.keys.ring, issuer: AuthorizationBench.issuer)
            .claims(of: Array(idToken.utf8), type: .plain)
        #expect(issued?["given_name"] == "Alice" && issued?["email"] == nil)
        let accessToken = try #require(tokens.string("access_token")).text
        let answer = await bench.routes.response(
            to: EndpointRequest(
                method: "GET", path: "/oauth2/userinfo", headers: ["Authorization": "Bearer \(accessToken)"]))
        let userInfo = try JSONObject(parsing: answer.body)
        #expect(userInfo["given_name"] == "Alice" && userInfo["email"] == nil)
    }
}
