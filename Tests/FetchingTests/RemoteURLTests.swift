import Testing

@testable import Fetching

@Suite("URLs of documents to fetch")
struct RemoteURLTests {
    @Test("A valid URL keeps its text and is split into parts")
    func parts() throws {
        let text = "HTTPS://Keys.Example.COM:8443/a/%7Eb/jwks.json?x=1&y=/?"
        let url = try RemoteURL(text)
        #expect(url.text == text)
        #expect(url.scheme == .https)
        #expect(url.host == "keys.example.com")
        #expect(url.port == 8443)
        #expect(url.path == "/a/%7Eb/jwks.json")
        #expect(url.query == "x=1&y=/?")
        #expect(url.canonical == "https://keys.example.com:8443/a/%7Eb/jwks.json?x=1&y=/?")
    }

    @Test(
        "A URL has one canonical form",
        arguments: [
            ("https://a.example", "https://a.example/"), ("https://a.example:443/", "https://a.example/"),
            ("https://a.example?x", "https://a.example/?x"), ("https://a.example/?", "https://a.example/?"),
            ("https://[2001:DB8:0::1]:8443/x", "https://[2001:db8::1]:8443/x"),
            ("https://xn--bcher-kva.example/", "https://xn--bcher-kva.example/"),
            ("https://1.1.1.1/", "https://1.1.1.1/"), ("https://1.1.1.1.example/", "https://1.1.1.1.example/"),
        ])
    func canonical(_ text: String, _ expected: String) throws {
        #expect(try RemoteURL(text).canonical == expected)
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        let text: String
        let reason: RemoteURLError
        init(_ text: String, _ reason: RemoteURLError) {
            self.text = text
            self.reason = reason
        }
        var testDescription: String { String(text.prefix(60)) }
    }

    static let refusals: [Refusal] = [
        .init("", .scheme), .init("keys.example/jwks", .scheme), .init("//keys.example/", .scheme),
        .init("ftp://keys.example/", .scheme), .init("file:///etc/passwd", .scheme),
        .init("https:keys.example", .scheme),
        .init("https:/keys.example", .scheme), .init("http+unix://%2Ftmp%2Fsocket/", .scheme),
        .init("https+unix://x/", .scheme), .init("data:application/json,{}", .scheme),
        .init("http://keys.example/", .notSecure), .init("http://127.0.0.1/", .notSecure),
        .init("https://a.example/#", .fragment), .init("https://a.example/x#y", .fragment),
        .init("https://user@a.example/", .userInformation), .init("https://user:word@a.example/", .userInformation),
        .init("https://a.example:443@b.example/", .userInformation), .init("https://@a.example/", .userInformation),
        .init("https://a.example/\u{e9}", .character(at: 18)), .init("https://a.example/ x", .character(at: 18)),
        .init(" https://a.example/", .character(at: 0)), .init("https://a.example/\r\nX: y", .character(at: 18)),
        .init("https://a.example/\u{0}", .character(at: 18)), .init("https://b\u{fc}cher.example/", .character(at: 9)),
        .init("https://a.example/\u{7f}", .character(at: 18)),
        .init("https:///x", .host("")), .init("https://", .host("")), .init("https://:443/", .host("")),
        .init("https://a..example/", .host("a..example")), .init("https://.example/", .host(".example")),
        .init("https://a.example./", .host("a.example.")), .init("https://127.0.0.1./", .host("127.0.0.1.")),
        .init("https://-a.example/", .host("-a.example")), .init("https://a-.example/", .host("a-.example")),
        .init("https://a_b.example/", .host("a_b.example")), .init("https://%6c%6f/", .host("%6c%6f")),
        .init("https://127%2e0.0.1/", .host("127%2e0.0.1")), .init("https://a*b.example/", .host("a*b.example")),
        .init("https://[::1/", .host("[")), .init("https://[::1]x/", .host("[::1]x")),
        .init("https://[127.0.0.1]/", .host("[127.0.0.1]")),
        .init("https://[fe80::1%25eth0]/", .host("[fe80::1%25eth0]")),
        .init("https://[v1.x]/", .host("[v1.x]")), .init("https://::1/", .host("")),
        .init("https://2130706433/", .numericHost("2130706433")), .init("https://127.1/", .numericHost("127.1")),
        .init("https://0x7f.1/", .numericHost("0x7f.1")), .init("https://0x7f000001/", .numericHost("0x7f000001")),
        .init("https://0x/", .numericHost("0x")), .init("https://017.0.0.1/", .numericHost("017.0.0.1")),
        .init("https://127.0.0.0x1/", .numericHost("127.0.0.0x1")),
        .init("https://1.2.3.4.5/", .numericHost("1.2.3.4.5")),
        .init("https://256.1.1.1/", .numericHost("256.1.1.1")), .init("https://0/", .numericHost("0")),
        .init("https://a.example.0X1F/", .numericHost("a.example.0X1F")),
        .init("https://a.example:/", .port("")), .init("https://a.example:0/", .port("0")),
        .init("https://a.example:65536/", .port("65536")), .init("https://a.example:+443/", .port("+443")),
        .init("https://a.example:44a/", .port("44a")), .init("https://a.example:000443/", .port("000443")),
        .init("https://a.example\\@b.example/", .pathOrQuery(at: 17)),
        .init("https://a.example\\x", .pathOrQuery(at: 17)),
        .init("https://a.example/%", .pathOrQuery(at: 18)), .init("https://a.example/%4", .pathOrQuery(at: 18)),
        .init("https://a.example/a%zz", .pathOrQuery(at: 19)), .init("https://a.example/<x>", .pathOrQuery(at: 18)),
        .init("https://a.example/?a=\"", .pathOrQuery(at: 21)), .init("https://a.example/[", .pathOrQuery(at: 18)),
        .init("https://a.example/" + String(repeating: "x", count: 2031), .tooLong(limit: 2048)),
        .init(
            "https://" + String(repeating: "a", count: 64) + ".example/",
            .host(String(repeating: "a", count: 64) + ".example")),
    ]

