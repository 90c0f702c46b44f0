import Countersign
import Testing

/// The module about refresh tokens.
@Suite("Conformance: refresh tokens")
struct RefreshTokenConformanceTests {
    @Test("oidcc-refresh-token", arguments: ResponseMode.allCases)
    func refresh(_ mode: ResponseMode) async throws {
        let server = try await ConformanceServer()
        let browser = server.browser()
        let (first, second) = (
            try await server.relyingParty(mode: mode), try await server.relyingParty(mode: mode)
        )
        var changes: [(String, String?)] = [("max_age", "15000")]
        if case .array(let scopes)? = first.metadata["scopes_supported"], scopes.contains("offline_access") {
            changes += [("scope", "openid offline_access"), ("prompt", "consent")]
        }
        let signIn = try await first.signIn(changes, in: browser)
        let foreign = try await second.signIn(changes, in: browser)

        var token = try #require(signIn.refreshToken)
        for more in [[], [("scope", "openid")]] {
            server.clock.advance(by: .seconds(1))
            let answer = try await first.refresh(token, more)
            let refreshed = try expectTokens(answer, like: signIn, at: first)
            token = refreshed.refreshToken ?? token
        }

        let refused = try await first.refresh(try #require(foreign.refreshToken))
        #expect(refused.status == 400)
        #expect(refused["error"] == "invalid_grant")
        // The other client's token is not harmed by that.
        #expect(try await second.refresh(try #require(foreign.refreshToken)).status == 200)
        try await server.server.stop()
    }

    /// OpenID Connect Core §12.2: the second ID token has a new `iat` and otherwise says the same.
    private func expectTokens(_ answer: Answer, like signIn: SignIn, at party: RelyingParty) throws -> SignIn {
        #expect(answer.status == 200, "\(answer.text)")
        // A refreshed ID token may repeat the nonce or leave it out.
        let text = try #require(answer["id_token"])
        let claims = try JSONObject(parsing: try CompactJWS(parsing: Array(text.utf8)).payload)
        let refreshed = try SignIn(answer, nonce: claims.string("nonce")?.text, at: party)
        let (before, after) = (signIn.idToken, refreshed.idToken)
        for name in ["iss", "sub", "aud", "auth_time", "azp"] {
            #expect(before.claims[name] == after.claims[name], "\(name)")
        }
        if let nonce = after.claims["nonce"] { #expect(nonce == before.claims["nonce"]) }
        let issued = try (#require(before.number("iat")), #require(after.number("iat")))
        #expect(issued.0 < issued.1)
        #expect(refreshed.accessToken != signIn.accessToken)
        return refreshed
    }

    /// Plan G: the refresh token of a client that authenticates is bound to the client, and to nothing else.
    @Test("A refresh token is refused without client authentication")
    func unauthenticated() async throws {
        let server = try await ConformanceServer.shared()
        let party = try await server.relyingParty()
        let signIn = try await party.signIn([("scope", "openid offline_access")], in: server.browser())
        let token = try #require(signIn.refreshToken)
        let answer = try await server.post(
            try party.endpoint("token_endpoint"),
            [("grant_type", "refresh_token"), ("refresh_token", token), ("client_id", party.id)])
        #expect([400, 401].contains(answer.status))
        #expect(["invalid_client", "invalid_grant", "invalid_request"].contains(answer["error"] ?? ""))
        #expect(try await party.refresh(token).status == 200)
    }
}
