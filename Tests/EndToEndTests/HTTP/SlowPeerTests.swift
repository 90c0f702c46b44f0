import Foundation
import Testing

/// Short timeouts, so that a stalled peer is closed soon.
private let limitsOfOneSecond = """
    maximum_connections = 20
    request_timeout_seconds = 1
    idle_timeout_seconds = 1
    answer_timeout_seconds = 1
    """

extension HTTPProcessTests {
    @Suite("Slow peers", .server(limitsOfOneSecond), .timeLimit(.minutes(5)))
    struct SlowPeerTests {
        /// Requests that stall at each stage.
        private static let beginnings = [
            "", "G", "GET /health/live HTTP/1.1\r\nHost: as.exam", Requests.tokenHead("Content-Length: 18\r\n"),
            Requests.tokenHead("Content-Length: 18\r\n") + "grant",
            Requests.tokenHead("Transfer-Encoding: chunked\r\n"),
            Requests.tokenHead("Transfer-Encoding: chunked\r\n") + "12\r\ngrant",
            Requests.tokenHead("Expect: 100-continue\r\nContent-Length: 18\r\n"),
            Requests.live, Requests.live + "GET /hea", Requests.get("/health/live", Requests.h2cOffer),
        ]

        @Test("Stalled requests are closed, and others are served meanwhile")
        func silent() throws {
            let server = try ServerUnderTest.shared()
            let wires = try Self.beginnings.map { beginning in
                let wire = try server.wire()
                wire.send(beginning)
                return (beginning, wire)
            }
            try server.servesOthers()
            for (beginning, wire) in wires { #expect(wire.isClosedByServer, "\(beginning)") }
        }

        @Test(
            "A request that trickles in is closed although bytes keep arriving",
            arguments: [
                ("GET /health/live HTTP/1.1\r\nHost: as.example\r\n", "X: y\r\n"),
                (Requests.tokenHead("Content-Length: 10000\r\n"), "a"),
                (Requests.tokenHead("Transfer-Encoding: chunked\r\n"), "1\r\na\r\n"),
                (Requests.tokenHead("Transfer-Encoding: chunked\r\n") + "0\r\n", "X: y\r\n"),
            ])
        func trickle(_ beginning: String, _ drop: String) async throws {
            let wire = try ServerUnderTest.shared().wire()
            wire.send(beginning)
            var drops = 0
            while drops < 1000, wire.send(drop) {
                drops += 1
                // The attack is slow by nature.
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(drops < 1000)
        }

        @Test("Peers that read no answers are closed, even if they hold all connections")
        func unread() throws {
            let server = try ServerUnderTest.shared()
            let requests = Array(
                String(repeating: Requests.get("/errors/malformed", "Accept: text/html\r\n"), count: 1500).utf8)
            let memory = try ProcessFacts.memoryBefore(of: server.processIdentifier)
            let wires = try (0..<20).map { _ in try server.wire(receiveBuffer: 2048) }
            for wire in wires { _ = wire.sendWithoutWaiting(requests) }
            try server.servesOthers()
            #expect(try ProcessFacts.peakMemory(of: server.processIdentifier) - memory < 16_384)
            withExtendedLifetime(wires) {}
        }

        @Test("Connections beyond the maximum wait until others close")
        func maximum() throws {
            let server = try ServerUnderTest.shared()
            let held = try (0..<20).map { _ in try server.wire() }
            let late = try (0..<10).map { _ in try server.wire() }
            for wire in late { wire.send(Requests.live) }
            for wire in late { #expect(try wire.answer().status == 200) }
            withExtendedLifetime(held) {}
        }
    }

    @Suite("Slow peers over TLS", .server(limitsOfOneSecond, tls: true), .timeLimit(.minutes(5)))
    struct SlowTLSPeerTests {
        @Test("A stalled handshake is closed")
        func handshake() throws {
            let server = try ServerUnderTest.shared()
            let beginnings: [[UInt8]] = [
                [], [0x16], [0x16, 0x03, 0x01, 0x02, 0x00],
                [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03],
            ]
            let wires = try beginnings.map { beginning in
                let wire = try server.wire()
                wire.send(beginning)
                return (beginning, wire)
            }
            for (beginning, wire) in wires { #expect(wire.isClosedByServer, "\(beginning)") }
        }

        @Test("Plain HTTP on the TLS port is closed")
        func plain() throws {
            let wire = try ServerUnderTest.shared().wire()
            wire.send(Requests.live)
            #expect(wire.isClosedByServer)
        }
    }
}
