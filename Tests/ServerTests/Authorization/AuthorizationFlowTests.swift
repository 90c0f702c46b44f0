import TestSupport
import Testing

@testable import Server

@Suite("OpenID Connect Core §3.1.2: signing in, consent and the answer")
struct AuthorizationFlowTests {
    @Test("A person signs in, consents, and returns with a code for the request")
    func whole() async throws {
        let bench = try await AuthorizationBench()
        let browser = Browser()
        let first = await bench.authorize(
            [("nonce", "n-0S6"), ("code_challenge", AuthorizationBench.challenge), ("code_challenge_method", "S256")],
            in: browser)
        let page = try #require(first.signIn)
        #expect(page.client?.name == "WEB")
        #expect(page.client?.returnsTo == AuthorizationBench.redirectURI)
        #expect(page.signedInAs == nil)
        bench.clock.advance(by: .seconds(20))
        let signedIn = await browser.post(
            page.action,
            page.hidden + [HiddenField("user", "alice"), HiddenField("password", AuthorizationBench.password)],
            bench)
        // 303, so that the browser does not send the password on.
        #expect(signedIn.status == 303)
        let consent = try #require(await browser.follow(signedIn, bench).consent)
        #expect(consent.person == "alice")
        #expect(consent.scopes == ["openid", "read"])
        bench.clock.advance(by: .seconds(5))
        let answer = await browser.post(consent.action, consent.hidden + [HiddenField("answer", "allow")], bench)
        #expect(answer.status == 303)
        #expect(answer.location?.hasPrefix("https://app.example/cb?code=cs_ac_") == true)
        #expect(Set(answer.parameters.keys) == ["code", "state", "iss"])
        #expect(answer.parameters["state"] == "af0ifjsldkj")
        #expect(answer.parameters["iss"] == AuthorizationBench.issuer)

        let (code, grant) = try await bench.stored(try #require(answer.parameters["code"]))
        #expect(code.redirectURI == AuthorizationBench.redirectURI)
        #expect(code.hasRedirectURI)
        #expect(code.challenge == AuthorizationBench.challenge)
        #expect(code.expiresAt == bench.clock.now + .seconds(60))
        // The time of the sign-in, which answered this request.
        #expect(grant.id.prefix(6) == AuthorizationGrantRecord.makeID(at: grant.authenticatedAt).prefix(6))
        #expect(grant.user == bench.alice.id)
        #expect(grant.client == ClientID("web"))
        #expect(grant.scopes == ["openid", "read"])
        #expect(grant.nonce == "n-0S6")
        #expect(grant.authenticatedAt == TestClock.start + .seconds(20))
        #expect(grant.methods == ["pwd"])
        #expect(!grant.demandsAuthenticationTime)
    }

    @Test("With a session and a remembered consent no page is shown, with prompt=none too")
    func silent() async throws {
        let bench = try await AuthorizationBench()
        let browser = try await bench.signedIn()
        bench.clock.advance(by: .seconds(60))
        for changes in [[], [("prompt", "none")], [("max_age", "10000")], [("prompt", "none"), ("scope", "read")]] {
            let answer = await bench.authorize(changes, in: browser).parameters
            let grant = try await bench.stored(try #require(answer["code"])).grant
            // The time of the last real sign-in.
            #expect(grant.authenticatedAt == TestClock.start)
            #expect(grant.demandsAuthenticationTime == (changes.first?.0 == "max_age"))
        }
    }

    @Test(
        "prompt=none never shows a page",
        arguments: [
            (false, [], "login_required"), (true, [("max_age", "30")], "login_required"),
            (true, [("scope", "openid write")], "consent_required"),
        ] as [(Bool, [(String, String?)], String)])
    func none(_ isSignedIn: Bool, _ changes: [(String, String?)], _ code: String) async throws {
        let bench = try await AuthorizationBench()
        let browser = isSignedIn ? try await bench.signedIn() : Browser()
        bench.clock.advance(by: .seconds(60))
        let shown = await bench.authorize(changes + [("prompt", "none")], in: browser)
        #expect(shown.page == nil)
        #expect(shown.parameters["error"] == code)
        #expect(shown.parameters["state"] == "af0ifjsldkj")
    }

    @Test(
        "The person has to sign in again if the request asks for it, and once is enough",
        arguments: [("prompt", "login"), ("prompt", "select_account"), ("max_age", "30"), ("max_age", "0")])
    func again(_ name: String, _ value: String) async throws {
        let bench = try await AuthorizationBench()
        let browser = try await bench.signedIn()
        bench.clock.advance(by: .seconds(60))
        let shown = await bench.authorize([(name, value)], in: browser)
        let page = try #require(shown.signIn)
        // The page of an account to select neither names a person nor has a name filled in.
        let person = value == "select_account" ? nil : "alice"
        #expect(page.signedInAs == person)
        #expect(page.name == person)
        bench.clock.advance(by: .seconds(10))
        let answer = try await bench.complete(shown, in: browser).parameters
        let grant = try await bench.stored(try #require(answer["code"])).grant
        #expect(grant.authenticatedAt == TestClock.start + .seconds(70))
        // A ticket that was answered once does not answer the next request.
        bench.clock.advance(by: .seconds(60))
        #expect(await bench.authorize([(name, value)], in: browser).signIn != nil)
    }

    @Test(
        "A browser that opens the address of a form gets a page that says so, without an entry in the audit log",
        arguments: ["/oauth2/authorize/sign-in", "/oauth2/authorize/consent"])
    func formAddress(_ path: String) async throws {
        let bench = try await AuthorizationBench()
        let shown = await Browser().get(path, "ui_locales=de", bench)
        let page = try #require(shown.refusal)
        #expect((shown.status, page.cause, page.code) == (405, .formAddress, "invalid_request"))
        #expect(shown.response.headers["Allow"] == "POST")
        #expect(bench.pages.languages(shown.response)?.first == "de")
        #expect(page.reference == nil)
        await bench.store.audit.flush()
        #expect(try await bench.store.audit.latest(1, onlyProven: false).isEmpty)
        let other = await bench.routes.response(to: EndpointRequest(method: "PUT", path: path))
        #expect((other.status, other.contentType) == (405, "application/json"))
    }

    @Test("default_max_age of the client counts if the request has none")
    func defaultMaximumAge() async throws {
        let bench = try await AuthorizationBench { $0.signIn.defaultMaximumAge = .seconds(30) }
        let browser = try await bench.signedIn()
        #expect(await bench.authorize(in: browser).parameters["code"] != nil)
        bench.clock.advance(by: .seconds(60))
        #expect(await bench.authorize(in: browser).signIn != nil)
        #expect(await bench.authorize([("max_age", "100")], in: browser).parameters["code"] != nil)
    }

    @Test("Consent is asked for what was not allowed before, with prompt=consent, and of each client alone")
    func consent() async throws {
        let bench = try await AuthorizationBench()
        let browser = try await bench.signedIn()
        #expect(
            await bench.authorize([("scope", "openid read write")], in: browser).consent?.scopes == [
                "openid", "read", "write",
            ])
        #expect(await bench.authorize([("prompt", "consent")], in: browser).consent != nil)
        let other: [(String, String?)] = [
            ("client_id", "app"), ("redirect_uri", "https://app.example/native"),
            ("code_challenge", AuthorizationBench.challenge), ("code_challenge_method", "S256"),
        ]
        var shown = await bench.authorize(other, in: browser)
        #expect(shown.consent != nil)
        shown = try await bench.complete(shown, in: browser)
        #expect(shown.parameters["code"] != nil)
        #expect(await bench.authorize(other, in: browser).parameters["code"] != nil)
        // Consents add up.
        _ = try await bench.complete(await bench.authorize([("scope", "write")], in: browser), in: browser)
        #expect(await bench.authorize([("scope", "openid read write")], in: browser).parameters["code"] != nil)
    }

    @Test("RFC 8252 §8.6: a public client on loopback is asked about each time")
    func nativeClient() async throws {
        let bench = try await AuthorizationBench()
        let browser = Browser()
        let request: [(String, String?)] = [
            ("client_id", "app"), ("redirect_uri", "http://127.0.0.1:51004/cb"),
            ("code_challenge", AuthorizationBench.challenge), ("code_challenge_method", "S256"),
        ]
        for _ in 0..<2 {
            let answer = try await bench.complete(await bench.authorize(request, in: browser), in: browser)
            #expect(answer.location?.hasPrefix("http://127.0.0.1:51004/cb?code=") == true)
            #expect(await bench.authorize(request, in: browser).consent != nil)
        }
        #expect(
            await bench.authorize(request + [("prompt", "none")], in: browser).parameters["error"] == "consent_required"
        )
    }

    @Test("A trusted client is not asked about")
    func trusted() async throws {
        let bench = try await AuthorizationBench { $0.signIn.skipsConsent = true }
        let browser = Browser()
        let page = try #require(await bench.authorize([("prompt", "consent")], in: browser).signIn)
        let shown = await browser.post(
            page.action,
            page.hidden + [HiddenField("user", "alice"), HiddenField("password", AuthorizationBench.password)],
            bench)
        #expect(await browser.follow(shown, bench).parameters["code"] != nil)
    }

    @Test("Cancel and deny return access_denied, and nothing is remembered")
    func denied() async throws {
        let bench = try await AuthorizationBench()
        let browser = Browser()
        let page = try #require(await bench.authorize(in: browser).signIn)
        let cancelled = await browser.post(page.action, page.hidden + [HiddenField("answer", "deny")], bench)
        #expect(cancelled.parameters["error"] == "access_denied")
        #expect(cancelled.parameters["state"] == "af0ifjsldkj")
        let signedIn = await browser.post(
            page.action,
            page.hidden + [HiddenField("user", "alice"), HiddenField("password", AuthorizationBench.password)],
            bench)
        let consent = try #require(await browser.follow(signedIn, bench).consent)
        let denied = await browser.post(consent.action, consent.hidden + [HiddenField("answer", "deny")], bench)
        #expect(denied.parameters["error"] == "access_denied")
        #expect(try await bench.store.consents.consent(of: bench.alice.id, to: ClientID("web")) == nil)
    }

    @Test("A wrong password shows the page again with the name, and no session begins")
    func wrongPassword() async throws {
        let bench = try await AuthorizationBench()
        let browser = Browser()
        let page = try #require(await bench.authorize(in: browser).signIn)
        for name in ["alice", "nobody"] {
            let shown = await browser.post(
                page.action, page.hidden + [HiddenField("user", name), HiddenField("password", "wrong")], bench)
            #expect(shown.signIn?.failure == .wrongNameOrPassword)
            #expect(shown.signIn?.name == name)
            #expect(shown.status == 403)
        }
        #expect(await bench.authorize(in: browser).signIn?.signedInAs == nil)
        // The same page still works.
        let shown = await browser.post(
            page.action,
            page.hidden + [HiddenField("user", "alice"), HiddenField("password", AuthorizationBench.password)],
            bench)
        #expect(await browser.follow(shown, bench).consent != nil)
    }

    @Test("Another person can be chosen on the consent page")
    func switchAccount() async throws {
        let bench = try await AuthorizationBench()
        let browser = try await bench.signedIn()
        bench.clock.advance(by: .seconds(10))
        let consent = try #require(await bench.authorize([("prompt", "consent")], in: browser).consent)
        let parts = consent.switchAccount.split(separator: "?").map(String.init)
        let shown = await browser.get(parts[0], parts[1], bench)
        #expect(shown.signIn?.name == nil)
        bench.clock.advance(by: .seconds(10))
        let answer = try await bench.complete(shown, as: "bob", in: browser)
        let grant = try await bench.stored(try #require(answer.parameters["code"])).grant
        #expect(grant.user != bench.alice.id)
    }

    @Test("A person who was disabled has to sign in, and cannot")
    func disabled() async throws {
        let bench = try await AuthorizationBench()
        let browser = try await bench.signedIn()
        var alice = bench.alice
        alice.isEnabled = false
        try await bench.store.users.replace(alice)
        let shown = await bench.authorize(in: browser)
        let page = try #require(shown.signIn)
        let failed = await browser.post(
            page.action,
            page.hidden + [HiddenField("user", "alice"), HiddenField("password", AuthorizationBench.password)],
            bench)
        #expect(failed.signIn?.failure == .wrongNameOrPassword)
    }
}
