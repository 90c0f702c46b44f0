import Testing

/// A malformed or unsupported request that must be refused.
struct ForbiddenRequest: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    let status: Int

    init(_ name: String, _ text: String, _ status: Int = 400) {
        self.init(name, bytes: Array(text.utf8), status)
    }

    init(_ name: String, bytes: [UInt8], _ status: Int = 400) {
        self.name = name
        self.bytes = bytes
        self.status = status
    }

    var testDescription: String { name }

    /// RFC 9112 §6: requests whose end two parsers could see in different places (request smuggling).
    static let framing: [ForbiddenRequest] = [
        body("two different lengths", "Content-Length: 1\r\nContent-Length: 2\r\n", "a"),
        body("two equal lengths", "Content-Length: 1\r\nContent-Length: 1\r\n", "a"),
        body("a list of lengths", "Content-Length: 1, 1\r\n", "a"),
        body("a length with a plus", "Content-Length: +4\r\n", "aaaa"),
        body("a negative length", "Content-Length: -1\r\n", "a"),
        body("an empty length", "Content-Length: \r\n", ""),
        body("a length in hexadecimal", "Content-Length: 0x1\r\n", "a"),
        body("a length beyond 64 bits", "Content-Length: 99999999999999999999\r\n", "a"),
        body("length and chunked", "Content-Length: 5\r\n\(chunked)", "0\r\n\r\n"),
        body("chunked and length", "\(chunked)Content-Length: 5\r\n", "0\r\n\r\n"),
        body("chunked is not last", "Transfer-Encoding: chunked, x\r\n", "0\r\n\r\n"),
        body("chunked twice in a list", "Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n"),
        body("chunked twice in two fields", chunked + chunked, "0\r\n\r\n"),
        body("identity", "Transfer-Encoding: identity\r\n", "", 501),
        body("an unknown coding before chunked", "Transfer-Encoding: x, chunked\r\n", "0\r\n\r\n", 501),
        body("a known coding before chunked", "Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n", 501),
        body("a vertical tab before chunked", "Transfer-Encoding: \u{B}chunked\r\n", "0\r\n\r\n"),
        body("a space before the colon of Transfer-Encoding", "Transfer-Encoding : chunked\r\n", "0\r\n\r\n"),
        body("a space before the colon of Content-Length", "Content-Length : 5\r\n", "aaaaa"),
        body("chunked in HTTP/1.0", chunked, "0\r\n\r\n", version: "1.0"),
        body("a chunk size that overflows", chunked, "fffffffffffffffff\r\na\r\n0\r\n\r\n"),
        body("a chunk size with 0x", chunked, "0x1\r\na\r\n0\r\n\r\n"),
        body("a negative chunk size", chunked, "-1\r\na\r\n0\r\n\r\n"),
        body("a chunk size with a plus", chunked, "+1\r\na\r\n0\r\n\r\n"),
        body("an empty chunk size", chunked, "\r\na\r\n0\r\n\r\n"),
        body("a space after the chunk size", chunked, "1 \r\na\r\n0\r\n\r\n"),
        body("bare LF between chunks", chunked, "1\na\n0\n\n"),
        body("bare LF in a chunk extension", chunked, "1;a\nb\r\na\r\n0\r\n\r\n"),
        body("a chunk longer than its size", chunked, "1\r\naXX\r\n0\r\n\r\n"),
        body("a length in the trailer", chunked, "1\r\na\r\n0\r\nContent-Length: 44\r\n\r\n"),
    ]

    /// RFC 9112 §2, §3, §5.
    static let form: [ForbiddenRequest] = [
        .init("obs-fold", Requests.get("/health/live", "X: a\r\n b\r\n")),
        .init("bare LF everywhere", "GET /health/live HTTP/1.1\nHost: a\n\n", 505),
        .init("bare LF after a field", Requests.get("/health/live", "X: a\n")),
        .init("bare CR in a field", Requests.get("/health/live", "X: a\rb\r\n")),
        .init("a space before a colon", Requests.get("/health/live", "X : a\r\n")),
        .init("a field without a colon", Requests.get("/health/live", "X\r\n")),
        .init("a field without a name", Requests.get("/health/live", ": a\r\n")),
        .init("NUL in a field", Requests.get("/health/live", "X: a\0b\r\n")),
        .init("NUL in a name", Requests.get("/health/live", "X\0: a\r\n")),
        .init("NUL in the path", Requests.get("/health/live\0")),
        .init(
            "8-bit bytes in the path",
            bytes: Array("GET /".utf8) + [0xFF, 0xC0] + Array(" HTTP/1.1\r\nHost: a\r\n\r\n".utf8)),
        .init(
            "8-bit bytes in a name",
            bytes: Array("GET / HTTP/1.1\r\nHost: a\r\nX".utf8) + [0xFF] + Array(": a\r\n\r\n".utf8)),
        .init("UTF-8 in the path", Requests.get("/café")),
        .init("no Host", "GET /health/live HTTP/1.1\r\n\r\n"),
        .init("two Hosts", Requests.get("/health/live", "Host: as.example\r\n")),
        .init("a list of Hosts", "GET /health/live HTTP/1.1\r\nHost: a, b\r\n\r\n"),
        .init("a Host with user information", "GET /health/live HTTP/1.1\r\nHost: a@b\r\n\r\n"),
        .init("a target in authority form", Requests.get("as.example:443")),
        .init("a target in absolute form of another scheme", Requests.get("ftp://as.example/health/live")),
        .init("CONNECT", "CONNECT as.example:443 HTTP/1.1\r\nHost: as.example\r\n\r\n", 501),
        .init("two Content-Types", Requests.tokenHead("Content-Type: text/plain\r\nContent-Length: 0\r\n")),
        .init("two Authorizations", Requests.get("/health/live", "Authorization: a\r\nAuthorization: b\r\n")),
        .init("another expectation", Requests.get("/health/live", "Expect: a-miracle\r\n"), 417),
        .init("a field of 20,000 bytes", Requests.get("/health/live", "X: \(long(20_000))\r\n"), 431),
        .init("a name of 20,000 bytes", Requests.get("/health/live", "\(long(20_000)): a\r\n"), 431),
        .init("200 fields", Requests.get("/health/live", (0..<200).map { "X-\($0): a\r\n" }.joined()), 431),
        .init("a target of 1 MB", Requests.get("/" + long(1_000_000)), 431),
        .init("a request line without a version", "GET /health/live\r\n\r\n", 505),
        .init("HTTP/0.9", "GET /health/live HTTP/0.9\r\nHost: a\r\n\r\n", 505),
        .init("HTTP/1.2", "GET /health/live HTTP/1.2\r\nHost: a\r\n\r\n", 505),
        .init("HTTP/2.0", "GET /health/live HTTP/2.0\r\nHost: a\r\n\r\n", 505),
        .init("HTTP/3.7", "GET /health/live HTTP/3.7\r\nHost: a\r\n\r\n", 505),
        .init("HTTP/11.1", "GET /health/live HTTP/11.1\r\nHost: a\r\n\r\n", 505),
        .init("HTTP in lower case", "GET /health/live http/1.1\r\nHost: a\r\n\r\n"),
        .init("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        .init("a method that does not exist", "BREW /health/live HTTP/1.1\r\nHost: a\r\n\r\n"),
        .init("a method in lower case", "get /health/live HTTP/1.1\r\nHost: a\r\n\r\n"),
        .init("tabs in the request line", "GET\t/health/live\tHTTP/1.1\r\nHost: a\r\n\r\n"),
        .init("a space before the method", " " + Requests.live),
        .init("a TLS handshake", bytes: [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03]),
    ]

    private static let chunked = "Transfer-Encoding: chunked\r\n"

    private static func long(_ length: Int) -> String { String(repeating: "a", count: length) }

    private static func body(
        _ name: String, _ fields: String, _ body: String, _ status: Int = 400, version: String = "1.1"
    ) -> ForbiddenRequest {
        ForbiddenRequest(name, Requests.tokenHead(fields, version: version) + body, status)
    }
}

extension HTTPProcessTests {
    @Suite("Requests that HTTP forbids", .server())
    struct ForbiddenRequestTests {
        @Test(
            "get one answer and a closed connection; what follows is never answered",
            arguments: ForbiddenRequest.framing + ForbiddenRequest.form)
        func refused(_ request: ForbiddenRequest) throws {
            let server = try ServerUnderTest.shared()
            let answers = try server.answers(to: request.bytes + Array(Requests.live.utf8))
            #expect(answers.map(\.status) == [request.status])
            #expect(answers.first?.fields["connection"] == "close")
            try server.servesOthers()
        }

        @Test("are refused when they arrive byte by byte", arguments: ForbiddenRequest.framing.prefix(12))
        func slowly(_ request: ForbiddenRequest) throws {
            let wire = try ServerUnderTest.shared().wire()
            for byte in request.bytes + Array(Requests.live.utf8) { guard wire.send([byte]) else { break } }
            #expect(try wire.answersToEnd().map(\.status) == [request.status])
        }
    }
}
