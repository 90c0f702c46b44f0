import Administration
import Pages
import TestSupport
import Testing

@testable import Console

@Suite("A form that is open while its person signs in again in another tab", .timeLimit(.minutes(5)))
struct SignedInAgainTests {
    private static let url = "/console/sample/x"
    private static let typed = "words-that-were-typed"
    private static let words = [(name: "words", value: typed)]

    /// A browser of an administrator with a form of a sensitive page that is open.
    private struct Tab {
        let bench: ConsoleBench
        let page: SamplePage
        let browser: Browser
        let key: [(name: String, value: String)]

        init() async throws {
            var page = SamplePage()
            page.isSensitive = true
            self.page = page
            bench = try await ConsoleBench(pages: [page], people: [("ada", ["admin"]), ("bea", ["admin"])])
            browser = try await bench.browser(signedInAs: "ada")
            key = await browser.open("/console").hidden("/console/sign-out")
        }

        func send(in other: Browser? = nil, headers: [(String, String)] = []) async -> Browser.Shown {
            await (other ?? browser).send(
                "POST", SignedInAgainTests.url, form: key + SignedInAgainTests.words, headers: headers)
        }

        /// Expects that the form does nothing and is not shown.
        func expectRefused(in other: Browser? = nil, headers: [(String, String)] = [], _ comment: Comment? = nil) async
        {
            let shown = await send(in: other, headers: headers)
            #expect(shown.status == 403 && !shown.html.contains(SignedInAgainTests.typed), comment)
            #expect(await page.acts.count == 0, comment)
        }
    }

    /// Signs in as somebody whatever session the browser has.
    private static func change(_ browser: Browser, to name: String) async -> Browser.Shown {
        let shown = await browser.open("/console/sign-in?account=other")
        let action = "/oauth2/authorize/sign-in"
        return await browser.follow(
            await browser.send(
                "POST", action,
                form: shown.hidden(action) + [
                    (name: "user", value: name), (name: "password", value: ConsoleBench.password),
                ]))
    }

    @Test("It is accepted, however often they have signed in, also after the sign-in had ended without use")
    func accepted() async throws {
        for ages in [
            [Operator.recentLimit], [ConsoleSessions.idleLimit],
            [Operator.recentLimit, ConsoleSessions.idleLimit, Operator.recentLimit],
        ] {
            let tab = try await Tab()
            for age in ages {
                let old = tab.browser.copy()
                tab.bench.clock.advance(by: age)
                let confirmed = try await tab.browser.signIn(as: "ada", at: "/confirmation")
                #expect(confirmed.title.hasPrefix("You have confirmed that it is you"))
                // It is another sign-in: the cookie from before is worthless.
                #expect(await old.send("GET", "/console").status == 303)
            }
            #expect(await tab.send().status == 303)
            #expect(await tab.page.acts.count == 1)
            let out = await tab.browser.send("POST", "/console/sign-out", form: tab.key)
            #expect(out.title.hasPrefix("You are signed out of the console"))
        }
    }

    @Test("It still needs a recent sign-in if its page does")
    func recent() async throws {
        let tab = try await Tab()
        tab.bench.clock.advance(by: Operator.recentLimit)
        let shown = await tab.send()
        #expect(shown.status == 403 && shown.title.hasPrefix("Sign in again to go on"))
        #expect(await tab.page.acts.count == 0)
    }

    @Test("It is refused if another person has signed in in the browser, and after the first one is back")
    func another() async throws {
        let tab = try await Tab()
        #expect(await Self.change(tab.browser, to: "bea").html.contains("<bdi>bea</bdi>"))
        await tab.expectRefused()
        #expect(await Self.change(tab.browser, to: "ada").html.contains("<bdi>ada</bdi>"))
        await tab.expectRefused()
    }

