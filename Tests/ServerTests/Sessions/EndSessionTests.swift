import SQLite
import Store
import TestSupport
import Testing

@testable import Server

@Suite("OpenID Connect RP-Initiated Logout 1.0")
struct EndSessionTests {
    static let uri = "https://app.example/signed-out"
    private let bench: AuthorizationBench
    private let path = "/oauth2/logout"

    init() async throws {
        bench = try await AuthorizationBench(client: {
            $0.signIn.postLogoutRedirectURIs = [Self.uri, Self.uri + "?a=b"]
        })
    }

    private func hint(
        _ user: UserRecord? = nil, client id: String = "web", session: String = "s",
        algorithm: SignatureAlgorithm = .rs256
    ) async throws -> String {
        var client = try #require(try await bench.store.clients.registration(of: ClientID(id))).client
        client.signIn.idTokenAlgorithm = algorithm
        let grant = AuthorizationGrantRecord(
            user: (user ?? bench.alice).id, client: client.id, scopes: ["openid"], session: session,
            authenticatedAt: bench.clock.now, createdAt: bench.clock.now)
        let bytes = try IDTokens(issuer: AuthorizationBench.issuer, keys: bench.keys).issue(
            to: client, grant, accessToken: Array("x".utf8), nonce: nil, claims: [:], at: bench.clock.now)
        return String(decoding: bytes, as: UTF8.self)
    }

    private func logOut(_ parameters: [(name: String, value: String)], in browser: Browser) async -> Shown {
        await browser.get(path, parameters.isEmpty ? nil : FormWriter.encoded(parameters), bench)
    }

    private func isSignedIn(_ browser: Browser) async -> Bool {
        await bench.authorize([("prompt", "none")], in: browser).parameters["code"] != nil
    }

    private func isPage(_ shown: Shown) -> Bool { shown.location == nil && shown.page != nil }

    private func ask(_ shown: Shown) -> SignOutPage? { if case .signOut(let page)? = shown.page { page } else { nil } }

    private func isSignedOut(_ shown: Shown) -> Bool {
        if case .signedOut? = shown.page { shown.location == nil } else { false }
    }

    @Test(
        "A valid hint and a registered URI: the session ends, and the redirect has `state` alone",
        arguments: ["x y&=", nil])
    func registered(_ state: String?) async throws {
        let browser = try await bench.signedIn()
        let hint = try await hint()
        #expect(await isSignedIn(browser))
        // §4: an expired ID token is a valid hint.
        bench.clock.advance(by: .seconds(3601))
        let parameters =
            [("id_token_hint", hint), ("post_logout_redirect_uri", Self.uri)] + (state.map { [("state", $0)] } ?? [])
        let shown = await logOut(parameters, in: browser)
        #expect(shown.status == 303)
        #expect(shown.location == Self.uri + (state == nil ? "" : "?state=x%20y%26%3D"))
        #expect(await !isSignedIn(browser))
        // Once more, without a session.
        #expect(await logOut(parameters, in: browser).location == shown.location)
    }

    @Test("A registered query stays, and `state` follows it")
    func query() async throws {
        let browser = try await bench.signedIn()
        let shown = await logOut(
            [("id_token_hint", try await hint()), ("post_logout_redirect_uri", Self.uri + "?a=b"), ("state", "1")],
            in: browser)
        #expect(shown.location == Self.uri + "?a=b&state=1")
    }

    @Test(
        "A URI that is not registered exactly is never followed",
        arguments: [
            "https://evil.example/", uri + "?foo=bar", uri + "/", uri + "#", "https://APP.example/signed-out",
            "https://app.example/cb", "javascript:alert(1)", "//evil.example", uri + "\r\nX: y",
        ])
    func unregistered(_ uri: String) async throws {
        let browser = try await bench.signedIn()
        let shown = await logOut(
            [("id_token_hint", try await hint()), ("post_logout_redirect_uri", uri), ("state", "1")], in: browser)
        #expect(isSignedOut(shown))
        #expect(await !isSignedIn(browser))
    }

