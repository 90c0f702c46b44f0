import TestSupport
import Testing

@testable import Server

@Suite("Forms of sign-in and consent that another site sends, or that belong to another browser or request")
struct FormForgeryTests {
    private static let credentials = [
        HiddenField("user", "alice"), HiddenField("password", AuthorizationBench.password),
    ]

    @Test("A sign-in from another site, without the cookie, or with another page's key signs nobody in")
    func signIn() async throws {
        let bench = try await AuthorizationBench()
        let (browser, attacker) = (Browser(), Browser())
        let page = try #require(await bench.authorize(in: browser).signIn)
        let other = try #require(await bench.authorize([("state", "other")], in: browser).signIn)
        let theirs = try #require(await bench.authorize(in: attacker).signIn)
        let attempts: [Shown] = [
            await browser.post(page.action, page.hidden + Self.credentials, bench, origin: "https://evil.example"),
            await browser.post(page.action, page.hidden + Self.credentials, bench, origin: "null"),
            await browser.post(page.action, page.hidden + Self.credentials, bench, sendsCookies: false),
            await browser.post(page.action, [page.hidden[0]] + Self.credentials, bench),
            // The pair of ticket and key that an attacker got for a browser of their own.
            await browser.post(page.action, theirs.hidden + Self.credentials, bench),
            // The key of one request with the ticket of another.
            await browser.post(page.action, [other.hidden[0], page.hidden[1]] + Self.credentials, bench),
        ]
        for shown in attempts {
            #expect(shown.signIn?.failure == .expired)
            #expect(!shown.response.headers.fields.contains { $0.value.contains("countersign-session") })
        }
        // A forged *Cancel* must not end what the person is doing either.
        let cancelled = await browser.post(
            page.action, page.hidden + [HiddenField("answer", "deny")], bench, origin: "https://evil.example")
        #expect(cancelled.location == nil)
    }

    @Test("A consent from another site, session or request gives nothing")
    func consent() async throws {
        let bench = try await AuthorizationBench()
        let browser = try await bench.signedIn()
        let attacker = try await bench.signedIn("bob")
        let wide: [(String, String?)] = [("scope", "openid read write")]
        let page = try #require(await bench.authorize(wide, in: browser).consent)
        let narrow = try #require(await bench.authorize([("prompt", "consent")], in: browser).consent)
        let theirs = try #require(await bench.authorize(wide, in: attacker).consent)
        let allow = [HiddenField("answer", "allow")]
        let attempts: [Shown] = [
            await browser.post(page.action, page.hidden + allow, bench, origin: "https://evil.example"),
            await browser.post(page.action, page.hidden + allow, bench, sendsCookies: false),
            await browser.post(page.action, [page.hidden[0]] + allow, bench),
            await browser.post(page.action, theirs.hidden + allow, bench),
            // The key of a small request with the ticket of a large one.
            await browser.post(page.action, [page.hidden[0], narrow.hidden[1]] + allow, bench),
            await browser.post(page.action, page.hidden, bench),
            await browser.post(page.action, page.hidden + [HiddenField("answer", "yes")], bench),
        ]
        for shown in attempts {
            // Back to the page, whose ticket says what was asked.
            #expect(shown.location?.hasPrefix("/oauth2/authorize?ticket=") == true)
        }
        let consent = try await bench.store.consents.consent(of: bench.alice.id, to: ClientID("web"))
        #expect(consent?.scopes == ["openid", "read"])
    }

    @Test("A ticket of one client is no consent for another")
    func otherClient() async throws {
        let bench = try await AuthorizationBench()
        let browser = try await bench.signedIn()
        let other: [(String, String?)] = [
            ("client_id", "app"), ("redirect_uri", "https://app.example/native"),
            ("code_challenge", AuthorizationBench.challenge), ("code_challenge_method", "S256"),
        ]
        let app = try #require(await bench.authorize(other, in: browser).consent)
        let web = try #require(await bench.authorize([("prompt", "consent")], in: browser).consent)
        let allow = [HiddenField("answer", "allow")]
        let shown = await browser.post(app.action, [app.hidden[0], web.hidden[1]] + allow, bench)
        #expect(shown.parameters["code"] == nil)
        #expect(try await bench.store.consents.consent(of: bench.alice.id, to: ClientID("app")) == nil)
    }

    @Test("A request whose client was disabled, or lost its redirect URI, goes no further")
    func changedClient() async throws {
        let bench = try await AuthorizationBench()
        let browser = try await bench.signedIn()
        let page = try #require(await bench.authorize([("prompt", "consent")], in: browser).consent)
        var client = AuthorizationBench.client("web")
        client.signIn.redirectURIs = ["https://app.example/new"]
        try await bench.store.clients.replace(client)
        bench.clock.advance(by: .seconds(1))
        let shown = await browser.post(page.action, page.hidden + [HiddenField("answer", "allow")], bench)
        #expect(shown.refusal != nil)
        #expect(shown.location == nil)
    }

    @Test("A session that was ended while the consent page was open gets no code")
    func endedSession() async throws {
        let bench = try await AuthorizationBench()
        let browser = try await bench.signedIn()
        let page = try #require(await bench.authorize([("prompt", "consent")], in: browser).consent)
        try await bench.store.sessions.removeAll(of: bench.alice.id, except: nil, at: bench.clock.now)
        let shown = await browser.post(page.action, page.hidden + [HiddenField("answer", "allow")], bench)
        #expect(await browser.follow(shown, bench).signIn != nil)
    }
}