    @Test("An attacker's cookies in the browser give them no form that is accepted: session fixation")
    func fixation() async throws {
        let tab = try await Tab()
        let attacker = try await tab.bench.browser(signedInAs: "bea")
        let theirs = await attacker.open("/console").hidden("/console/sign-out")
        let victim = attacker.copy()
        #expect(await Self.change(victim, to: "ada").html.contains("<bdi>ada</bdi>"))
        #expect(await victim.send("POST", Self.url, form: theirs + Self.words).status == 403)
        // Nor is the victim's accepted with the attacker's cookies.
        let key = await victim.open("/console").hidden("/console/sign-out")
        #expect(await attacker.send("POST", Self.url, form: key + Self.words).status == 403)
        #expect(await attacker.send("GET", "/console").status == 303)
        // The same person in another browser has forms of their own.
        await tab.expectRefused(in: victim)
        #expect(await tab.page.acts.count == 0)
    }

    @Test("It is refused if another site sends it, or one without its key: cross-site request forgery")
    func forged() async throws {
        let tab = try await Tab()
        tab.bench.clock.advance(by: Operator.recentLimit)
        _ = try await tab.browser.signIn(as: "ada", at: "/confirmation")
        for header in [
            ("Origin", "https://evil.example"), ("Origin", "null"), ("Sec-Fetch-Site", "cross-site"),
            ("Sec-Fetch-Site", "same-site"),
        ] {
            await tab.expectRefused(headers: [header], "\(header)")
        }
        for key in [[], [(name: "form_key", value: "AAAA")]] {
            #expect(await tab.browser.send("POST", Self.url, form: key + Self.words).status == 403)
        }
        #expect(await tab.page.acts.count == 0)
    }

    @Test(
        "It is refused after the access has ended, also when the same person has signed in again: replay",
        arguments: ["sign-out", "session", "access", "password", "disabled"])
    func ended(_ what: String) async throws {
        let tab = try await Tab()
        let (browser, store, now) = (tab.browser, tab.bench.store, tab.bench.clock.now)
        let user = try #require(try await store.users.user(named: "ada"))
        // A browser whose cookies a sign-out does not take away, such as one that a thief has put them back into.
        let stale = browser.copy()
        switch what {
        case "sign-out": _ = await browser.post(await browser.open("/console"), "/sign-out")
        case "session":
            for session in try await store.sessions.sessions(of: user.id) {
                _ = try await store.sessions.remove(session.id, of: user.id, at: now)
            }
        case "access": _ = try await store.consents.withdraw(of: user.id, from: .console, at: now)
        case "password": try await store.users.setPassword(hash: user.passwordHash, of: user.id, at: now)
        default:
            try await tab.bench.change("ada") { $0.isEnabled = false }
            tab.bench.clock.advance(by: .seconds(1))
        }
        for browser in [browser, stale] {
            await tab.expectRefused(in: browser, "before")
            try await tab.bench.change("ada") { $0.isEnabled = true }
            let shown = try await browser.signIn(as: "ada", at: "/confirmation")
            #expect(shown.html.contains("You are signed in as ada"))
            await tab.expectRefused(in: browser, "after")
        }
    }

    @Test("A page for something sensitive says until when its form is accepted without another sign-in")
    func deadline() async throws {
        let bench = try await ConsoleBench()
        let browser = try await bench.browser(signedInAs: "ada")
        let end = ShownTime.clock(bench.clock.now + Operator.recentLimit, withSeconds: false)
        let words = "Until \(end) UTC, what you send from this page is accepted without another sign-in."
        bench.clock.advance(by: .seconds(60))
        let shown = await browser.open("/console/register-client")
        #expect(shown.html.contains(words))
        // So does the same page with mistakes; one without a form or about nothing sensitive has no such words.
        let faulty = await browser.post(shown, "/register-client", [(name: "client_name", value: "")])
        #expect(faulty.status == 400 && faulty.html.contains(words))
        for path in ["/console", "/console/clients", "/console/confirmation", "/console/clients/nobody/edit"] {
            #expect(await !browser.open(path).html.contains("without another sign-in"), "\(path)")
        }
    }
}
