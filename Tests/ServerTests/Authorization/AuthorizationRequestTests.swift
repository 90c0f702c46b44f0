import Testing

@testable import Server

@Suite("RFC 6749 §4.1.1, OpenID Connect Core §3.1.2: the checks of an authorization request")
struct AuthorizationRequestTests {
    struct Refused: Sendable, CustomTestStringConvertible {
        let changes: [(String, String?)]
        let code: String
        let part: String

        init(_ code: String, _ part: String, _ changes: (String, String?)...) {
            (self.code, self.part, self.changes) = (code, part, changes)
        }

        var testDescription: String {
            "\(code): " + changes.map { "\($0)=\(($1 ?? "none").prefix(40))" }.joined(separator: "&")
        }
    }

    @Test(
        "An error whose redirect URI is not proven is a page with a reference, and no redirect",
        arguments: [
            Refused("invalid_request", "client_id is missing", ("client_id", nil)),
            Refused("invalid_request", "'nobody' is not registered", ("client_id", "nobody")),
            Refused("invalid_request", "'disabled' is not registered", ("client_id", "disabled")),
            Refused("unauthorized_client", "authorization_code", ("client_id", "machine")),
            Refused("invalid_request", "not registered for this client", ("redirect_uri", "https://evil.example/")),
            Refused("invalid_request", "not registered for this client", ("redirect_uri", "https://app.example/cb/x")),
            Refused(
                "invalid_request", "not registered for this client", ("redirect_uri", "https://app.example/cb?a=b")),
            Refused(
                "invalid_request", "not registered for this client", ("redirect_uri", "https://app.example/cb\r\nX: y")),
            Refused("invalid_request", "redirect_uri is missing", ("client_id", "app"), ("redirect_uri", nil)),
            Refused("invalid_request", "'http://127.0.0.1/cb' is not", ("redirect_uri", "http://127.0.0.1/cb")),
            // Even if the redirect URI of another parameter is good.
            Refused(
                "invalid_request", "not registered", ("redirect_uri", "https://evil.example/"), ("request", "e30.e30.")),
        ])
    func page(_ example: Refused) async throws {
        let bench = try await AuthorizationBench.shared()
        let shown = await bench.authorize(example.changes)
        let page = try #require(shown.refusal)
        #expect((page.code, page.cause) == (example.code, .application))
        #expect(page.detail.contains(example.part))
        #expect(shown.location == nil)
        #expect(shown.status == 400)
        let reference = Reference(try #require(page.reference))
        await bench.store.audit.flush()
        let entry = try #require(try await bench.store.audit.entry(reference))
        #expect((entry.code, entry.endpoint, entry.isProven) == (example.code, "/oauth2/authorize", false))
        #expect(RequestRecord(text: entry.trace)?.detail.contains(example.part) == true)
    }

    /// Sends a request by GET and by POST.
    private static func send(
        _ parameters: [(name: String, value: String)], _ bench: AuthorizationBench
    ) async -> [Shown] {
        let browser = Browser()
        let posted = await browser.post(
            "/oauth2/authorize", parameters.map { HiddenField($0.name, $0.value) }, bench,
            origin: "https://app.example")
        return [await browser.get("/oauth2/authorize", FormWriter.encoded(parameters), bench), posted]
    }

    @Test(
        "A parameter by which the request is answered and that is sent twice is a page, because either could be meant",
        arguments: ["redirect_uri", "client_id", "state", "response_mode", "ticket"])
    func ambiguous(_ name: String) async throws {
        let bench = try await AuthorizationBench.shared()
        let parameters = AuthorizationBench.parameters([("response_mode", "query"), ("ticket", "")])
        for more in [[(name, "x")], [("scope", "x"), (name, "x")]] as [[(name: String, value: String)]] {
            for shown in await Self.send(parameters + more, bench) {
                #expect(shown.refusal?.detail.contains("'\(name)' was sent more than once") == true)
                #expect((shown.status, shown.location) == (400, nil))
            }
        }
    }

    @Test(
        "RFC 6749 §4.1.2.1: any other repeated parameter is invalid_request for the client",
        arguments: ["scope", "response_type", "nonce", "prompt", "code_challenge", "unknown"])
    func repeated(_ name: String) async throws {
        let bench = try await AuthorizationBench.shared()
        let parameters = AuthorizationBench.parameters([(name, "code")]) + [(name, "code")]
        for shown in await Self.send(parameters, bench) {
            #expect(shown.status == 303)
            let answer = shown.parameters
            #expect(shown.location?.hasPrefix(AuthorizationBench.redirectURI + "?error=invalid_request&") == true)
            #expect(answer["error_description"]?.contains("'\(name)' was sent more than once") == true)
            #expect((answer["state"], answer["iss"]) == ("af0ifjsldkj", AuthorizationBench.issuer))
        }
    }

    @Test(
        "A repeated parameter of a request whose client or redirect URI is not proven is a page",
        arguments: [("client_id", "nobody"), ("redirect_uri", "https://evil.example/")])
    func unproven(_ name: String, _ value: String) async throws {
        let bench = try await AuthorizationBench.shared()
        let parameters = AuthorizationBench.parameters([(name, value)]) + [("scope", "x")]
        for shown in await Self.send(parameters, bench) {
            #expect(shown.refusal?.detail.contains("is not registered") == true)
            #expect(shown.location == nil)
        }
    }

    @Test("Nothing in the address of a ticket may be sent twice")
    func besideTicket() async throws {
        let bench = try await AuthorizationBench.shared()
        let query = "ticket=x&ui_locales=de&ui_locales=en"
        let shown = await Browser().get("/oauth2/authorize", query, bench)
        #expect(shown.refusal?.detail.contains("'ui_locales' was sent more than once") == true)
    }

    private static let long = String(repeating: "x", count: 5000)

    @Test(
        "Every other error goes to the client, with its state and the issuer",
        arguments: [
            Refused("invalid_request", "response_mode", ("response_mode", "fragment")),
            Refused("invalid_request", "response_mode", ("response_mode", "jwt")),
            Refused("invalid_request", "response_type is missing", ("response_type", nil)),
            Refused("unsupported_response_type", "found 'token'", ("response_type", "token")),
            Refused("unsupported_response_type", "found 'code id_token'", ("response_type", "code id_token")),
            Refused("request_not_supported", "request", ("request", "e30.e30.")),
            Refused("request_uri_not_supported", "request_uri", ("request_uri", "https://app.example/r")),
            Refused("registration_not_supported", "registration", ("registration", "{}")),
            Refused("invalid_scope", "'admin'", ("scope", "openid admin")),
            Refused("invalid_scope", "printable ASCII", ("scope", "openid \"")),
            Refused("invalid_request", "expected S256; found none", ("code_challenge", AuthorizationBench.challenge)),
            Refused(
                "invalid_request", "expected S256; found 'plain'", ("code_challenge", AuthorizationBench.challenge),
                ("code_challenge_method", "plain")),
            Refused(
                "invalid_request", "expected 43 characters", ("code_challenge", AuthorizationBench.challenge + "="),
                ("code_challenge_method", "S256")),
            Refused(
                "invalid_request", "expected 43 characters", ("code_challenge", "short"),
                ("code_challenge_method", "S256")),
            Refused("invalid_request", "without code_challenge", ("code_challenge_method", "S256")),
            Refused(
                "invalid_request", "code_challenge is missing", ("client_id", "app"),
                ("redirect_uri", "https://app.example/native")),
            Refused("invalid_request", "nonce is longer", ("nonce", long)),
            Refused("invalid_request", "prompt: none was sent with another", ("prompt", "none login")),
            Refused("invalid_request", "found 'create'", ("prompt", "login create")),
            Refused("invalid_request", "max_age", ("max_age", "-1")),
            Refused("invalid_request", "max_age", ("max_age", "1.5")),
            Refused("invalid_request", "max_age", ("max_age", "99999999999")),
            Refused("invalid_request", "claims", ("claims", "[]")),
            Refused("invalid_request", "claims", ("claims", #"{"userinfo":1}"#)),
            Refused("invalid_request", "claims", ("claims", #"{"userinfo":{},"userinfo":{}}"#)),
            Refused("invalid_request", "claims", ("claims", #"{"id_token":{"sub":{"value":1}}}"#)),
            Refused("invalid_request", "claims", ("claims", #"{"id_token":{"sub":{"values":"x"}}}"#)),
            Refused("invalid_request", "acr_values is longer", ("acr_values", long)),
            Refused(
                "unmet_authentication_requirements", "acr",
                ("claims", #"{"id_token":{"acr":{"essential":true,"values":["urn:mace:incommon:iap:gold"]}}}"#)),
            Refused("invalid_request", "login_hint is longer", ("login_hint", String(repeating: "x", count: 300))),
            Refused("invalid_request", "id_token_hint", ("id_token_hint", "e30.e30.")),
            Refused("invalid_target", "absolute URI", ("resource", "api")),
            Refused("invalid_target", "absolute URI", ("resource", "https://api.example/#x")),
        ])
    func redirect(_ example: Refused) async throws {
        let bench = try await AuthorizationBench.shared()
        let shown = await bench.authorize(example.changes)
        #expect(shown.status == 303)
        let answer = shown.parameters
        #expect(answer["error"] == example.code)
        #expect(answer["error_description"]?.contains(example.part) == true)
        #expect(answer["error_uri"] == "https://as.example/errors/\(example.code)")
        #expect(answer["state"] == "af0ifjsldkj")
        #expect(answer["iss"] == AuthorizationBench.issuer)
        #expect(Set(answer.keys) == ["error", "error_description", "error_uri", "state", "iss"])
    }

    @Test("A state that is too long is refused and not returned")
    func longState() async throws {
        let answer = try await AuthorizationBench.shared().authorize([("state", Self.long)]).parameters
        #expect(answer["error"] == "invalid_request")
        #expect(answer["state"] == nil)
    }

    @Test(
        "Optional parameters that have no effect here are accepted",
        arguments: [
            ("extra", "foobar"), ("display", "page"), ("display", "popup"), ("ui_locales", "se"),
            ("claims_locales", "se"),
            ("login_hint", "buffy@as.example"), ("acr_values", "1 2"), ("max_age", "15000"),
            ("nonce", String(repeating: "n", count: 384)),
            ("claims", #"{"userinfo":{"name":{"essential":true}},"other":{"a":1}}"#), ("prompt", "login consent"),
            ("resource", "https://api.example/"), ("scope", "read openid"), ("scope", "openid offline_access"),
            ("scope", ""),
        ])
    func ignored(_ name: String, _ value: String) async throws {
        let shown = try await AuthorizationBench.shared().authorize([(name, value)])
        #expect(shown.signIn != nil)
        #expect(shown.status == 200)
    }

    @Test("PKCE is demanded of a client that authenticates if it or the server asks for it")
    func proofKey() async throws {
        let byClient = try await AuthorizationBench { $0.signIn.requiresProofKey = true }
        let byServer = try await AuthorizationBench(settings: { $0.signIn.requiresProofKey = true })
        let excepted = try await AuthorizationBench(
            client: { $0.signIn.requiresProofKey = false }, settings: { $0.signIn.requiresProofKey = true })
        for bench in [byClient, byServer] {
            #expect(await bench.authorize().parameters["error"] == "invalid_request")
            let sent = await bench.authorize([
                ("code_challenge", AuthorizationBench.challenge), ("code_challenge_method", "S256"),
            ])
            #expect(sent.signIn != nil)
        }
        #expect(await excepted.authorize().signIn != nil)
    }

    @Test("RFC 8707 §2: only registered resources can be asked for, and several at once")
    func resources() async throws {
        let bench = try await AuthorizationBench()
        for uri in ["https://a.example/", "https://b.example/"] {
            try await bench.store.resources.add(
                ResourceRecord(uri: uri, name: "The API", scopes: ["read"], createdAt: bench.clock.now))
        }
        let browser = Browser()
        #expect(await bench.authorize([("resource", "https://a.example")]).parameters["error"] == "invalid_target")
        var shown = await bench.authorize(
            [("resource", "https://a.example/"), ("resource", "https://b.example/")], in: browser)
        shown = await browser.follow(
            await browser.post(
                try #require(shown.signIn).action,
                try #require(shown.signIn).hidden + [
                    HiddenField("user", "alice"), HiddenField("password", AuthorizationBench.password),
                ], bench), bench)
        #expect(shown.consent?.resources == ["The API", "The API"])
        let code = try #require(try await bench.complete(shown, in: browser).parameters["code"])
        #expect(try await bench.stored(code).grant.resources == ["https://a.example/", "https://b.example/"])
    }
}
