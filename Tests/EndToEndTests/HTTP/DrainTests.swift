import Foundation
import Testing

extension HTTPProcessTests {
    @Suite("SIGTERM", .timeLimit(.minutes(5)))
    struct DrainTests {
        @Test("Requests in progress finish, idle connections close, new ones are refused, and the status is 0")
        func drain() async throws {
            try await ServerUnderTest.run { server, process in
                // More connections than event loops: when all are closed, every loop has seen the shutdown.
                let idle = try (0..<2 * ProcessInfo.processInfo.activeProcessorCount).map { _ in try server.wire() }
                for wire in idle {
                    wire.send(Requests.live)
                    #expect(try wire.answer().status == 200)
                }
                let busy = try server.wire()
                busy.send(Requests.live + Requests.tokenHead("Content-Length: 18\r\n") + "grant_")
                // The answer shows that the rest of the same write has been read as well.
                #expect(try busy.answer().status == 200)

                kill(server.processIdentifier, SIGTERM)
                for wire in idle { #expect(wire.isClosedByServer) }
                #expect(throws: TestFailure.self) { try server.wire() }
                busy.send("type=unknown")
                let answers = try busy.answersToEnd()
                #expect(answers.map(\.status) == [400])
                #expect(answers.first?.fields["connection"] == "close")
                #expect(process.waitForExit() == 0)
            }
        }

        @Test("A stalled TLS handshake does not delay the shutdown")
        func handshake() async throws {
            try await ServerUnderTest.run(tls: true) { server, process in
                let wire = try server.wire()
                wire.send([0x16, 0x03, 0x01])
                // A connection is accepted once it has a descriptor; the shutdown would miss it before.
                let before = try ProcessFacts.descriptors(of: server.processIdentifier)
                let others = try (0..<3).map { _ in try server.wire() }
                while try ProcessFacts.descriptors(of: server.processIdentifier) < before + 3 {
                    try await Task.sleep(for: .milliseconds(5))
                }
                let start = ContinuousClock.now
                kill(server.processIdentifier, SIGTERM)
                #expect(process.waitForExit() == 0)
                // Stalled handshakes that did delay the shutdown would time out after 30 seconds.
                #expect(ContinuousClock.now - start < .seconds(25))
                withExtendedLifetime((wire, others)) {}
            }
        }

        @Test("A request that never ends is dropped at the drain timeout")
        func bound() async throws {
            let server = try await TestServer(clients: []) { $0.drainTimeout = .milliseconds(200) }
            let wire = try Wire(port: server.port)
            wire.send(Requests.live + Requests.tokenHead("Content-Length: 18\r\n"))
            #expect(try wire.answer().status == 200)
            try await server.stop()
            #expect(wire.isClosedByServer)
        }
    }
}
