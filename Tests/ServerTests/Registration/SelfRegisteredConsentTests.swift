import TestSupport
import Testing

@testable import Server

@Suite("RFC 9700 §4.11: what people allow a client that registered itself")
struct SelfRegisteredConsentTests {
    private static let borrowed = "https://payroll.corp.example/x"
    private static let evil = "https://evil.example/cb"

    private static func request(_ registered: Reply, _ uri: String?) -> [(String, String?)] {
        [("client_id", registered.id), ("redirect_uri", uri)]
    }

    private static func uris(_ uris: String...) -> (String, JSONValue?) {
        ("redirect_uris", .array(uris.map { .string(ExactString($0)) }))
    }

    /// What `prompt=none` gives is a page: an unchecked client gets no redirect before one.
    private static func isSilent(
        _ bench: RegistrationBench, _ request: [(String, String?)], in browser: Browser
    ) async -> Bool {
        await bench.bench.authorize(request + [("prompt", "none")], in: browser).parameters["code"] != nil
    }

    @Test("is not remembered, so it does not follow the client to a redirect URI of another host")
    func otherHost() async throws {
        let bench = try await RegistrationBench(.open)
        let registered = try await bench.register([Self.uris(Self.borrowed)])
        let browser = Browser()
        let shown = await bench.bench.authorize(Self.request(registered, Self.borrowed), in: browser)
        #expect(shown.signIn?.client?.name == "payroll.corp.example")
        #expect(try await bench.bench.complete(shown, in: browser).parameters["code"] != nil)
        #expect(try await bench.change(registered, [Self.uris(Self.evil)]).status == 200)
        let request = Self.request(registered, Self.evil)
        #expect(await bench.bench.authorize(request, in: browser).consent?.client.name == "evil.example")
        #expect(await !Self.isSilent(bench, request, in: browser))
    }

    @Test("at one of its redirect URIs is not allowed at another one")
    func severalHosts() async throws {
        let bench = try await RegistrationBench(.open)
        let registered = try await bench.register([Self.uris(Self.borrowed, Self.evil)])
        let browser = Browser()
        let shown = await bench.bench.authorize(Self.request(registered, Self.borrowed), in: browser)
        #expect(try await bench.bench.complete(shown, in: browser).parameters["code"] != nil)
        let request = Self.request(registered, Self.evil)
        #expect(await bench.bench.authorize(request, in: browser).consent?.client.name == "evil.example")
        #expect(await !Self.isSilent(bench, request, in: browser))
    }

    @Test("goes nowhere else if the client moves while the person reads", arguments: [true, false])
    func movedMeanwhile(_ allows: Bool) async throws {
        let bench = try await RegistrationBench(.open)
        let registered = try await bench.register([Self.uris(Self.borrowed)])
        let browser = Browser()
        // Without redirect_uri, the only registered one counts.
        let first = await bench.bench.authorize(Self.request(registered, nil), in: browser)
        let page = try #require(first.signIn)
        let signedIn = await browser.post(
            page.action,
            page.hidden + [HiddenField("user", "alice"), HiddenField("password", AuthorizationBench.password)],
            bench.bench)
        let consent = try #require(await browser.follow(signedIn, bench.bench).consent)
        #expect(consent.client.name == "payroll.corp.example")
        #expect(try await bench.change(registered, [Self.uris(Self.evil)]).status == 200)
        let answer = await browser.post(
            consent.action, consent.hidden + [HiddenField("answer", allows ? "allow" : "deny")], bench.bench)
        #expect(answer.location == nil && answer.refusal != nil)
        // The page of the sign-in names the first one as well.
        let cancelled = await browser.post(page.action, page.hidden + [HiddenField("answer", "deny")], bench.bench)
        #expect(cancelled.location == nil && cancelled.refusal != nil)
        let alice = bench.bench.alice.id
        #expect(try await bench.store.consents.consents(of: alice).isEmpty)
    }

    @Test("RFC 6749 §4.1.3: a request without redirect_uri gives a code that is redeemed without it")
    func withoutRedirectURI() async throws {
        let bench = try await RegistrationBench(.open)
        let registered = try await bench.register([Self.uris(Self.borrowed)])
        let browser = Browser()
        let shown = await bench.bench.authorize(Self.request(registered, nil), in: browser)
        let answer = try await bench.bench.complete(shown, in: browser)
        #expect(answer.location?.hasPrefix(Self.borrowed + "?code=") == true)
        let code = try await bench.bench.stored(try #require(answer.parameters["code"])).code
        #expect(!code.hasRedirectURI && code.redirectURI == Self.borrowed)
    }
}
