import Store
import Testing

@testable import Server

@Suite("A client's logo")
struct ClientLogoTests {
    private static let logo = "https://cdn.example/img/logo.svg"

    private static func images(_ shown: Shown) -> String? {
        shown.response.headers["Content-Security-Policy"]?.split(separator: "; ").first { $0.hasPrefix("img-src") }
            .map(String.init)
    }

    @Test("is allowed by the policies of the pages that show it, and by no other")
    func pages() async throws {
        let bench = try await AuthorizationBench(client: { $0.signIn.logo = Self.logo + "?v=1;script-src%20*" })
        let browser = Browser()
        let signIn = await bench.authorize(in: browser)
        let page = try #require(signIn.signIn)
        let fields = [HiddenField("user", "alice"), HiddenField("password", AuthorizationBench.password)]
        let consent = await browser.follow(await browser.post(page.action, page.hidden + fields, bench), bench)
        #expect(page.client?.logo?.url == Self.logo + "?v=1;script-src%20*")
        #expect(consent.consent?.client.logo == page.client?.logo)
        for shown in [signIn, consent] {
            #expect(
                shown.response.headers["Content-Security-Policy"]
                    == "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' \(Self.logo); "
                    + "form-action 'self' https:; frame-ancestors 'none'; base-uri 'none'")
        }
        let accepted = try #require(consent.consent)
        _ = await browser.post(accepted.action, accepted.hidden + [HiddenField("answer", "allow")], bench)
        for shown in [
            await browser.get("/account", nil, bench), await bench.authorize([("redirect_uri", "https://a.example")]),
            await bench.authorize([
                ("client_id", "app"), ("redirect_uri", "https://app.example/native"),
                ("code_challenge", AuthorizationBench.challenge), ("code_challenge_method", "S256"),
            ]),
            await bench.authorize([("response_mode", "form_post"), ("prompt", "none")]),
        ] {
            #expect(shown.page != nil)
            #expect(Self.images(shown) == "img-src 'self'")
        }
    }

    @Test(
        "is shown only at a URL that a policy can name exactly",
        arguments: [
            (logo, logo),
            (
                "HTTPS://CDN.example:443/a-b_c.~d/%C3%A9+1=2@3:4.png?x=1",
                "https://cdn.example/a-b_c.~d/%C3%A9+1=2@3:4.png"
            ),
            ("https://cdn.example:8443/l.png?;,'", "https://cdn.example:8443/l.png"),
            ("https://127.0.0.1/l.png", "https://127.0.0.1/l.png"),
            ("http://cdn.example/l.png", nil), ("http://127.0.0.1/l.png", nil), ("data:image/png;base64,AA", nil),
            ("javascript:alert(1)//l.png", nil), ("//cdn.example/l.png", nil), ("/l.png", nil), ("", nil),
            ("https://cdn.example", nil), ("https://cdn.example/", nil), ("https://cdn.example/img/", nil),
            ("https://cdn.example/l.png; script-src *", nil), ("https://cdn.example/l.png;script-src", nil),
            ("https://cdn.example/l,.png", nil), ("https://cdn.example/l'.png", nil), ("https://cdn.example/*", nil),
            ("https://*.example/l.png", nil), ("https://cdn.example:*/l.png", nil), ("https://*/l.png", nil),
            ("https://cdn.example/l.png\r\nX-Evil: 1", nil), ("https://cdn.example/l.png\u{0}", nil),
            ("https://cdn.example/l\t.png", nil), ("https://cdn.example/\"l.png", nil),
            ("https://cdn.example/<l>.png", nil),
            ("https://cdn.example/é.png", nil), ("https://bücher.example/l.png", nil),
            ("https://cdn.example/%zz.png", nil),
            ("https://cdn.example/a/../l.png", nil), ("https://cdn.example/a/%2E%2e/l.png", nil),
            ("https://cdn.example/./l.png", nil), ("https://cdn.example\\l.png", nil),
            ("https://a@cdn.example/l.png", nil),
            ("https://cdn.example/l.png#a", nil), ("https://192.0.2.1/l.png", nil),
            ("https://[2001:db8::1]/l.png", nil),
            ("https://2130706433/l.png", nil), ("https://cdn.example/" + String(repeating: "l", count: 2048), nil),
        ] as [(String, String?)])
    func shown(_ url: String, _ source: String?) async throws {
        #expect(ClientLogo(url)?.source == source)
        // As an operator registers it, whatever the rules of registration say.
        var client = AuthorizationBench.client("web")
        client.signIn.logo = url
        let presentation = ClientPresentation(client)
        let policy = PageResponder.headers(showing: presentation.logo)["Content-Security-Policy"]
        #expect(policy?.contains("; img-src 'self'\(source.map { " " + $0 } ?? ""); form-action 'self'; ") == true)
        #expect(policy?.utf8.allSatisfy { (0x20...0x7E).contains($0) && $0 != UInt8(ascii: ",") } == true)
        #expect(policy?.split(separator: ";").count == 7)
    }

    @Test("may come from this machine without TLS while the server is there without TLS")
    func loopback() async throws {
        let url = "http://127.0.0.1:9000/logo.svg"
        for (issuer, expected) in [("http://127.0.0.1:8080", url), (AuthorizationBench.issuer, nil)] {
            let bench = try await AuthorizationBench(issuer: issuer, client: { $0.signIn.logo = url })
            #expect(await bench.authorize().signIn?.client?.logo?.url == expected)
        }
    }
}
