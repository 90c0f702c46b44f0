import Store
import Testing

@testable import Server

@Suite("The account page")
struct AccountTests {
    private let bench: AuthorizationBench
    private let path = "/account"
    private let newPassword = "a quite different passphrase"

    init() async throws {
        bench = try await AuthorizationBench()
    }

    private func account(_ browser: Browser, _ query: String? = nil) async -> AccountPage? {
        page(await browser.get(path, query, bench))
    }

    private func page(_ shown: Shown) -> AccountPage? { if case .account(let page)? = shown.page { page } else { nil } }

    private func press(
        _ name: String, _ value: String = "yes", _ more: [HiddenField] = [], in browser: Browser
    ) async throws -> Shown {
        let page = try #require(await account(browser))
        let shown = await browser.post(page.action, page.hidden + [HiddenField(name, value)] + more, bench)
        return await browser.follow(shown, bench)
    }

    private func change(_ old: String, _ new: String, in browser: Browser) async throws -> Shown {
        try await press(
            "change_password", more(old, new), in: browser)
    }

    private func more(_ old: String, _ new: String) -> [HiddenField] {
        [HiddenField("username", "alice"), HiddenField("password", old), HiddenField("new_password", new)]
    }

    private func press(_ name: String, _ more: [HiddenField], in browser: Browser) async throws -> Shown {
        try await press(name, "yes", more, in: browser)
    }

    @Test("A form with a field sent twice is not said to be too old", arguments: [false, true])
    func repeated(_ isSignedIn: Bool) async throws {
        let browser = isSignedIn ? try await bench.signedIn() : Browser()
        let shown = await browser.post(path, [HiddenField("a", "1"), HiddenField("a", "2")], bench)
        #expect((shown.status, shown.refusal?.cause) == (400, .application))
        #expect(shown.refusal?.detail.contains("'a' was sent more than once") == true)
    }

    @Test("Without a session it is a sign-in page that leads back")
    func signIn() async throws {
        let browser = Browser()
        let shown = await browser.get(path, nil, bench)
        let signIn = try #require(shown.signIn)
        #expect(!signIn.canCancel)
        #expect(signIn.client == nil)
        func post(_ password: String, origin: String = AuthorizationBench.issuer) async -> Shown {
            await browser.post(
                signIn.action, signIn.hidden + [HiddenField("user", "alice"), HiddenField("password", password)], bench,
                origin: origin)
        }
        #expect(await post(AuthorizationBench.password, origin: "https://evil.example").signIn?.failure == .expired)
        #expect(await post("wrong").signIn?.failure == .wrongNameOrPassword)
        #expect(await account(browser) == nil)
        let signedIn = await post(AuthorizationBench.password)
        #expect(signedIn.location == path)
        #expect(page(await browser.follow(signedIn, bench))?.name == "alice")
    }

    @Test("It shows the person's own sessions and the clients with access to them alone")
    func shown() async throws {
        let (first, second) = (try await bench.signedIn(), try await bench.signedIn())
        _ = try await bench.signedIn("bob")
        let page = try #require(await account(first))
        #expect(page.sessions.map(\.isCurrent).sorted { $0 && !$1 } == [true, false])
        #expect(page.accesses.map(\.client.name) == ["WEB"])
        #expect(await account(second)?.sessions.count == 2)
    }

    @Test("Every change needs the form key of the page, of this session, from this origin")
    func forgery() async throws {
        let (browser, other) = (try await bench.signedIn(), try await bench.signedIn("bob"))
        let hidden = try #require(await account(browser)).hidden
        let foreign = try #require(await account(other)).hidden
        for button in ["sign_out", "end_other_sessions", "change_password"] {
            let pressed = HiddenField(button, "yes")
            for refused in [
                await browser.post(path, [pressed], bench), await browser.post(path, foreign + [pressed], bench),
                await browser.post(path, hidden + [pressed], bench, origin: "https://evil.example"),
            ] {
                #expect(refused.status == 403)
                #expect(refused.refusal?.cause == .form)
            }
        }
        #expect(await account(browser) != nil)
    }

    @Test("A person ends one session or all others, but nobody else's")
    func sessions() async throws {
        let (mine, second, third) = (try await bench.signedIn(), try await bench.signedIn(), try await bench.signedIn())
        let bob = try await bench.signedIn("bob")
        let foreign = try #require(await account(bob)?.sessions.first?.id)
        _ = try await press("end_session", foreign, in: mine)
        #expect(await account(bob) != nil)
        let id = try #require(await account(second)?.sessions.first { $0.isCurrent }?.id)
        #expect(page(try await press("end_session", id, in: mine))?.notice == .sessionEnded)
        #expect(await account(second) == nil)
        #expect(await account(third) != nil)
        #expect(page(try await press("end_other_sessions", in: mine))?.notice == .otherSessionsEnded)
        #expect(await account(third) == nil)
        #expect(await account(mine)?.sessions.count == 1)
    }

