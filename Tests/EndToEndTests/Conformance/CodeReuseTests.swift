import Countersign
import Store
import Testing

/// Modules about a code that is used twice.
@Suite("Conformance: codes")
struct CodeReuseTests {
    @Test("oidcc-codereuse", arguments: ResponseMode.allCases)
    func atOnce(_ mode: ResponseMode) async throws {
        let server = try await ConformanceServer.shared()
        let party = try await server.relyingParty(mode: mode)
        let signIn = try await party.signIn(in: server.browser())
        let again = try await party.redeem(signIn.code)
        #expect(again.status == 400)
        #expect(again["error"] == "invalid_grant")
        #expect(again.headers["content-type"]?.hasPrefix("application/json") == true)
    }

    /// The access token of the first use dies with the second, whatever its format.
    @Test(
        "oidcc-codereuse-30seconds", arguments: ResponseMode.allCases, [AccessTokenFormat.jwt, .opaque])
    func later(_ mode: ResponseMode, _ format: AccessTokenFormat) async throws {
        let server = try await ConformanceServer()
        let party = try await server.relyingParty(mode: mode) { $0.accessTokenFormat = format }
        let signIn = try await party.signIn(in: server.browser())
        #expect(try await party.userInfo(signIn.accessToken).status == 200)
        server.clock.advance(by: .seconds(30))
        let again = try await party.redeem(signIn.code)
        #expect(again.status == 400)
        #expect(again["error"] == "invalid_grant")
        #expect((400..<500).contains(try await party.userInfo(signIn.accessToken).status))
        try await server.server.stop()
    }

    /// Plan G tries it after 62 seconds.
    @Test("A code that nobody used within a minute is refused")
    func expired() async throws {
        let server = try await ConformanceServer()
        let party = try await server.relyingParty()
        let code = try await party.code(party.request(), in: server.browser())
        server.clock.advance(by: .seconds(62))
        let answer = try await party.redeem(code)
        #expect(answer.status == 400)
        #expect(answer["error"] == "invalid_grant")
        try await server.server.stop()
    }
}
