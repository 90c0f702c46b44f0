import Store
import Testing

@testable import Server

@Suite("RFC 9700 §4.11: clients that describe themselves at a URL")
struct SelfDescribedClientTests {
    private static let elsewhere = "https://elsewhere.example/cb"
    private static let ownHost = "https://client.example/cb"
    private static let device = "http://127.0.0.1/cb"
    private static let native = "com.example.app:/cb"

    private static func bench(_ changes: [(String, JSONValue?)] = []) async throws -> AuthorizationBench {
        let bench = try await AuthorizationBench(settings: {
            $0.clientMetadata.isEnabled = true
            $0.clientMetadata.allowedHosts = ["client.example"]
            $0.clientMetadata.scopes = ["openid", "read"]
        })
        let document = try MetadataBench.document(
            changes: [
                ("client_name", "Corp Payroll"), ("logo_uri", "https://client.example/bank.png"),
                ("grant_types", ["authorization_code"]),
                ("redirect_uris", [.string(elsewhere), .string(ownHost), .string(device), .string(native)]),
                ("post_logout_redirect_uris", [.string(elsewhere)]),
            ] + changes)
        bench.reader.answer(MetadataBench.url, .received(document, etag: nil, lifetime: nil))
        return bench
    }

    private static func request(_ uri: String = elsewhere, _ more: (String, String?)...) -> [(String, String?)] {
        [("client_id", MetadataBench.url.text), ("redirect_uri", uri)] + more
    }

    @Test(
        "are shown by their host; the name that they give themselves and where they lead stand beside it",
        arguments: [(elsewhere, "elsewhere.example"), (ownHost, "client.example"), (device, nil), (native, nil)])
    func shown(_ uri: String, _ host: String?) async throws {
        let bench = try await Self.bench()
        let browser = Browser()
        let shown = await bench.authorize(Self.request(uri), in: browser)
        let description = ClientPresentation.SelfDescription(name: "Corp Payroll", returnHost: host)
        #expect(shown.signIn?.client?.name == "client.example")
        #expect(shown.signIn?.client?.selfDescription == description)
        #expect(shown.signIn?.client?.logo == nil)
        let page = try #require(shown.signIn)
        let signedIn = await browser.post(
            page.action,
            page.hidden + [HiddenField("user", "alice"), HiddenField("password", AuthorizationBench.password)], bench)
        let consent = try #require(await browser.follow(signedIn, bench).consent)
        #expect(consent.client.name == "client.example")
        #expect(consent.client.selfDescription == description)
        #expect(consent.client.logo == nil)
        let answer = await browser.post(consent.action, consent.hidden + [HiddenField("answer", "allow")], bench)
        #expect(answer.location?.hasPrefix(uri + "?code=") == true)
        guard case .account(let account)? = await browser.get("/account", nil, bench).page else {
            Issue.record("no account page")
            return
        }
        #expect(account.accesses.map(\.client.name) == ["client.example"])
    }

    @Test(
        "do not make this server an open redirector: errors before any page are a page with a reference",
        arguments: [
            (elsewhere, false), (native, false), (ownHost, true), (device, true),
            ("https://client.example.evil.example/cb", false),
        ])
    func errors(_ uri: String, _ isRedirected: Bool) async throws {
        let bench = try await Self.bench([("redirect_uris", [.string(uri)])])
        for change: (String, String?) in [("response_type", nil), ("scope", "admin"), ("prompt", "none")] {
            let shown = await bench.authorize(Self.request(uri, change))
            #expect((shown.location != nil) == isRedirected, "\(change)")
            #expect((shown.refusal?.reference != nil) == !isRedirected, "\(change)")
            #expect(isRedirected || shown.refusal?.client == "client.example")
            // The same as a posted request, which a ticket takes on.
            let parameters = AuthorizationBench.parameters(Self.request(uri, change))
            let browser = Browser()
            let posted = await browser.post(
                "/oauth2/authorize", parameters.map { HiddenField($0.name, $0.value) }, bench,
                origin: "https://elsewhere.example", sendsCookies: false)
            #expect((await browser.follow(posted, bench).refusal != nil) == !isRedirected, "\(change)")
        }
        let formPost = await bench.authorize(Self.request(uri, ("response_mode", "form_post"), ("prompt", "none")))
        #expect((formPost.formPost != nil) == isRedirected)
    }

    @Test(
        "have links to their own host alone",
        arguments: [("https://client.example/about", true), ("https://accounts.google.com/about", false)])
    func links(_ url: String, _ isShown: Bool) async throws {
        let value = JSONValue.string(ExactString(url))
        let bench = try await Self.bench([("client_uri", value), ("policy_uri", value), ("tos_uri", value)])
        let client = try #require(await bench.authorize(Self.request()).signIn?.client)
        let shown = isShown ? url : nil
        #expect([client.website, client.privacyPolicy, client.termsOfService] == [shown, shown, shown])
    }

    @Test("get their errors once the person has acted on a page of theirs")
    func seen() async throws {
        let bench = try await Self.bench()
        let browser = Browser()
        let page = try #require(await bench.authorize(Self.request(), in: browser).signIn)
        let cancelled = await browser.post(page.action, page.hidden + [HiddenField("answer", "deny")], bench)
        #expect(cancelled.location?.hasPrefix(Self.elsewhere + "?error=access_denied") == true)
        // Not if another site posts the form.
        let forged = await browser.post(
            page.action, page.hidden + [HiddenField("answer", "deny")], bench, origin: "https://elsewhere.example")
        #expect(forged.location == nil)
        let signedIn = await browser.post(
            page.action,
            page.hidden + [HiddenField("user", "alice"), HiddenField("password", AuthorizationBench.password)], bench)
        let consent = try #require(await browser.follow(signedIn, bench).consent)
        let denied = await browser.post(consent.action, consent.hidden + [HiddenField("answer", "deny")], bench)
        #expect(denied.parameters["error"] == "access_denied")
    }

    @Test("lead nowhere after logout unless a session has ended")
    func logout() async throws {
        let bench = try await Self.bench()
        let id = MetadataBench.id
        let grant = AuthorizationGrantRecord(
            user: bench.alice.id, client: id, scopes: ["openid"], session: "s", authenticatedAt: bench.clock.now,
            createdAt: bench.clock.now)
        let hint = try IDTokens(issuer: AuthorizationBench.issuer, keys: bench.keys).issue(
            to: ClientRecord(id: id, name: "", createdAt: bench.clock.now), grant, accessToken: [0x78], nonce: nil,
            claims: [:], at: bench.clock.now)
        let query = FormWriter.encoded([
            ("id_token_hint", String(decoding: hint, as: UTF8.self)), ("post_logout_redirect_uri", Self.elsewhere),
        ])
        #expect(await Browser().get("/oauth2/logout", query, bench).location == nil)
        let browser = try await bench.signedIn()
        #expect(await browser.get("/oauth2/logout", query, bench).location == Self.elsewhere)
    }

    @Test("are trusted with their name if the operator has registered the URL")
    func registered() async throws {
        let bench = try await Self.bench()
        var client = AuthorizationBench.client(MetadataBench.url.text)
        client.signIn.redirectURIs = [Self.elsewhere]
        client.name = "Payroll"
        try await bench.store.clients.add(client, keys: [])
        let shown = await bench.authorize(Self.request())
        #expect(shown.signIn?.client?.name == "Payroll")
        #expect(shown.signIn?.client?.selfDescription == nil)
        #expect(await bench.authorize(Self.request(Self.elsewhere, ("prompt", "none"))).location != nil)
    }
}
