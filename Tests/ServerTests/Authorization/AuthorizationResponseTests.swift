import Testing

@testable import Server

@Suite("RFC 6749 §4.1.2, RFC 9207, OAuth 2.0 Form Post: the answer")
struct AuthorizationResponseTests {
    @Test(
        "state comes back byte for byte",
        arguments: [
            "-._~", String(repeating: "s", count: 128), String(repeating: "aZ9-._~", count: 143), "a b+c%20&d=e#f",
            "\"<script>\\'", "\r\nX-Injected: y",
            "é\u{301}😀", "\u{0}\u{7F}", "..%2f",
        ])
    func state(_ state: String) async throws {
        let bench = try await AuthorizationBench.shared()
        for mode in ["query", "form_post"] {
            let shown = await bench.authorize([("state", state), ("prompt", "none"), ("response_mode", mode)])
            let returned = try #require(shown.parameters["state"])
            #expect(returned.utf8.elementsEqual(state.utf8))
            // No header field is broken, and no parameter added.
            let fields = shown.response.headers.fields
            #expect(fields.allSatisfy { $0.value.utf8.allSatisfy { (0x20...0x7E).contains($0) } })
            #expect(Set(shown.parameters.keys) == ["error", "error_description", "error_uri", "state", "iss"])
        }
    }

    @Test("state is absent if it was absent")
    func noState() async throws {
        let shown = try await AuthorizationBench.shared().authorize([("state", nil), ("prompt", "none")])
        #expect(shown.parameters["error"] == "login_required")
        #expect(shown.parameters["state"] == nil)
    }

    @Test("A registered query is kept, and the answer follows it")
    func query() async throws {
        let uri = "https://app.example/cb?dummy1=lorem&dummy2=ipsum"
        let bench = try await AuthorizationBench { $0.signIn.redirectURIs = [uri] }
        let shown = await bench.authorize([("redirect_uri", uri), ("prompt", "none")])
        #expect(shown.location?.hasPrefix(uri + "&error=login_required&") == true)
        // RFC 6749 §3.1.2.3: a client with one URI may leave it out.
        let absent = await bench.authorize([("redirect_uri", nil), ("prompt", "none")])
        #expect(absent.location?.hasPrefix(uri + "&error=") == true)
    }

    @Test("A client that left redirect_uri out may leave it out at the token endpoint")
    func absentRedirectURI() async throws {
        let bench = try await AuthorizationBench()
        let browser = try await bench.signedIn()
        let answer = await bench.authorize([("redirect_uri", nil)], in: browser).parameters
        #expect(try await !bench.stored(try #require(answer["code"])).code.hasRedirectURI)
    }

    @Test("error_description has only the characters of RFC 6749 §4.1.2.1")
    func description() async throws {
        let bench = try await AuthorizationBench.shared()
        for value in ["\"\\\r\n\t", "é", "<script>"] {
            let description = await bench.authorize([("response_type", value)]).parameters["error_description"] ?? "\""
            #expect(description.utf8.allSatisfy { (0x20...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C })
        }
    }

    @Test("form_post posts success and error, with nothing in a query")
    func formPost() async throws {
        let bench = try await AuthorizationBench()
        let browser = try await bench.signedIn()
        for (changes, member) in [([], "code"), ([("prompt", "none"), ("max_age", "0")], "error")] {
            bench.clock.advance(by: .seconds(1))
            let shown = await bench.authorize(changes + [("response_mode", "form_post")], in: browser)
            let page = try #require(shown.formPost)
            #expect((shown.status, shown.location) == (200, nil))
            #expect(page.action == AuthorizationBench.redirectURI)
            #expect(shown.parameters[member] != nil)
            #expect(shown.parameters["iss"] == AuthorizationBench.issuer)
            let policy = try #require(shown.response.headers["Content-Security-Policy"])
            #expect(policy.contains("form-action 'self' https://app.example;"))
        }
    }

    @Test("OpenID Connect Core §3.1.2.1: a request by POST goes on with a GET, which carries the session's cookie")
    func post() async throws {
        let bench = try await AuthorizationBench()
        let browser = try await bench.signedIn()
        bench.clock.advance(by: .seconds(1))
        let fields = AuthorizationBench.parameters().map { HiddenField($0.name, $0.value) }
        let shown = await browser.post(
            "/oauth2/authorize", fields, bench, origin: "https://app.example", sendsCookies: false)
        #expect(shown.status == 303)
        #expect(await browser.follow(shown, bench).parameters["code"] != nil)
    }

    @Test("A POST in another form than RFC 6749 §3.1 demands is a page", arguments: ["application/json", "text/plain"])
    func contentType(_ type: String) async throws {
        let bench = try await AuthorizationBench.shared()
        let response = await bench.routes.response(
            to: EndpointRequest(
                method: "POST", path: "/oauth2/authorize", headers: ["Content-Type": type], body: .bytes([])))
        #expect(response.status == 415)
        #expect(bench.pages.page(response) != nil)
    }

    @Test("Every page is protected against framing, injected scripts, caches and referrers")
    func headers() async throws {
        let bench = try await AuthorizationBench()
        let browser = Browser()
        let signIn = await bench.authorize(in: browser)
        let page = try #require(signIn.signIn)
        let consent = await browser.follow(
            await browser.post(
                page.action,
                page.hidden + [HiddenField("user", "alice"), HiddenField("password", AuthorizationBench.password)],
                bench),
            bench)
        let refusal = await bench.authorize([("client_id", "nobody")])
        for (shown, target) in [(signIn, " https://app.example"), (consent, " https://app.example"), (refusal, "")] {
            let headers = shown.response.headers
            #expect(
                headers["Content-Security-Policy"]
                    == "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'\(target); "
                    + "frame-ancestors 'none'; base-uri 'none'")
            #expect(headers["X-Frame-Options"] == "DENY")
            #expect(headers["X-Content-Type-Options"] == "nosniff")
            #expect(headers["Referrer-Policy"] == "same-origin")
            #expect(headers["Cache-Control"] == "no-store")
        }
    }

    @Test("ui_locales, and that of a link to another language before it, precede the browser's languages")
    func languages() async throws {
        let bench = try await AuthorizationBench()
        let shown = await bench.authorize([("ui_locales", "se de")])
        #expect(bench.pages.languages(shown.response)?.prefix(2) == ["se", "de"])
        let link = try #require(bench.pages.frame(shown.response)?.link)
        let parts = link.split(separator: "?").map(String.init)
        let other = await Browser().get(parts[0], parts[1] + "&ui_locales=en", bench)
        #expect(bench.pages.languages(other.response)?.first == "en")
        #expect(other.signIn != nil)
    }

    @Test("Files of the pages are served, for a year if their version is asked for")
    func assets() async throws {
        let bench = try await AuthorizationBench.shared()
        let version = try #require(bench.pages.asset("pages.css")).version
        for (query, control) in [
            (nil, "no-cache"), ("v=other", "no-cache"), ("v=\(version)", "public, max-age=31536000, immutable"),
        ] {
            let response = await bench.routes.response(
                to: EndpointRequest(method: "GET", path: "/assets/pages.css", query: query))
            #expect((response.status, response.headers["Cache-Control"]) == (200, control))
        }
        #expect(await bench.routes.response(to: EndpointRequest(method: "GET", path: "/assets/x")).status == 404)
    }
}
