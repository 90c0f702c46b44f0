import Testing

extension HTTPProcessTests {
    @Suite("Unusual requests that are allowed", .server())
    struct AllowedRequestTests {
        struct Allowed: Sendable, CustomTestStringConvertible {
            let name: String
            let bytes: String
            var statuses = [200, 200]

            var testDescription: String { name }

            static let all: [Allowed] = [
                .init(name: "a target in absolute form", bytes: Requests.get("http://as.example/health/live")),
                .init(name: "an absolute form with https", bytes: Requests.get("HTTPS://as.example:443/health/live")),
                .init(
                    name: "an absolute form without a path", bytes: Requests.get("http://as.example"),
                    statuses: [404, 200]),
                .init(
                    name: "the asterisk", bytes: "OPTIONS * HTTP/1.1\r\nHost: as.example\r\n\r\n", statuses: [404, 200]),
                .init(name: "an empty Host", bytes: "GET /health/live HTTP/1.1\r\nHost: \r\n\r\n"),
                .init(name: "8-bit bytes in a value", bytes: Requests.get("/health/live", "X: é\r\n")),
                .init(name: "empty lines before the request", bytes: "\r\n\r\n" + Requests.live),
                .init(name: "a query", bytes: Requests.get("/health/live?a=b?c")),
                .init(
                    name: "a chunked body",
                    bytes: Requests.tokenHead("Transfer-Encoding: chunked\r\n")
                        + "6\r\ngrant_\r\nC;name=value\r\ntype=unknown\r\n0\r\n\r\n", statuses: [400, 200]),
                .init(
                    name: "a chunked body with a trailer",
                    bytes: Requests.tokenHead("Transfer-Encoding: Chunked\r\nTrailer: X\r\n")
                        + "12\r\n\(Requests.form)\r\n0\r\nX: y\r\n\r\n", statuses: [400, 200]),
                .init(
                    name: "an empty chunked body of a GET",
                    bytes: Requests.get("/health/live", "Transfer-Encoding: chunked\r\n") + "0\r\n\r\n"),
                .init(name: "a body of a GET", bytes: Requests.get("/health/live", "Content-Length: 3\r\n") + "abc"),
                .init(name: "HTTP/1.0", bytes: "GET /health/live HTTP/1.0\r\n\r\n", statuses: [200]),
                .init(
                    name: "HTTP/1.0 with keep-alive",
                    bytes: "GET /health/live HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"),
                .init(
                    name: "Connection: close", bytes: Requests.get("/health/live", "Connection: x, Close\r\n"),
                    statuses: [200]),
            ]
        }

        @Test("are answered, and so is the next request", arguments: Allowed.all)
        func answered(_ request: Allowed) throws {
            let server = try ServerUnderTest.shared()
            let answers = try server.answers(to: request.bytes + Requests.live, finishes: true)
            #expect(answers.map(\.status) == request.statuses)
        }

        @Test("A chunked body gets the same answer")
        func chunks() throws {
            let server = try ServerUnderTest.shared()
            let whole = try #require(try server.answers(to: Requests.token, finishes: true).first)
            let chunks = Requests.form.map { "1\r\n\($0)\r\n" }.joined() + "0\r\n\r\n"
            let request = Requests.tokenHead("Transfer-Encoding: chunked\r\n") + chunks
            let answer = try #require(try server.answers(to: request, finishes: true).first)
            #expect(answer.body == whole.body)
            #expect(answer.body.contains("unsupported_grant_type"))
        }

        @Test("HTTP/1.0 answers announce keep-alive, HTTP/1.1 answers do not")
        func persistence() throws {
            let server = try ServerUnderTest.shared()
            let wire = try server.wire()
            wire.send("GET /health/live HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n")
            #expect(try wire.answer().fields["connection"] == "keep-alive")
            wire.send(Requests.live)
            #expect(try wire.answer().fields["connection"] == nil)
            wire.send("GET /health/live HTTP/1.0\r\n\r\n")
            #expect(try wire.answersToEnd().map(\.fields["connection"]) == ["close"])
        }
    }
}
