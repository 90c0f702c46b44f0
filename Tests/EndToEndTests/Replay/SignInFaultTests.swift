import TestSupport
import Testing

@Suite(
    "kill -9 on the real process between the steps of a sign-in", .ownThreads, .serialized, .timeLimit(.minutes(10)))
struct SignInFaultTests {
    @Test("Every step goes on where the one before it ended", arguments: GrantClient.allCases)
    func steps(_ client: GrantClient) async throws {
        let setting = try await KilledServer(client)
        let keys = try await setting.caller.server.get("/oauth2/jwks").text
        let page = try await setting.browser.open(setting.authorization())
        let response = try await Person().walkOn(setting.browser, from: page) { try setting.restart() }.response
        #expect(setting.browser.pages.map(\.kind) == [.signIn, .consent])
        let code = try #require(response["code"], "\(response.location)")

        try setting.restart()
        let first = try await Tokens(setting.caller.redeem(code))
        #expect(try await setting.caller.server.get("/oauth2/jwks").text == keys)
        try setting.restart()
        #expect(try await setting.caller.userInfo(first.access).status == 200)
        let second = try await Tokens(setting.caller.refresh(first.refresh))
        #expect(second.refresh != first.refresh)

        // Neither the person nor their consent is asked for again.
        try setting.restart()
        #expect(try await setting.browser.open(setting.authorization()).response["code"] != nil)
        #expect(setting.browser.pages.count == 2)
        #expect(try await setting.caller.userInfo(second.access).status == 200)
        #expect(try await setting.caller.refresh(second.refresh).status == 200)
        #expect(setting.stop() == 0)
    }

    @Test("RFC 6749 §4.1.2: a code that was redeemed before is refused, and ends its tokens")
    func redeemedCode() async throws {
        let setting = try await KilledServer(.authenticated)
        let code = try await setting.code()
        let tokens = try await Tokens(setting.caller.redeem(code))
        try setting.restart()
        #expect(try await setting.caller.userInfo(tokens.access).status == 200)
        #expect(try await setting.caller.redeem(code)["error"] == "invalid_grant")
        try await tokens.expectEnd(setting.caller)
        try setting.restart()
        try await tokens.expectEnd(setting.caller)
        #expect(setting.stop() == 0)
    }

    @Test("RFC 9700 §4.14.2: a public client's replaced refresh token is refused, and ends its successor")
    func reusedRefreshToken() async throws {
        let setting = try await KilledServer(.public)
        let first = try await Tokens(setting.caller.redeem(setting.code()))
        let second = try await Tokens(setting.caller.refresh(first.refresh))
        try setting.restart()
        #expect(try await setting.caller.refresh(first.refresh)["error"] == "invalid_grant")
        try setting.restart()
        try await first.expectEnd(setting.caller)
        try await second.expectEnd(setting.caller)
        #expect(setting.stop() == 0)
    }

    @Test("A client that authenticates gets the successor of its refresh token again, and it works")
    func repeatedRotation() async throws {
        let setting = try await KilledServer(.authenticated)
        let first = try await Tokens(setting.caller.redeem(setting.code()))
        let second = try await Tokens(setting.caller.refresh(first.refresh))
        try setting.restart()
        let again = try await Tokens(setting.caller.refresh(first.refresh))
        #expect(again.refresh == second.refresh)
        try setting.restart()
        #expect(try await setting.caller.refresh(second.refresh).status == 200)
        #expect(setting.stop() == 0)
    }

    @Test("RFC 7009 §2.1: a revoked token stays revoked", arguments: GrantClient.allCases)
    func revocation(_ client: GrantClient) async throws {
        let setting = try await KilledServer(client)
        let ended = try await Tokens(setting.caller.redeem(setting.code()))
        let kept = try await Tokens(setting.caller.redeem(setting.code()))
        #expect(try await setting.caller.revoke(ended.refresh).status == 200)
        #expect(try await setting.caller.revoke(kept.access).status == 200)
        try setting.restart()
        try await ended.expectEnd(setting.caller)
        #expect(try await setting.caller.userInfo(kept.access).status == 401)
        #expect(try await setting.caller.refresh(kept.refresh).status == 200)
        #expect(setting.stop() == 0)
    }

    @Test("A person who signed out stays signed out, and so do their tokens", arguments: GrantClient.allCases)
    func signedOut(_ client: GrantClient) async throws {
        let setting = try await KilledServer(client)
        let tokens = try await Tokens(setting.caller.redeem(setting.code()))
        let cookies = setting.browser.cookies
        _ = try await Person().walk(setting.browser, to: TestServer.issuer + "/oauth2/logout")
        try setting.restart()
        // Also for a browser that ignored the removal of its cookie.
        setting.browser.cookies = cookies
        let response = try await setting.browser.open(setting.authorization([("prompt", "none")])).response
        #expect(response["error"] == "login_required")
        try await tokens.expectEnd(setting.caller)
        #expect(setting.stop() == 0)
    }
}

/// The tokens of one answer.
private struct Tokens {
    let access: String
    let refresh: String

    init(_ answer: Answer) throws {
        guard answer.status == 200, let access = answer["access_token"], let refresh = answer["refresh_token"] else {
            throw TestFailure("no tokens: \(answer.status) \(answer.text)")
        }
        self.access = access
        self.refresh = refresh
    }

    func expectEnd(_ caller: GrantCaller) async throws {
        #expect(try await caller.userInfo(access).status == 401)
        #expect(try await caller.refresh(refresh)["error"] == "invalid_grant")
    }
}
