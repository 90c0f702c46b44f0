import Testing

@testable import Server

@Suite("Cookies (RFC 6265)")
struct CookiesTests {
    private func value(_ fields: String..., name: String = "a") -> String? {
        var headers: HeaderFields = [:]
        for field in fields { headers.append("Cookie", field) }
        return Cookies(EndpointRequest(method: "GET", path: "/", headers: headers))[name]
    }

    @Test(
        "A cookie is found by its exact name",
        arguments: [
            ("a=1", "1"), ("b=2; a=1", "1"), ("b=2;a=1", "1"), ("a=x=y", "x=y"), ("A=1", nil), ("aa=1", nil),
            ("a", nil),
            ("", nil), ("a=", nil), ("=a", nil), (" a=1", "1"),
        ] as [(String, String?)])
    func found(_ field: String, _ expected: String?) {
        #expect(value(field) == expected)
    }

    @Test("Cookies of several header fields are one list, as HTTP/2 allows")
    func crumbs() {
        #expect(value("b=2", "a=1") == "1")
    }

    @Test(
        "A name that was sent twice has no value, whichever was planted: cookie tossing",
        arguments: ["a=1; a=2", "a=2; b=3; a=1", "a=1; a=1", "a=1; a=", "a=; a=1"])
    func tossing(_ field: String) {
        #expect(value(field) == nil)
    }

    @Test("A second cookie cannot be hidden behind many others")
    func many() {
        let others = (0..<Cookies.maximumCount).map { "b\($0)=1" }.joined(separator: "; ")
        #expect(value("a=1; \(others)") == nil)
        #expect(value("a=1; b=1") == "1")
    }

    @Test("Values are plain ASCII of at most 1024 bytes", arguments: ["a=1 2", "a=é", "a=1\u{1}"])
    func plain(_ field: String) {
        #expect(value(field) == nil)
        #expect(value("a=" + String(repeating: "x", count: 1024)) != nil)
        #expect(value("a=" + String(repeating: "x", count: 1025)) == nil)
    }

    @Test(
        "Cookies have the prefix __Host- and are secure, except those of an issuer on loopback over plain HTTP",
        arguments: [
            ("https://as.example", "__Host-c=v; Path=/; HttpOnly; SameSite=Lax; Secure"),
            ("http://as.example", "__Host-c=v; Path=/; HttpOnly; SameSite=Lax; Secure"),
            ("https://localhost:8443", "__Host-c=v; Path=/; HttpOnly; SameSite=Lax; Secure"),
            ("http://localhost:8080", "c=v; Path=/; HttpOnly; SameSite=Lax"),
            ("http://127.0.0.1:8080", "c=v; Path=/; HttpOnly; SameSite=Lax"),
            ("http://[::1]:8080", "c=v; Path=/; HttpOnly; SameSite=Lax"),
            ("http://localhost.example", "__Host-c=v; Path=/; HttpOnly; SameSite=Lax; Secure"),
        ])
    func attributes(_ issuer: String, _ expected: String) throws {
        let cookie = ServerCookie("c", of: try #require(ServerURLs(issuer: issuer)))
        #expect(cookie.setting("v") == expected)
        #expect(cookie.setting("v", lifetime: .seconds(60)) == expected + "; Max-Age=60")
        #expect(cookie.deletion == expected.replacing("=v;", with: "=;") + "; Max-Age=0")
    }

    @Test("Issuers that share a host have different cookies")
    func sharedHost() throws {
        let names = try ["", "/a", "/b"].map {
            ServerCookie("c", of: try #require(ServerURLs(issuer: "https://as.example\($0)"))).name
        }
        #expect(Set(names).count == 3)
        #expect(names[0] == "__Host-c")
    }
}
