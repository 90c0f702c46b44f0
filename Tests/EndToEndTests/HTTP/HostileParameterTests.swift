import Countersign
import Testing

@Suite("Hostile parameters over HTTP")
struct HostileParameterTests {
    private static let hostile =
        "\"'></title></textarea><script>alert(1)</script><img src=x onerror=alert(1)>{{{state}}}\r\nX-Evil: 1"

    /// Checks that nothing sent can leave its place in the page or in the response's head.
    private func check(_ answer: Answer, _ name: String) {
        for active in ["<script>alert", "<img src=x", "</textarea><", "onerror=alert(1)>"] {
            #expect(!answer.text.contains(active), "\(name): \(active)")
        }
        #expect(answer.headers["x-evil"] == nil, "\(name)")
        for (header, value) in answer.headers {
            #expect(!value.contains("<script>") && !value.contains("\n"), "\(name): \(header): \(value)")
        }
        guard answer.headers["content-type"]?.hasPrefix("text/html") == true else { return }
        let scripts = answer.headers["content-security-policy"]?.split(separator: ";").first {
            $0.trimmingPrefix(while: { $0 == " " }).hasPrefix("script-src")
        }
        #expect(scripts?.contains("unsafe-inline") != true, "\(name)")
        #expect(
            answer.headers["content-security-policy"]?.contains("default-src 'none'") == true, "\(name)")
    }

    @Test(
        "No parameter of an authorization request is markup in the page that it leads to",
        arguments: [
            "login_hint", "client_id", "ui_locales", "state", "nonce", "scope", "redirect_uri",
            "response_type",
            "response_mode", "prompt", "max_age", "display", "acr_values", "claims", "id_token_hint",
            "resource",
            "code_challenge", "code_challenge_method", "request", "request_uri", "ticket", "unknown",
        ])
    func authorization(_ name: String) async throws {
        let server = try await ConformanceServer.shared()
        let party = try await server.relyingParty()
        let request = party.request([(name, Self.hostile)])
        let endpoint = try party.endpoint("authorization_endpoint")
        let landings = [
            try await server.browser().open(party.url(request)), try await server.browser().post(endpoint, request),
        ]
        for landing in landings {
            switch landing {
            case .page(let page):
                check(Answer(status: page.status, headers: page.headers, body: Array(page.text.utf8)), name)
            case .client(let response):
                #expect(response.location.hasPrefix(RelyingParty.redirectURI), "\(name)")
                #expect(!response.location.contains("<") && !response.location.contains("\n"), "\(name)")
            }
        }
    }

    @Test("login_hint is shown on the sign-in page, as text")
    func loginHint() async throws {
        let server = try await ConformanceServer.shared()
        let party = try await server.relyingParty()
        let answer = try await server.get(party.url(party.request([("login_hint", "<b>alice</b>")])))
        #expect(answer.status == 200)
        #expect(answer.text.contains("&lt;b&gt;alice&lt;"))
        #expect(!answer.text.contains("<b>alice"))
    }

    @Test(
        "No parameter of a logout request, of the account page or of an error page is markup",
        arguments: [
            "/oauth2/logout?id_token_hint=", "/oauth2/logout?client_id=",
            "/oauth2/logout?post_logout_redirect_uri=",
            "/oauth2/logout?state=", "/oauth2/logout?ui_locales=", "/account?notice=",
            "/account?notice=access-ended&client=", "/account?ui_locales=", "/errors/", "/",
        ])
    func others(_ path: String) async throws {
        let server = try await ConformanceServer.shared()
        let encoded = TestServer.encode([("x", Self.hostile)]).dropFirst(2)
        check(try await server.get(server.issuer + path + encoded), path)
    }

    @Test(
        "What somebody typed as their name comes back as text",
        arguments: ["user", "password", "ticket", "form"])
    func signIn(_ field: String) async throws {
        let server = try await ConformanceServer.shared()
        let party = try await server.relyingParty()
        let browser = server.browser()
        guard case .page(let page) = try await browser.open(party.url(party.request())),
            let form = page.forms.first(where: { $0.passwordField != nil })
        else {
            Issue.record("no sign-in page")
            return
        }
        let fields =
            form.submission(form.buttons.first, filling: [:]).filter { $0.0 != field } + [
                (field, Self.hostile)
            ]
        let url = URLText.resolve(form.action, against: page.url)
        guard case .page(let shown) = try await browser.post(url, fields, from: .same) else {
            Issue.record("no page")
            return
        }
        check(Answer(status: shown.status, headers: shown.headers, body: Array(shown.text.utf8)), field)
    }

    @Test(
        "Errors of the token endpoint are JSON, whatever was sent",
        arguments: ["grant_type", "code", "client_id"])
    func token(_ name: String) async throws {
        let server = try await ConformanceServer.shared()
        let answer = try await server.post(server.issuer + "/oauth2/token", [(name, Self.hostile)])
        #expect(answer.headers["content-type"]?.hasPrefix("application/json") == true)
        #expect(!answer.headers.values.contains { $0.contains("<script>") })
    }
}
