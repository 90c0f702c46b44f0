import Store
import Testing

@testable import Server

@Suite("RFC 9700 §4.11: what people see of clients that registered themselves")
struct SelfRegisteredPagesTests {
    private static let logo = "https://new.example/bank.png"

    private static func parameters(
        _ bench: RegistrationBench, token: String? = nil
    ) async throws -> [(String, String?)] {
        let registered = try await bench.register(
            [("client_name", "Your bank"), ("logo_uri", .string(ExactString(logo)))], token: token)
        let id = try #require(registered.id)
        return [("client_id", id), ("redirect_uri", RegistrationBench.redirectURI)]
    }

    @Test("Without a token: the host that people return to, and no redirect before a page")
    func open() async throws {
        let bench = try await RegistrationBench(.open)
        let request = try await Self.parameters(bench)
        let shown = await bench.bench.authorize(request, in: Browser())
        let page = try #require(shown.signIn)
        #expect(page.client?.name == "new.example")
        #expect(page.client?.logo == nil)
        #expect(shown.response.headers["Content-Security-Policy"]?.contains("img-src 'self';") == true)
        #expect(
            page.client?.selfDescription
                == ClientPresentation.SelfDescription(name: "Your bank", returnHost: "new.example"))
        let silent = await bench.bench.authorize(request + [("prompt", "none")])
        #expect(silent.location == nil)
        #expect(silent.refusal?.reference != nil)
        #expect(silent.refusal?.client == request[0].1)
    }

    @Test("A client without `client_name` is not said to call itself by its identifier")
    func withoutName() async throws {
        let bench = try await RegistrationBench.shared()
        let registered = try await bench.register([("client_name", nil)])
        let request: [(String, String?)] = [
            ("client_id", registered.id), ("redirect_uri", RegistrationBench.redirectURI),
        ]
        let client = try #require(await bench.bench.authorize(request, in: Browser()).signIn?.client)
        #expect(client.name == "new.example")
        #expect(
            client.selfDescription == ClientPresentation.SelfDescription(name: nil, returnHost: "new.example"))
    }

    @Test("The host is that of the request, not another that the client has registered")
    func otherHost() async throws {
        let bench = try await RegistrationBench(.open)
        let uris = ["https://bank.example/cb", RegistrationBench.redirectURI]
        let registered = try await bench.register([("redirect_uris", .array(uris))])
        let id = try #require(registered.id)
        let request: [(String, String?)] = [("client_id", id), ("redirect_uri", RegistrationBench.redirectURI)]
        let browser = Browser()
        #expect(await bench.bench.authorize(request, in: browser).signIn?.client?.name == "new.example")
        let silent = await bench.bench.authorize(request + [("prompt", "none")])
        #expect(silent.refusal?.client == id)
    }

    @Test("With an initial access token: as a client of the operator")
    func withToken() async throws {
        let bench = try await RegistrationBench(.token)
        let request = try await Self.parameters(bench, token: try await bench.token())
        let page = try #require(await bench.bench.authorize(request, in: Browser()).signIn)
        #expect(page.client?.name == "Your bank")
        #expect(page.client?.logo?.url == Self.logo)
        #expect(page.client?.selfDescription == nil)
        let silent = await bench.bench.authorize(request + [("prompt", "none")])
        #expect(silent.location?.hasPrefix(RegistrationBench.redirectURI + "?error=login_required") == true)
    }

    private static let borrowed: ExactString = "https://accounts.google.com/x"

    @Test("Without a request: the identifier, whatever host the client registers")
    func withoutRequest() async throws {
        let bench = try await RegistrationBench(.open)
        let registered = try await bench.register([("redirect_uris", [.string(Self.borrowed)])])
        let id = try #require(registered.id)
        let request: [(String, String?)] = [("client_id", id), ("redirect_uri", Self.borrowed.text)]
        let browser = Browser()
        let shown = await bench.bench.authorize(request + [("response_mode", "form_post")], in: browser)
        // The page that leads to a host names it.
        #expect(try await bench.bench.complete(shown, in: browser).formPost?.client == "accounts.google.com")
        guard case .account(let page)? = await browser.get("/account", nil, bench.bench).page else { throw NoPage() }
        #expect(page.accesses.map(\.client.name) == [id])
        let ended = await browser.post(
            page.action, page.hidden + [HiddenField("end_access", id)], bench.bench)
        guard case .account(let after)? = await browser.follow(ended, bench.bench).page else { throw NoPage() }
        #expect(after.notice == .accessEnded(client: id, isTrusted: false))
        // A fault of the request, before any page.
        #expect(await bench.bench.authorize(request + [("prompt", "none")]).refusal?.client == id)
        let client = try await bench.client(registered).client
        let grant = AuthorizationGrantRecord(
            user: .generate(), client: client.id, scopes: ["openid"], session: "s",
            authenticatedAt: bench.bench.clock.now, createdAt: bench.bench.clock.now)
        let hint = try IDTokens(issuer: AuthorizationBench.issuer, keys: bench.bench.keys).issue(
            to: client, grant, accessToken: [0x78], nonce: nil, claims: [:], at: bench.bench.clock.now)
        let logout = await browser.get(
            "/oauth2/logout", FormWriter.encoded([("id_token_hint", String(decoding: hint, as: UTF8.self))]),
            bench.bench)
        guard case .signOut(let question)? = logout.page else { throw NoPage() }
        #expect(question.client == id)
    }

    private struct NoPage: Error {}

    @Test(
        "Links lead only to the host by which the client is shown",
        arguments: [
            ("https://new.example/about", true), ("https://accounts.google.com/about", false),
            ("https://www.new.example/about", false), ("https://new.example.evil.example/", false),
        ])
    func links(_ url: String, _ isShown: Bool) async throws {
        let bench = try await RegistrationBench.shared()
        let value = JSONValue.string(ExactString(url))
        let registered = try await bench.register([("client_uri", value), ("policy_uri", value), ("tos_uri", value)])
        let id = try #require(registered.id)
        let request: [(String, String?)] = [("client_id", id), ("redirect_uri", RegistrationBench.redirectURI)]
        let client = try #require(await bench.bench.authorize(request).signIn?.client)
        let shown = isShown ? url : nil
        #expect([client.website, client.privacyPolicy, client.termsOfService] == [shown, shown, shown])
        // An application on the device has no host of its own.
        let native = try await bench.register([
            ("redirect_uris", ["http://127.0.0.1/cb"]), ("client_uri", value), ("policy_uri", value),
        ])
        let page = await bench.bench.authorize([
            ("client_id", native.id), ("redirect_uri", "http://127.0.0.1/cb"),
        ])
        #expect(page.signIn?.client?.name == native.id)
        #expect(page.signIn?.client?.website == nil && page.signIn?.client?.privacyPolicy == nil)
    }

    @Test("A long host loses its beginning, not the domain that it belongs to")
    func longHost() async throws {
        let bench = try await RegistrationBench.shared()
        let host = "accounts.google.com." + String(repeating: "signin-session.", count: 10) + "evil.example"
        let uri = "https://\(host)/cb"
        let registered = try await bench.register([("redirect_uris", [.string(ExactString(uri))])])
        let request: [(String, String?)] = [
            ("client_id", registered.id), ("redirect_uri", uri),
        ]
        let client = try #require(await bench.bench.authorize(request).signIn?.client)
        for shown in [client.name, client.selfDescription?.returnHost] {
            #expect(shown?.hasPrefix("…") == true && shown?.hasSuffix(".evil.example") == true)
            #expect((shown?.count ?? 0) <= 80)
        }
        #expect(client.returnsTo == uri)
    }
}
