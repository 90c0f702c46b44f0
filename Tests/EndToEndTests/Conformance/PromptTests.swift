import Countersign
import Testing

/// Modules about sessions: `prompt`, `max_age` and hints. Time moves by the server's clock.
@Suite("Conformance: prompt and max_age")
struct PromptConformanceTests {
    @Test("oidcc-prompt-login", arguments: ResponseMode.allCases)
    func login(_ mode: ResponseMode) async throws {
        let server = try await ConformanceServer()
        let party = try await server.relyingParty(mode: mode)
        let browser = server.browser()
        let first = try await party.signIn([("max_age", "15000")], in: browser)
        server.clock.advance(by: .seconds(1))
        let before = browser.pages.count
        let second = try await party.signIn([("prompt", "login"), ("max_age", "15000")], in: browser)
        #expect(browser.pages.dropFirst(before).first?.kind == .signIn)
        let times = try (
            #require(first.idToken.authenticationTime), #require(second.idToken.authenticationTime)
        )
        #expect(times.0 < times.1)
        #expect(first.idToken.subject == second.idToken.subject)
        try await server.server.stop()
    }

    @Test("oidcc-prompt-none-not-logged-in", arguments: ResponseMode.allCases)
    func noneWithoutSession(_ mode: ResponseMode) async throws {
        let server = try await ConformanceServer.shared()
        let party = try await server.relyingParty(mode: mode)
        let browser = server.browser()
        let request = party.request([("prompt", "none"), ("state", RelyingParty.random(124) + "-._~")])
        let error = try await party.error(request, in: browser)
        #expect(Self.siblings.contains(error))
        #expect(browser.pages.isEmpty)
    }

    static let siblings = [
        "login_required", "interaction_required", "consent_required", "account_selection_required",
    ]

    @Test("oidcc-prompt-none-logged-in", arguments: ResponseMode.allCases)
    func noneWithSession(_ mode: ResponseMode) async throws {
        let server = try await ConformanceServer()
        let party = try await server.relyingParty(mode: mode)
        let browser = server.browser()
        let first = try await party.signIn([("max_age", "15000")], in: browser)
        server.clock.advance(by: .seconds(60))
        let before = browser.pages.count
        let second = try await party.signIn([("prompt", "none"), ("max_age", "15000")], in: browser)
        #expect(browser.pages.count == before)
        #expect(first.idToken.subject == second.idToken.subject)
        #expect(first.idToken.authenticationTime == second.idToken.authenticationTime)
        #expect(first.idToken.authenticationTime != nil)
        try await server.server.stop()
    }

    @Test("oidcc-max-age-1", arguments: ResponseMode.allCases)
    func maximumAgeOfOne(_ mode: ResponseMode) async throws {
        let server = try await ConformanceServer()
        let party = try await server.relyingParty(mode: mode)
        let browser = server.browser()
        let first = try await party.signIn(in: browser)
        server.clock.advance(by: .seconds(2))
        let before = browser.pages.count
        let second = try await party.signIn([("max_age", "1")], in: browser)
        #expect(browser.pages.dropFirst(before).first?.kind == .signIn)
        let time = try #require(second.idToken.authenticationTime)
        #expect(time >= TestServer.now.seconds + 2)
        if let firstTime = first.idToken.authenticationTime { #expect(firstTime < time) }
        try await server.server.stop()
    }

    @Test("oidcc-max-age-10000", arguments: ResponseMode.allCases)
    func maximumAgeOfHours(_ mode: ResponseMode) async throws {
        let server = try await ConformanceServer()
        let party = try await server.relyingParty(mode: mode)
        let browser = server.browser()
        let first = try await party.signIn([("max_age", "15000")], in: browser)
        server.clock.advance(by: .seconds(2))
        let before = browser.pages.count
        let second = try await party.signIn([("max_age", "10000")], in: browser)
        #expect(browser.pages.count == before)
        #expect(first.idToken.authenticationTime == TestServer.now.seconds)
        #expect(second.idToken.authenticationTime == TestServer.now.seconds)
        try await server.server.stop()
    }

    /// The hint may have expired: it says who is meant, and proves nothing.
    @Test("oidcc-id-token-hint", arguments: ResponseMode.allCases)
    func hint(_ mode: ResponseMode) async throws {
        let server = try await ConformanceServer()
        let party = try await server.relyingParty(mode: mode)
        let browser = server.browser()
        let first = try await party.signIn(in: browser)
        for wait in [Duration.zero, .seconds(5400)] {
            server.clock.advance(by: wait)
            let before = browser.pages.count
            let hints = [("prompt", "none"), ("id_token_hint", first.idToken.text)]
            let second = try await party.signIn(hints, in: browser)
            #expect(browser.pages.count == before)
            #expect(first.idToken.subject == second.idToken.subject)
        }
        try await server.server.stop()
    }
}
