import Testing

extension HTTPProcessTests {
    @Suite("Upgrade, CONNECT and the preface of HTTP/2", .server())
    struct UpgradeTests {
        /// The allowed growth of the process while 50 MB are sent, in KB. Without a bound it would be 50,000.
        private static let growth = 8_192

        @Test(
            "50 MB that follow are not buffered in memory",
            arguments: [
                Requests.get("/health/live", Requests.h2cOffer),
                Requests.get("/health/live", "Connection: upgrade\r\nUpgrade: websocket\r\n"),
                Requests.tokenHead("\(Requests.h2cOffer)Content-Length: 18\r\n") + Requests.form,
                "CONNECT as.example:443 HTTP/1.1\r\nHost: as.example\r\n\r\n",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            ], ["A", "\r\n", "GET /health/live HTTP/1.1\r\nX: "])
        func flood(_ beginning: String, _ filling: String) throws {
            let server = try ServerUnderTest.shared()
            // A warm-up run, so that one-time allocations are not counted.
            try Self.flood(server, beginning, filling, megabytes: 1)
            let before = try ProcessFacts.memoryBefore(of: server.processIdentifier)
            try Self.flood(server, beginning, filling, megabytes: 50)
            #expect(try ProcessFacts.peakMemory(of: server.processIdentifier) - before < Self.growth)
            try server.servesOthers()
        }

        private static func flood(
            _ server: ServerUnderTest, _ beginning: String, _ filling: String, megabytes: Int
        ) throws {
            let wire = try server.wire()
            wire.send(beginning)
            let megabyte = [UInt8](String(repeating: filling, count: 1_048_576 / filling.utf8.count).utf8)
            for _ in 0..<megabytes { guard wire.send(megabyte) else { return } }
        }

        @Test("An offer of h2c is ignored, and the connection stays usable")
        func goesOn() throws {
            let wire = try ServerUnderTest.shared().wire()
            for _ in 0..<3 {
                wire.send(Requests.get("/health/live", Requests.h2cOffer))
                #expect(try wire.answer().status == 200)
                wire.send(Requests.tokenHead("\(Requests.h2cOffer)Content-Length: 18\r\n") + Requests.form)
                #expect(try wire.answer().status == 400)
                wire.send(Requests.live)
                #expect(try wire.answer().status == 200)
            }
        }

        @Test("Requests pipelined after offers are all answered, wherever the packets are split")
        func pipelined() throws {
            let server = try ServerUnderTest.shared()
            let offer = Requests.get("/health/live", Requests.h2cOffer)
            let bytes = Array((offer + Requests.token + offer + offer + Requests.live).utf8)
            for cut in 0...bytes.count {
                let wire = try server.wire()
                wire.send(Array(bytes[..<cut]))
                wire.send(Array(bytes[cut...]))
                wire.finishSending()
                let statuses = try wire.answersToEnd().map(\.status)
                #expect(statuses == [200, 400, 200, 200, 200], "cut at \(cut)")
            }
        }

        @Test("1,000 offers at once are all answered, and others are still served")
        func many() throws {
            let server = try ServerUnderTest.shared()
            let offer = Requests.get("/health/live", Requests.h2cOffer)
            let answers = try server.answers(to: String(repeating: offer, count: 1000), finishes: true)
            #expect(answers.count == 1000)
            #expect(answers.allSatisfy { $0.status == 200 })
            try server.servesOthers()
        }
    }
}
