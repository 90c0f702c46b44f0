import Store
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
}
