import Testing

@testable import Server

@Suite("RFC 6749 §3.1.2, RFC 8252, RFC 9700 §2.1: redirect URIs")
struct RedirectURITests {
    @Test(
        "An absolute URI can be registered",
        arguments: [
            "https://app.example/cb", "https://app.example", "https://app.example:8443/cb?a=1&b=2",
            "https://APP.example/cb",
            "https://app.example/a..b/...", "https://xn--bcher-kva.example/cb", "https://app.example/%C3%A9",
            "https://192.0.2.7/cb",
            "https://[2001:db8::1]:8443/cb", "http://127.0.0.1/cb", "http://127.0.0.1:3000/cb", "http://[::1]:3000/cb",
            "http://localhost:8080/playground2/oauth2client", "com.example.app:/cb", "com.example.app://callback",
            "https://app.example./cb", "https://app.example/cb?next=https://other.example",
        ])
    func registrable(_ uri: String) {
        #expect(RedirectURI.fault(in: uri) == nil)
    }

    @Test(
        "A URI that a browser might read in another way cannot be registered",
        arguments: [
            ("", "absolute"), ("/cb", "absolute"), ("app.example/cb", "absolute"), ("//app.example/cb", "absolute"),
            ("https:app.example/cb", "no host"), ("https:///cb", "no host"), ("https://", "no host"),
            ("https://?a=b", "no host"), ("https://app.example/cb#", "fragment"),
            ("https://app.example/cb#x", "fragment"),
            ("https://user@app.example/cb", "user name"), ("https://user:pass@app.example/cb", "user name"),
            ("https://app.example@evil.example/cb", "user name"), ("https://app.example%2F@evil.example", "user name"),
            ("https://app.example\\@evil.example/cb", "not allowed"),
            ("https://evil.example\\.app.example/cb", "not allowed"),
            ("https://app.example/ cb", "not allowed"), ("https://app.example/cb\r\nX: y", "not allowed"),
            ("https://app.example/cb\u{0}", "not allowed"), ("https://bücher.example/cb", "not allowed"),
            ("https://app.example/\"><script>", "not allowed"), ("https://app.example/%", "percent"),
            ("https://app.example/%zz", "percent"), ("https://app.example/a/../b", "dot segments"),
            ("https://app.example/a/%2e%2E/b", "dot segments"), ("https://app.example/.", "dot segments"),
            ("https://app%2eexample/cb", "host"), ("https://app.example:/cb", "port"),
            ("https://app.example:0/cb", "port"),
            ("https://app.example:65536/cb", "port"), ("https://app.example:80a/cb", "port"),
            ("https://[::1/cb", "host"),
            ("https://[::1]x/cb", "port"), ("http://app.example/cb", "http"),
            ("http://127.0.0.1.evil.example/cb", "http"),
            ("http://localhost.evil.example/cb", "http"), ("http://127.0.0.2/cb", "http"),
            ("javascript:alert(1)", "scheme"),
            ("JavaScript:alert(1)", "scheme"), ("data:text/html,x", "scheme"), ("file:///etc/passwd", "scheme"),
            ("myapp://cb", "scheme"), ("ftp://app.example/cb", "scheme"), ("urn:ietf:wg:oauth:2.0:oob", "scheme"),
            ("https://app.example/" + String(repeating: "a", count: 2048), "longer"),
        ])
    func unregistrable(_ uri: String, _ part: String) throws {
        let fault = try #require(RedirectURI.fault(in: uri))
        #expect(fault.contains(part))
    }