    @Test("An ambiguous or unsupported URL is refused with the reason", arguments: refusals)
    func refused(_ example: Refusal) {
        #expect(throws: example.reason) { try RemoteURL(example.text) }
        #expect(!example.reason.phrase.isEmpty)
    }

    @Test("The longest URL is accepted")
    func longest() throws {
        let text = "https://a.example/" + String(repeating: "x", count: 2030)
        #expect(try RemoteURL(text).text == text)
    }

    @Test(
        "Plain http is accepted on loopback, if allowed",
        arguments: [
            "http://localhost/", "http://LOCALHOST:8080/x", "http://127.0.0.1:8080/", "http://127.255.0.1/",
            "http://[::1]:1/",
            "http://[::ffff:127.0.0.1]/",
        ])
    func loopback(_ text: String) throws {
        #expect(try RemoteURL(text, allowsHTTPOnLoopback: true).scheme == .http)
        #expect(throws: RemoteURLError.notSecure) { try RemoteURL(text) }
    }

    @Test(
        "Plain http is refused elsewhere",
        arguments: [
            "http://keys.example/", "http://localhost.example/", "http://10.0.0.1/", "http://0.0.0.0/", "http://[::]/",
            "http://8.8.8.8/", "http://169.254.169.254/latest/",
        ])
    func plain(_ text: String) {
        #expect(throws: RemoteURLError.notSecure) { try RemoteURL(text, allowsHTTPOnLoopback: true) }
    }
}

@Suite("RFC 3986 §5.4: the target of a redirect")
struct RedirectTargetTests {
    /// The examples of the RFC that keep the scheme.
    @Test(
        "A reference is resolved against the redirecting URL",
        arguments: [
            ("g", "/b/c/g"), ("./g", "/b/c/g"), ("g/", "/b/c/g/"), ("/g", "/g"), ("?y", "/b/c/d;p?y"),
            ("g?y", "/b/c/g?y"),
            ("#s", "/b/c/d;p?q"), ("g#s", "/b/c/g"), ("g?y#s", "/b/c/g?y"), (";x", "/b/c/;x"), ("g;x", "/b/c/g;x"),
            ("g;x?y#s", "/b/c/g;x?y"), ("", "/b/c/d;p?q"), (".", "/b/c/"), ("./", "/b/c/"), ("..", "/b/"),
            ("../", "/b/"),
            ("../g", "/b/g"), ("../..", "/"), ("../../", "/"), ("../../g", "/g"), ("../../../g", "/g"),
            ("../../../../g", "/g"), ("/./g", "/g"), ("/../g", "/g"), ("g.", "/b/c/g."), (".g", "/b/c/.g"),
            ("g..", "/b/c/g.."), ("..g", "/b/c/..g"), ("./../g", "/b/g"), ("./g/.", "/b/c/g/"), ("g/./h", "/b/c/g/h"),
            ("g/../h", "/b/c/h"), ("g;x=1/./y", "/b/c/g;x=1/y"), ("g;x=1/../y", "/b/c/y"), ("g?y/./x", "/b/c/g?y/./x"),
            ("g?y/../x", "/b/c/g?y/../x"),
        ])
    func relative(_ reference: String, _ expected: String) throws {
        let base = try RemoteURL("https://a.example:8443/b/c/d;p?q")
        let target = try base.resolving(reference, allowsHTTPOnLoopback: false)
        #expect(target.text == "https://a.example:8443" + expected)
    }

    @Test(
        "An absolute or scheme-relative reference replaces the URL",
        arguments: [
            ("https://b.example/x", "https://b.example/x"), ("//b.example/x", "https://b.example/x"),
            ("//b.example:8443", "https://b.example:8443"), ("HTTPS://b.example/#f", "HTTPS://b.example/"),
        ])
    func absolute(_ reference: String, _ expected: String) throws {
        let base = try RemoteURL("https://a.example:8443/b")
        #expect(try base.resolving(reference, allowsHTTPOnLoopback: false).text == expected)
    }

    @Test("A reference resolves against a URL without a path")
    func withoutPath() throws {
        let base = try RemoteURL("https://a.example")
        #expect(try base.resolving("g", allowsHTTPOnLoopback: false).text == "https://a.example/g")
    }

    @Test(
        "A target is checked like any URL",
        arguments: [
            ("http://b.example/", .notSecure), ("ftp://b.example/", .scheme), ("javascript:alert(1)", .scheme),
            ("//u@b.example/", .userInformation), ("//127.1/", .numericHost("127.1")), ("a b", .character(at: 19)),
            ("//b.example\\x", .pathOrQuery(at: 17)), (String(repeating: "x", count: 2049), .tooLong(limit: 2048)),
        ] as [(String, RemoteURLError)])
    func refused(_ reference: String, _ reason: RemoteURLError) throws {
        let base = try RemoteURL("https://a.example/b")
        #expect(throws: reason) { try base.resolving(reference, allowsHTTPOnLoopback: false) }
    }
}
