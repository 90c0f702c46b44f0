import Store
import Testing

@testable import Server

@Suite("A sign-in answers the request for which it was made, and no other")
struct AnsweredTicketTests {
    private static let again: [(String, String?)] = [("prompt", "login")]

    /// Posts a sign-in page's form, and returns the path and query at which the request goes on.
    private func answer(
        _ shown: Shown, as user: String = "alice", in browser: Browser, _ bench: AuthorizationBench
    ) async throws -> String {
        let page = try #require(shown.signIn)
        let posted = await browser.post(
            page.action,
            page.hidden + [HiddenField("user", user), HiddenField("password", AuthorizationBench.password)], bench)
        return try #require(posted.location)
    }

    private func open(_ location: String, in browser: Browser, _ bench: AuthorizationBench) async throws -> Shown {
        let parts = location.split(separator: "?", maxSplits: 1).map(String.init)
        return await browser.get(parts[0], parts[1], bench)
    }

    /// The page's own address, which its links to other languages repeat.
    private func link(_ shown: Shown, _ bench: AuthorizationBench) throws -> String {
        try #require(bench.pages.frame(shown.response)?.link)
    }

    @Test(
        "A sign-in for another client does not answer a page that was left open",
        arguments: [("prompt", "login"), ("max_age", "1"), ("prompt", "select_account")])
    func anotherClient(_ name: String, _ value: String) async throws {
        let bench = try await AuthorizationBench()
        let browser = try await bench.signedIn()
        bench.clock.advance(by: .seconds(60))
        let left = try link(await bench.authorize([(name, value)], in: browser), bench)
        bench.clock.advance(by: .seconds(60))
        // The person signs in for another request, in another tab.
        let other = await bench.authorize(Self.again + [("state", "other")], in: browser)
        #expect(try await bench.complete(other, in: browser).parameters["code"] != nil)
        bench.clock.advance(by: .seconds(1))
        #expect(try await open(left, in: browser, bench).signIn != nil)
    }

    @Test("An answered request is good for one code")
    func once() async throws {
        let bench = try await AuthorizationBench()
        let browser = try await bench.signedIn()
        bench.clock.advance(by: .seconds(60))
        let answered = try await answer(await bench.authorize(Self.again, in: browser), in: browser, bench)
        #expect(try await open(answered, in: browser, bench).parameters["code"] != nil)
        for _ in 0..<2 {
            let repeated = try await open(answered, in: browser, bench)
            #expect(repeated.parameters["code"] == nil)
            #expect(await browser.follow(repeated, bench).signIn != nil)
        }
    }

    @Test("An answered request that needed no answer can be repeated, as one without a ticket can")
    func repeated() async throws {
        let bench = try await AuthorizationBench { $0.signIn.skipsConsent = true }
        let browser = Browser()
        let answered = try await answer(await bench.authorize(in: browser), in: browser, bench)
        let first = try #require(try await open(answered, in: browser, bench).parameters["code"])
        let second = await browser.follow(try await open(answered, in: browser, bench), bench)
        #expect(try #require(second.parameters["code"]) != first)
    }

    @Test("An answer is worth nothing in another browser, after another sign-in, or without the session")
    func anotherSession() async throws {
        let bench = try await AuthorizationBench()
        let browser = try await bench.signedIn()
        let other = try await bench.signedIn()
        bench.clock.advance(by: .seconds(60))
        let answered = try await answer(await bench.authorize(Self.again, in: browser), in: browser, bench)
        #expect(try await open(answered, in: other, bench).signIn != nil)
        #expect(try await open(answered, in: Browser(), bench).signIn != nil)
        _ = try await answer(await bench.authorize(Self.again, in: browser), in: browser, bench)
        #expect(try await open(answered, in: browser, bench).signIn != nil)
    }

    @Test("An answer is one for five minutes, and not after the clock was set back", arguments: [-1, 299_999, 300_000])
    func age(_ milliseconds: Int) async throws {
        let bench = try await AuthorizationBench()
        let browser = try await bench.signedIn()
        bench.clock.advance(by: .seconds(60))
        let answered = try await answer(await bench.authorize(Self.again, in: browser), in: browser, bench)
        bench.clock.advance(by: .milliseconds(milliseconds))
        let shown = try await open(answered, in: browser, bench)
        #expect((shown.parameters["code"] != nil) == (milliseconds == 299_999))
        #expect((shown.signIn != nil) == (milliseconds != 299_999))
    }

    @Test("After the clock was set back max_age is not satisfied, because the age of the sign-in is not known")
    func maximumAge() async throws {
        let bench = try await AuthorizationBench()
        let browser = try await bench.signedIn()
        bench.clock.advance(by: .seconds(-10))
        #expect(await bench.authorize([("max_age", "3600")], in: browser).signIn != nil)
        #expect(await bench.authorize(in: browser).parameters["code"] != nil)
    }

    @Test("Consent is asked for and given with the answered ticket")
    func consent() async throws {
        let bench = try await AuthorizationBench()
        let browser = try await bench.signedIn()
        bench.clock.advance(by: .seconds(60))
        let shown = await bench.authorize([("prompt", "login consent")], in: browser)
        let page = try #require(
            try await open(try await answer(shown, in: browser, bench), in: browser, bench).consent)
        let allow = page.hidden + [HiddenField("answer", "allow")]
        #expect(await browser.post(page.action, allow, bench).parameters["code"] != nil)
        // The form once more, as after a double click.
        let repeated = await browser.follow(await browser.post(page.action, allow, bench), bench)
        #expect(repeated.signIn != nil)
    }
}