    @Test(
        "A request must repeat a registered URI byte for byte",
        arguments: [
            "https://app.example/cb/", "https://app.example/CB", "https://APP.example/cb", "HTTPS://app.example/cb",
            "https://app.example./cb", "https://app.example:443/cb", "https://app.example/cb?",
            "https://app.example/cb?a=b",
            "https://app.example/c%62", "https://app.example//cb", "https://app.example/x/../cb",
            "https://app.example/cb#x",
            "https://user@app.example/cb", "https://app.example.evil.example/cb", "https://app.example/cb%00",
            "https://app.example/cbx", "https://app.example", "http://app.example/cb", "https://аpp.example/cb",
            " https://app.example/cb",
        ])
    func exact(_ uri: String) {
        let registered = ["https://app.example/cb"]
        #expect(RedirectURI.isAllowed("https://app.example/cb", by: registered, isPublic: true))
        #expect(!RedirectURI.isAllowed(uri, by: registered, isPublic: true))
    }

    @Test("A registered query must be repeated, no more and no less")
    func query() {
        let registered = ["https://app.example/cb?a=b"]
        #expect(RedirectURI.isAllowed("https://app.example/cb?a=b", by: registered, isPublic: false))
        for uri in ["https://app.example/cb", "https://app.example/cb?a=c", "https://app.example/cb?a=b&c=d"] {
            #expect(!RedirectURI.isAllowed(uri, by: registered, isPublic: false))
        }
    }

    struct Loopback: Sendable {
        let registered: String
        let sent: String
        let isPublic: Bool
        let isAllowed: Bool
    }

    @Test(
        "RFC 8252 §7.3: on loopback the port is free, and nothing else",
        arguments: [
            Loopback(
                registered: "http://127.0.0.1/cb", sent: "http://127.0.0.1:51004/cb", isPublic: true, isAllowed: true),
            Loopback(
                registered: "http://127.0.0.1:1/cb", sent: "http://127.0.0.1/cb", isPublic: false, isAllowed: true),
            Loopback(
                registered: "http://[::1]/cb?a=b", sent: "http://[::1]:51004/cb?a=b", isPublic: false, isAllowed: true),
            Loopback(
                registered: "http://localhost/cb", sent: "http://localhost:51004/cb", isPublic: true, isAllowed: true),
            Loopback(
                registered: "http://localhost/cb", sent: "http://localhost:51004/cb", isPublic: false, isAllowed: false),
            Loopback(
                registered: "http://127.0.0.1/cb", sent: "http://127.0.0.1:51004/cb/", isPublic: true, isAllowed: false),
            Loopback(registered: "http://127.0.0.1/cb", sent: "http://[::1]/cb", isPublic: true, isAllowed: false),
            Loopback(
                registered: "http://127.0.0.1/cb", sent: "https://127.0.0.1:51004/cb", isPublic: true, isAllowed: false),
            Loopback(
                registered: "http://127.0.0.1/cb", sent: "http://127.0.0.1:70000/cb", isPublic: true, isAllowed: false),
            Loopback(
                registered: "http://127.0.0.1/cb", sent: "http://127.0.0.1:1@evil.example/cb", isPublic: true,
                isAllowed: false),
            Loopback(
                registered: "http://127.0.0.1/cb", sent: "http://127.0.0.1.evil.example/cb", isPublic: true,
                isAllowed: false),
            Loopback(
                registered: "https://app.example/cb", sent: "https://app.example:8443/cb", isPublic: true,
                isAllowed: false),
        ])
    func loopback(_ example: Loopback) {
        #expect(
            RedirectURI.isAllowed(example.sent, by: [example.registered], isPublic: example.isPublic)
                == example.isAllowed)
    }

    @Test(
        "The origin in a Content-Security-Policy is that of the URI",
        arguments: [
            ("https://App.example:8443/cb?a;b", "https://app.example:8443"),
            ("https://app.example", "https://app.example"),
            ("http://127.0.0.1:80/cb", "http://127.0.0.1:80"), ("http://[::1]:80/cb", "http:"),
            ("com.example.app://cb", "com.example.app:"), ("https://a;b/cb", nil), ("javascript:x", nil),
        ])
    func policySource(_ uri: String, _ source: String?) {
        #expect(RedirectURIParts.policySource(of: uri) == source)
    }
}