    @Test(
        "§3, §4: what is wrong with a request is recorded under the reference that the page has",
        arguments: [
            ("another URI", "web", "'https://evil.example/' is not registered for this client"),
            // Not under the one that the request only names.
            ("another client", "web", "client_id 'app'"),
            ("no hint", nil, "without id_token_hint"), ("a damaged hint", nil, "id_token_hint is not an ID token"),
            ("a disabled client", "disabled", "is not registered any more, or it is disabled"),
        ] as [(String, String?, String)])
    func fault(_ what: String, _ client: String?, _ part: String) async throws {
        var parameters = [("post_logout_redirect_uri", "https://evil.example/")]
        switch what {
        case "no hint": parameters.append(("client_id", "web"))
        case "a damaged hint": parameters += [("id_token_hint", "e30.e30."), ("client_id", "web")]
        case "another client": parameters += [("id_token_hint", try await hint()), ("client_id", "app")]
        case "a disabled client": parameters.append(("id_token_hint", try await hint(client: "disabled")))
        default: parameters.append(("id_token_hint", try await hint()))
        }
        // A request that proves nothing is recorded if it ends a session, which the person has to confirm.
        let browser = client == nil ? try await bench.signedIn() : Browser()
        var shown = await logOut(parameters.map { (name: $0, value: $1) }, in: browser)
        if client == nil {
            let page = try #require(ask(shown))
            shown = await browser.post(page.action, page.hidden + [HiddenField("answer", "sign_out")], bench)
        }
        #expect((shown.status, shown.location) == (200, nil))
        guard case .signedOut(let reference)? = shown.page else {
            Issue.record("another page: \(shown)")
            return
        }
        await bench.store.audit.flush()
        let recorded = Reference(try #require(reference))
        let entry = try #require(try await bench.store.audit.entry(recorded))
        #expect((entry.code, entry.endpoint, entry.isProven) == ("invalid_request", path, false))
        #expect(entry.clientID == client)
        let record = try #require(RequestRecord(text: entry.trace))
        #expect(record.detail.contains(part))
        #expect(record.isRegistered == (what == "another URI" ? true : nil))
        #expect(record.parameters.string("post_logout_redirect_uri")?.text == "https://evil.example/")
    }

    @Test("Requests that prove nothing and end no session leave no entry, whatever client they name")
    func unproven() async throws {
        let parameters = [("client_id", "web"), ("post_logout_redirect_uri", "https://evil.example/")]
        for number in 0..<50 {
            let hint = number < 25 ? [] : [("id_token_hint", "e30.e30.")]
            let shown = await logOut((parameters + hint).map { (name: $0, value: $1) }, in: Browser())
            guard case .signedOut(reference: nil)? = shown.page else {
                Issue.record("another page: \(shown)")
                return
            }
        }
        // Nor does the form of the page that asks, without its key.
        let browser = try await bench.signedIn()
        let refused = await browser.post(
            path, parameters.map { HiddenField($0, $1) } + [HiddenField("answer", "sign_out")], bench)
        #expect(refused.status == 403)
        await bench.store.audit.flush()
        let entries = try await bench.store.audit.latest(100, onlyProven: false).filter { $0.endpoint == path }
        #expect(entries.map(\.clientID) == [nil])
    }

    @Test("A request without a fault has no reference")
    func noFault() async throws {
        for parameters in [[], [("state", "1")], [("id_token_hint", try await hint())]] as [[(String, String)]] {
            let shown = await logOut(parameters.map { (name: $0, value: $1) }, in: Browser())
            guard case .signedOut(reference: nil)? = shown.page else {
                Issue.record("another page: \(shown)")
                return
            }
        }
    }

    @Test("Without a valid hint the person is asked and stays signed in, and nothing is followed")
    func invalidHints() async throws {
        let valid = try await hint()
        let parts = valid.split(separator: ".").map(String.init)
        let none = Base64URL.encode(Array(#"{"typ":"JWT","alg":"none"}"#.utf8)) + ".\(parts[1])."
        // Not those of another bench, which all benches share.
        let otherKeys = try await ServerKeys.load(
            from: SQLiteStore(directory: TemporaryDirectory().path), masterKey: MasterKey.generate(), algorithm: .es256,
            at: bench.clock.now)
        let foreign = String(
            decoding: try IDTokens(issuer: AuthorizationBench.issuer, keys: otherKeys).issue(
                to: AuthorizationBench.client("web"),
                AuthorizationGrantRecord(
                    user: bench.alice.id, client: "web", scopes: [], session: "s", authenticatedAt: bench.clock.now,
                    createdAt: bench.clock.now), accessToken: [0x78], nonce: nil, claims: [:], at: bench.clock.now),
            as: UTF8.self)
        let hints = [
            nil, none, foreign, parts[0] + "." + parts[1] + ".AAAA", "x", String(repeating: "a", count: 9000),
        ]
        let browser = try await bench.signedIn()
        for hint in hints {
            let shown = await logOut(
                (hint.map { [("id_token_hint", $0)] } ?? []) + [
                    ("post_logout_redirect_uri", Self.uri), ("state", "1"),
                ],
                in: browser)
            #expect(isPage(shown))
            #expect(ask(shown)?.person == "alice")
            #expect(await isSignedIn(browser))
        }
        let mismatch = await logOut(
            [("id_token_hint", valid), ("client_id", "app"), ("post_logout_redirect_uri", Self.uri)], in: browser)
        #expect(ask(mismatch) != nil)
    }

    @Test("A hint of another client does not lead to a URI of the first one")
    func otherClient() async throws {
        let browser = try await bench.signedIn()
        let shown = await logOut(
            [("id_token_hint", try await hint(client: "app")), ("post_logout_redirect_uri", Self.uri)], in: browser)
        #expect(isSignedOut(shown))
    }

    @Test(
        "`sid` alone proves the session, also the pairwise one",
        arguments: [SignInOptions.SubjectType.public, .pairwise])
    func session(_ type: SignInOptions.SubjectType) async throws {
        let bench = try await AuthorizationBench { $0.signIn.subjectType = type }
        let browser = try await bench.signedIn()
        let session = try #require(try await bench.store.sessions.sessions(of: bench.alice.id).first)
        var client = AuthorizationBench.client("web")
        client.signIn.subjectType = type
        client.signIn.requiresLogoutSession = true
        // Of somebody else, so that `sub` proves nothing.
        func shown(_ id: String) async throws -> Shown {
            let grant = AuthorizationGrantRecord(
                user: UserRecord(name: "x", createdAt: bench.clock.now).id, client: "web", scopes: ["openid"],
                session: id, authenticatedAt: bench.clock.now, createdAt: bench.clock.now)
            let hint = try IDTokens(issuer: AuthorizationBench.issuer, keys: bench.keys).issue(
                to: client, grant, accessToken: [0x78], nonce: nil, claims: [:], at: bench.clock.now)
            let query = FormWriter.encoded([("id_token_hint", String(decoding: hint, as: UTF8.self))])
            return await browser.get(path, query, bench)
        }
        #expect(ask(try await shown("another")) != nil)
        #expect(isSignedOut(try await shown(session.id)))
    }

    @Test("Somebody else's hint asks the person who is signed in")
    func otherPerson() async throws {
        let browser = try await bench.signedIn("bob")
        let shown = await logOut(
            [("id_token_hint", try await hint()), ("post_logout_redirect_uri", Self.uri)], in: browser)
        #expect(ask(shown)?.person == "bob")
        #expect(ask(shown)?.client == "WEB")
        #expect(await isSignedIn(browser))
    }

    @Test(
        "Without parameters, with `state` alone or without a URI the person is asked and then told",
        arguments: [0, 1, 2])
    func noURI(_ example: Int) async throws {
        let parameters = [[], [("state", "1")], [("ui_locales", "de")]][example]
        let browser = try await bench.signedIn()
        let page = try #require(ask(await logOut(parameters, in: browser)))
        let shown = await browser.post(page.action, page.hidden + [HiddenField("answer", "sign_out")], bench)
        #expect(isSignedOut(shown))
        #expect(await !isSignedIn(browser))
        #expect(isSignedOut(await logOut(parameters, in: browser)))
    }

    @Test("A valid hint without a URI signs out and says so")
    func hintAlone() async throws {
        let browser = try await bench.signedIn()
        #expect(isSignedOut(await logOut([("id_token_hint", try await hint())], in: browser)))
        #expect(await !isSignedIn(browser))
    }

    @Test("The page that asks needs its own form key, and a person can stay")
    func question() async throws {
        let browser = try await bench.signedIn()
        let page = try #require(ask(await logOut([], in: browser)))
        let answer = [HiddenField("answer", "sign_out")]
        for refused in [
            await browser.post(page.action, answer, bench),
            await browser.post(page.action, page.hidden + answer, bench, origin: "https://evil.example"),
            await browser.post(page.action, page.hidden + answer, bench, origin: "null"),
        ] {
            #expect(refused.status == 403)
            #expect(refused.refusal?.cause == .form)
        }
        let stayed = await browser.post(page.action, page.hidden + [HiddenField("answer", "stay")], bench)
        #expect(stayed.location == "/account")
        #expect(await isSignedIn(browser))
    }

    @Test("A client's POST, which carries no session cookie, becomes a GET with its parameters")
    func post() async throws {
        let browser = try await bench.signedIn()
        let fields = [
            HiddenField("id_token_hint", try await hint()), HiddenField("post_logout_redirect_uri", Self.uri),
            HiddenField("state", "1"), HiddenField("other", "x"),
        ]
        let shown = await browser.post(path, fields, bench, origin: "https://app.example", sendsCookies: false)
        #expect(shown.status == 303)
        #expect(shown.location?.contains("other") == false)
        #expect(await browser.follow(shown, bench).location == Self.uri + "?state=1")
        #expect(await !isSignedIn(browser))
    }

    @Test("A parameter that was sent twice is refused with a page")
    func repeated() async throws {
        let browser = Browser()
        let shown = await browser.get(path, "state=1&state=2", bench)
        #expect(shown.status == 400)
        #expect(shown.refusal != nil)
    }

    @Test("Signing out ends the grants of the session, except those for offline use and of other sessions")
    func grants() async throws {
        let browser = try await bench.signedIn()
        let session = try #require(try await bench.store.sessions.sessions(of: bench.alice.id).first)
        var ids: [[UInt8]] = []
        for (number, scopes) in [["openid"], ["openid", "offline_access"], ["offline_accesses"]].enumerated() {
            let grant = AuthorizationGrantRecord(
                user: bench.alice.id, client: "web", scopes: scopes, session: session.id,
                authenticatedAt: bench.clock.now, createdAt: bench.clock.now)
            try await bench.store.grants.add(
                grant,
                code: AuthorizationCodeRecord(
                    digest: Array(repeating: UInt8(number), count: 32), redirectURI: "x", expiresAt: bench.clock.now))
            ids.append(grant.id)
        }
        _ = await logOut([("id_token_hint", try await hint())], in: browser)
        var revoked: [Bool] = []
        for id in ids { revoked.append(try await bench.store.grants.grant(id)?.revokedAt != nil) }
        #expect(revoked == [true, false, true])
    }
}
