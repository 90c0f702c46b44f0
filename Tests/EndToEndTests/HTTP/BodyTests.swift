import Testing

extension HTTPProcessTests {
    @Suite("Bodies: Expect and size", .server())
    struct BodyTests {
        private static let expect = "Expect: 100-continue\r\n"

        @Test("100 is sent if the body is wanted, and the answer follows the body")
        func goOn() throws {
            let wire = try ServerUnderTest.shared().wire()
            for _ in 0..<2 {
                wire.send(Requests.tokenHead("\(Self.expect)Content-Length: 18\r\n"))
                #expect(try wire.answer().status == 100)
                wire.send(Requests.form)
                #expect(try wire.answer().status == 400)
            }
        }

        @Test("100 is sent after earlier answers")
        func inOrder() throws {
            let wire = try ServerUnderTest.shared().wire()
            wire.send(Requests.token + Requests.tokenHead("\(Self.expect)Content-Length: 18\r\n"))
            #expect(try wire.answer().status == 400)
            #expect(try wire.answer().status == 100)
            wire.send(Requests.form)
            #expect(try wire.answer().status == 400)
        }

        @Test(
            "An unwanted body gets its final status at once, and the connection closes",
            arguments: [
                ("POST /nothing", "18", 404), ("PUT /oauth2/token", "18", 405), ("POST /oauth2/token", "70000", 413),
                ("POST /oauth2/token", "9223372036854775808", 413),
            ])
        func atOnce(_ line: String, _ length: String, _ status: Int) throws {
            let head =
                "\(line) HTTP/1.1\r\nHost: as.example\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                + "\(Self.expect)Content-Length: \(length)\r\n\r\n"
            let wire = try ServerUnderTest.shared().wire()
            wire.send(head)
            let answers = try wire.answersToEnd()
            #expect(answers.map(\.status) == [status])
            #expect(answers.first?.fields["connection"] == "close")
        }

        @Test("HTTP/1.0 requests get no 100")
        func oldVersion() throws {
            let request = Requests.tokenHead("\(Self.expect)Content-Length: 18\r\n", version: "1.0") + Requests.form
            #expect(try ServerUnderTest.shared().answers(to: request).map(\.status) == [400])
        }

        @Test("The sender of an oversized body receives the refusal", arguments: [70_000, 2_000_000])
        func tooLong(_ length: Int) throws {
            let server = try ServerUnderTest.shared()
            let body = String(repeating: "a", count: length)
            let chunk = String(length, radix: 16)
            for request in [
                Requests.tokenHead("Content-Length: \(length)\r\n") + body,
                Requests.tokenHead("Transfer-Encoding: chunked\r\n") + "\(chunk)\r\n\(body)\r\n0\r\n\r\n",
            ] {
                let wire = try server.wire()
                #expect(wire.send(request), "the whole body is read")
                let answers = try wire.answersToEnd()
                #expect(answers.map(\.status) == [413])
                #expect(answers.first?.fields["connection"] == "close")
            }
        }

        @Test("An endless body is cut off, and memory does not grow")
        func endless() throws {
            let server = try ServerUnderTest.shared()
            let before = try ProcessFacts.memoryBefore(of: server.processIdentifier)
            let wire = try server.wire()
            wire.send(Requests.tokenHead("Transfer-Encoding: chunked\r\n"))
            let chunk = Array(("100000\r\n" + String(repeating: "a", count: 0x100000) + "\r\n").utf8)
            var megabytes = 0
            while megabytes < 200, wire.send(chunk) { megabytes += 1 }
            #expect(megabytes < 200)
            #expect(try ProcessFacts.peakMemory(of: server.processIdentifier) - before < 8_192)
            try server.servesOthers()
        }
    }
}
