import Foundation
import Testing

extension HTTPProcessTests {
    @Suite("SIGTERM", .timeLimit(.minutes(5)))
    struct DrainTests {
        @Test("A request under way is finished, idle connections are closed, new ones refused, and the status is 0")
        func drain() async throws {
            try await ServerUnderTest.run { server, process in
                // More of them than there are event loops: when all are closed, every loop knows of the end.
                let idle = try (0..<2 * ProcessInfo.processInfo.activeProcessorCount).map { _ in try server.wire() }
                for wire in idle {
                    wire.send(Requests.live)
                    #expect(try wire.answer().status == 200)
                }
                let busy = try server.wire()
                busy.send(Requests.live + Requests.tokenHead("Content-Length: 18\r\n") + "grant_")
                // Its answer shows that what came with it has been read as well.
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

        @Test("A TLS handshake that goes no further does not hold up the end")
        func handshake() async throws {
            try await ServerUnderTest.run(tls: true) { server, process in
                let wire = try server.wire()
                wire.send([0x16, 0x03, 0x01])
                // Accepted when it has its descriptor; until then the end would not find it.
                let before = try ProcessFacts.descriptors(of: server.processIdentifier)
                let others = try (0..<3).map { _ in try server.wire() }
                while try ProcessFacts.descriptors(of: server.processIdentifier) < before + 3 {
                    try await Task.sleep(for: .milliseconds(5))
                }
                let start = ContinuousClock.now
                kill(server.processIdentifier, SIGTERM)
                #expect(process.waitForExit() == 0)
                // Given up after 30 seconds, if they did hold it up.
                #expect(ContinuousClock.now - start < .seconds(25))
                withExtendedLifetime((wire, others)) {}
            }
        }

        @Test("A request that never ends is given up when the time for it is over")
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