    @Test("Access that the person ends is asked for again, and what it gave ends")
    func endAccess() async throws {
        let browser = try await bench.signedIn()
        let code = try #require(await bench.authorize(in: browser).parameters["code"])
        let shown = try await press("end_access", "web", in: browser)
        #expect(page(shown)?.notice == .accessEnded(client: "WEB", isTrusted: false))
        #expect(page(shown)?.accesses.isEmpty == true)
        #expect(try await bench.stored(code).grant.revokedAt != nil)
        #expect(await bench.authorize(in: browser).consent != nil)
    }

    @Test("A trusted client is listed without a consent; ended access comes back at the next sign-in, as the page says")
    func trusted() async throws {
        let bench = try await AuthorizationBench(client: { $0.signIn.skipsConsent = true })
        let browser = try await bench.signedIn()
        _ = try await bench.signedIn("bob")
        let before = try #require(await bench.authorize(in: browser).parameters["code"])
        func shown() async throws -> AccountPage { try #require(page(await browser.get(path, nil, bench))) }
        let listed = try await shown()
        let access = try #require(listed.accesses.first)
        #expect(listed.accesses.count == 1 && !listed.hasMoreAccess)
        #expect(access.client.name == "WEB" && access.scopes == ["openid", "read"])
        #expect(access.isTrusted && !access.isAllowed)
        #expect(access.since == bench.clock.now)

        let pressed = await browser.post(path, listed.hidden + [HiddenField("end_access", "web")], bench)
        let ended = try #require(page(await browser.follow(pressed, bench)))
        #expect(ended.notice == .accessEnded(client: "WEB", isTrusted: true))
        #expect(ended.accesses.isEmpty)
        #expect(try await bench.stored(before).grant.revokedAt != nil)
        let bob = try #require(try await bench.store.users.user(named: "bob"))
        #expect(try await bench.store.consents.access(of: bob.id, limit: 10).count == 1)
        #expect(await bench.authorize(in: browser).parameters["code"] != nil)
        #expect(try await shown().accesses.count == 1)
    }

    @Test("A list of very many clients is cut, and says so")
    func manyClients() async throws {
        let browser = try await bench.signedIn()
        let session = try #require(try await bench.store.sessions.sessions(of: bench.alice.id).first)
        for number in 0..<Account.accessLimit {
            #expect(try #require(await account(browser)).hasMoreAccess == false)
            let grant = AuthorizationGrantRecord(
                user: bench.alice.id, client: ClientID(ExactString("client-\(number)")), scopes: ["openid"],
                session: session.id, authenticatedAt: bench.clock.now, createdAt: bench.clock.now)
            let code = AuthorizationCodeRecord(
                digest: GrantSecret.generate(.authorizationCode, of: grant.id).digest.digest,
                redirectURI: AuthorizationBench.redirectURI, expiresAt: bench.clock.now)
            try await bench.store.grants.add(grant, code: code)
        }
        let page = try #require(await account(browser))
        #expect(page.hasMoreAccess)
        #expect(page.accesses.count == Account.accessLimit)
        // What is left out cannot be said to have ended.
        #expect(!page.accesses.contains { $0.client.id == "web" })
        #expect(await account(browser, "notice=access-ended&client=web")?.notice == nil)
    }

    @Test("Signing out ends the session")
    func signOut() async throws {
        let browser = try await bench.signedIn()
        let shown = try await press("sign_out", in: browser)
        guard case .signedOut? = shown.page else {
            Issue.record("another page")
            return
        }
        #expect(await account(browser) == nil)
    }

    @Test("A password is changed with the current one; all other sessions end, and this one gets a new secret")
    func password() async throws {
        let (mine, other) = (try await bench.signedIn(), try await bench.signedIn())
        let before = try #require(
            try await bench.store.sessions.sessions(of: bench.alice.id).map(\.digest) as [[UInt8]]?)
        #expect(page(try await change("wrong", newPassword, in: mine))?.notice == .wrongPassword)
        #expect(
            page(try await change(AuthorizationBench.password, "short", in: mine))?.notice
                == .weakPassword(.tooShort(minimum: 15)))
        #expect(await account(other) != nil)
        #expect(page(try await change(AuthorizationBench.password, newPassword, in: mine))?.notice == .passwordChanged)
        #expect(await account(other) == nil)
        let after = try await bench.store.sessions.sessions(of: bench.alice.id).map(\.digest)
        #expect(after.count == 1)
        #expect(before.allSatisfy { !after.contains($0) })
        #expect(
            page(try await change(AuthorizationBench.password, "yet another long password", in: mine))?.notice
                == .wrongPassword)
    }

    @Test("Guessing the current password is slowed down as signing in is")
    func guessing() async throws {
        let browser = try await bench.signedIn()
        for _ in 0..<10 {
            #expect(page(try await change("wrong", newPassword, in: browser))?.notice == .wrongPassword)
        }
        #expect(
            page(try await change(AuthorizationBench.password, newPassword, in: browser))?.notice
                == .tooManyAttempts(wait: .seconds(1)))
    }

    @Test(
        "A link shows no notice of its own words, and none for what cannot have been done",
        arguments: [
            "notice=Call%20us", "notice=access-ended&client=nobody", "notice=access-ended&client=web",
        ])
    func notices(_ query: String) async throws {
        let browser = try await bench.signedIn()
        let page = try #require(await account(browser, query))
        #expect(page.notice == nil)
    }
}
