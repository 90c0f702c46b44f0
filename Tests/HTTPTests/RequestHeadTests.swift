import NIOHTTP1
import Testing

@testable import HTTP

@Suite("Request head")
struct RequestHeadTests {
    private static func read(
        _ target: String = "/", _ fields: [(String, String)] = [("Host", "a")], method: HTTPMethod = .GET,
        _ version: HTTPVersion = .http1_1, isHTTP2: Bool = false
    ) throws(RequestFault) -> RequestHead {
        try RequestHead(
            HTTPRequestHead(version: version, method: method, uri: target, headers: HTTPHeaders(fields)),
            isHTTP2: isHTTP2)
    }

    @Test(
        "The target is a path and a query",
        arguments: [
            ("/a/b", "/a/b", nil), ("/a?b=c", "/a", "b=c"), ("/a?", "/a", ""), ("/a?b?c", "/a", "b?c"), ("*", "*", nil),
            ("http://h/a?b", "/a", "b"), ("HTTP://h:1/a", "/a", nil), ("https://h", "/", nil), ("http://h?b", "/", "b"),
            ("//a", "//a", nil), ("/%2e/é".replacing("é", with: "%C3%A9"), "/%2e/%C3%A9", nil),
        ] as [(String, String, String?)])
    func target(_ target: String, _ path: String, _ query: String?) throws {
        let head = try Self.read(target)
        #expect(head.path == path)
        #expect(head.query == query)
    }

    @Test(
        "Other targets are refused", arguments: ["a", "h:443", "ftp://h/a", "", "/a b", "/é", "/\u{7F}", "/\0", "**"])
    func wrongTarget(_ target: String) {
        #expect(throws: RequestFault.target) { try Self.read(target) }
    }

    @Test(
        "Missing, repeated and invalid fields are refused",
        arguments: [
            ([], .host), ([("Host", "a"), ("host", "a")], .host), ([("Host", "a,b")], .host),
            ([("Host", "a b")], .host),
            ([("Host", "a/b")], .host), ([("Host", "u@a")], .host),
            ([("Host", "a"), ("Content-Type", "a/b"), ("content-type", "a/b")], .repeated("Content-Type")),
            ([("Host", "a"), ("Authorization", "a"), ("AUTHORIZATION", "b")], .repeated("Authorization")),
            ([("Host", "a"), ("Expect", "200-ok")], .expectation),
            ([("Host", "a"), ("Transfer-Encoding", "gzip, chunked")], .transferCoding),
        ] as [([(String, String)], RequestFault)])
    func contradiction(_ fields: [(String, String)], _ fault: RequestFault) {
        #expect(throws: fault) { try Self.read("/", fields) }
    }

    @Test("CONNECT is refused")
    func connect() {
        #expect(throws: RequestFault.connect) { try Self.read("h:443", method: .CONNECT) }
    }

    @Test("HTTP/1.0 requires no Host, and supports neither chunked coding nor 100 Continue")
    func oldVersion() throws {
        #expect(try Self.read("/", [], .http1_0).isHTTP10)
        #expect(throws: RequestFault.transferEncoding) {
            try Self.read("/", [("Transfer-Encoding", "chunked")], .http1_0)
        }
        #expect(try !Self.read("/", [("Expect", "100-continue")], .http1_0).expectsContinue)
        #expect(try Self.read("/", [("Host", "a"), ("Expect", "100-Continue")]).expectsContinue)
    }

    @Test("In HTTP/2 the Connection field is ignored")
    func secondVersion() throws {
        let head = try Self.read("/", [("host", "a"), ("connection", "close")], .http2, isHTTP2: true)
        #expect(head.keepsAlive)
        #expect(!head.isHTTP10)
    }

    @Test(
        "An upgrade request requires two fields",
        arguments: [
            ("upgrade", "h2c", true), ("Upgrade, HTTP2-Settings", "h2c", true), ("keep-alive ,\tUPGRADE ", "x", true),
            ("keep-alive", "h2c", false), ("upgrades", "h2c", false), ("upgrade", nil, false),
        ] as [(String, String?, Bool)])
    func upgrade(_ connection: String, _ upgrade: String?, _ asks: Bool) throws {
        let fields = [("Host", "a"), ("Connection", connection)] + (upgrade.map { [("Upgrade", $0)] } ?? [])
        #expect(try Self.read("/", fields).asksForUpgrade == asks)
    }

    @Test("List fields that are sent repeatedly are joined")
    func lists() throws {
        let head = try Self.read(
            "/",
            [
                ("Host", "a"), ("Accept", "a/b"), ("accept", "c/d"), ("X-Forwarded-For", "1.1.1.1"),
                ("x-forwarded-for", "2.2.2.2"),
            ]
        )
        #expect(head.headers["Accept"] == "a/b, c/d")
        #expect(head.headers["X-Forwarded-For"] == "1.1.1.1, 2.2.2.2")
    }
}
