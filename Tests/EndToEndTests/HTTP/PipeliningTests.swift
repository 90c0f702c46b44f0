import Testing

extension HTTPProcessTests {
    @Suite("Pipelining and half-closed connections", .server())
    struct PipeliningTests {
        /// Requests and their expected statuses.
        private static let mixed: [(request: String, status: Int)] = [
            (Requests.live, 200), (Requests.token, 400), (Requests.get("/nothing"), 404),
            (Requests.get("/.well-known/openid-configuration"), 200), (Requests.get("/oauth2/token"), 405),
        ]

        @Test("Many requests in one packet are answered in order", arguments: [1, 5, 64, 500])
        func inOrder(_ count: Int) throws {
            let cases = (0..<count).map { Self.mixed[$0 % Self.mixed.count] }
            let answers = try ServerUnderTest.shared().answers(to: cases.map(\.request).joined(), finishes: true)
            // More than 64 requests may be waiting only as long as each is answered at once.
            #expect(answers.count >= min(count, 64))
            #expect(answers.map(\.status) == cases.prefix(answers.count).map(\.status))
            if answers.count < count { #expect(answers.last?.fields["connection"] == "close") }
        }

        @Test("HEAD sends the length and no body")
        func head() throws {
            let server = try ServerUnderTest.shared()
            let path = "/.well-known/openid-configuration"
            let got = try #require(try server.answers(to: Requests.get(path), finishes: true).first)
            let wire = try server.wire()
            wire.send(Requests.head(path) + Requests.live)
            let head = try wire.answer(toHEAD: true)
            #expect(head.status == 200)
            #expect(head.fields["content-length"] == got.fields["content-length"])
            // The next answer follows the head directly.
            #expect(try wire.answer().status == 200)
        }

        @Test("10,000 pipelined requests are answered or closed cleanly, and memory does not grow")
        func flood() throws {
            let server = try ServerUnderTest.shared()
            try server.servesOthers()
            let before = try ProcessFacts.memoryBefore(of: server.processIdentifier)
            let wire = try server.wire()
            wire.send(String(repeating: Requests.token, count: 10_000))
            wire.finishSending()
            let answers = try wire.answersToEnd()
            #expect(answers.count >= 64)
            // 503 is allowed under overload.
            #expect(answers.allSatisfy { $0.status == 400 || $0.status == 503 })
            if answers.count < 10_000 { #expect(answers.last?.fields["connection"] == "close") }
            #expect(try ProcessFacts.peakMemory(of: server.processIdentifier) - before < 16_384)
        }

        @Test("A half-closed caller still gets its answers")
        func halfClosed() throws {
            let server = try ServerUnderTest.shared()
            #expect(try server.answers(to: Requests.token, finishes: true).map(\.status) == [400])
            #expect(try server.answers(to: Requests.live + Requests.token, finishes: true).map(\.status) == [200, 400])
        }

        @Test(
            "A connection that is half-closed in the middle of a request is closed",
            arguments: [
                "", "GET /health", Requests.tokenHead("Content-Length: 5\r\n"),
                Requests.tokenHead("Content-Length: 5\r\n") + "abc",
                Requests.tokenHead("Transfer-Encoding: chunked\r\n") + "5\r\nab",
            ])
        func halfSent(_ beginning: String) throws {
            let server = try ServerUnderTest.shared()
            let answers = try server.answers(to: Requests.live + beginning, finishes: true)
            #expect(answers.first?.status == 200)
            // A parser may also refuse a truncated request as malformed.
            #expect(answers.dropFirst().allSatisfy { $0.status == 400 })
        }
    }
}
