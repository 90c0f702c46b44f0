import HTTP
import TestSupport
import Testing

extension HTTPProcessTests {
    @Suite("Large bodies, of callers who prove themselves in the head", .timeLimit(.minutes(5)))
    struct LargeBodyTests {
        private static let usual = 65_536
        private static let large = 1_572_864

        @Test(
            "A body of the limit is read, and one with a byte more is refused",
            arguments: [
                (usual, false, 200, usual), (usual + 1, false, 413, usual), (usual + 1, true, 200, usual + 1),
                (large, true, 200, large), (large + 1, true, 413, large), (3 * large, true, 413, large),
            ], [false, true])
        func limits(_ example: (length: Int, proof: Bool, status: Int, count: Int), _ isChunked: Bool) async throws {
            let server = try await FileServer()
            let wire = try server.wire()
            wire.send(FileServer.request(example.length, proof: example.proof, isChunked: isChunked))
            let answer = try wire.answer()
            #expect(answer.status == example.status)
            #expect(answer.body == "\(example.count)")
            #expect(answer.fields["connection"] == (example.status == 413 ? "close" : nil))
            await server.stop()
        }

        @Test(
            "The proof is worth nothing at another path or with another method",
            arguments: [("PUT /files", 405), ("POST /x", 404)])
        func elsewhere(_ line: String, _ status: Int) async throws {
            let server = try await FileServer()
            let wire = try server.wire()
            let body = String(repeating: "a", count: Self.usual + 1)
            wire.send(
                "\(line) HTTP/1.1\r\nHost: a\r\n\(FileServer.proof)Content-Length: \(body.utf8.count)\r\n\r\n" + body)
            #expect(try wire.answersToEnd().map(\.status) == [status])
            await server.stop()
        }

        @Test(
            "RFC 9110 §10.1.1: 100 is sent for a large body only if the caller may send it",
            arguments: [(true, large, 100), (false, usual + 1, 413), (true, large + 1, 413), (true, .max, 413)])
        func expectation(_ proof: Bool, _ length: Int, _ status: Int) async throws {
            let server = try await FileServer()
            let wire = try server.wire()
            wire.send(
                "POST /files HTTP/1.1\r\nHost: a\r\n\(proof ? FileServer.proof : "")Expect: 100-continue\r\n"
                    + "Content-Length: \(length)\r\n\r\n")
            #expect(try wire.answer().status == status)
            if status == 100 {
                wire.send(String(repeating: "a", count: length))
                #expect(try wire.answer().body == "\(length)")
            } else {
                #expect(wire.isClosedByServer)
            }
            await server.stop()
        }

        @Test("The process holds eight, until they are answered; small ones are read meanwhile")
        func bound() async throws {
            let server = try await FileServer()
            let wires = try (0..<8).map { _ in try server.wire() }
            for wire in wires { wire.send(FileServer.request(Self.usual + 1, path: "/files/held")) }
            Patience.expect("eight bodies") { server.waiting == 8 }
            for isChunked in [false, true] {
                let ninth = try server.wire()
                ninth.send(FileServer.request(Self.large, isChunked: isChunked))
                let refused = try ninth.answer()
                #expect(refused.status == 503)
                #expect(refused.fields["retry-after"] == "1")
                #expect(ninth.isClosedByServer)
            }
            let small = try server.wire()
            small.send(FileServer.request(Self.usual))
            #expect(try small.answer().status == 200)
            server.open()
            for wire in wires { #expect(try wire.answer().body == "\(Self.usual + 1)") }
            small.send(FileServer.request(Self.large))
            #expect(try small.answer().body == "\(Self.large)")
            await server.stop()
        }

        @Test("Callers who announce large bodies and send less hold no place")
        func announced() async throws {
            let server = try await FileServer()
            let wires = try (0..<20).map { _ in try server.wire() }
            for wire in wires {
                let request = FileServer.request(Self.large)
                wire.send(String(request.prefix(Self.usual)))
            }
            let honest = try server.wire()
            honest.send(FileServer.request(Self.large))
            #expect(try honest.answer().status == 200)
            withExtendedLifetime(wires) {}
            await server.stop()
        }

        @Test("A body that stalls, ends early or has a wrong length gives its place back", arguments: [false, true])
        func hostile(_ finishes: Bool) async throws {
            let server = try await FileServer { $0.requestTimeout = .seconds(1) }
            let wires = try (0..<8).map { _ in try server.wire() }
            for (number, wire) in wires.enumerated() {
                let request = FileServer.request(Self.large, isChunked: number.isMultiple(of: 2))
                wire.send(String(request.prefix(Self.usual + 20_000)))
                if finishes { wire.finishSending() }
            }
            // Stalled ones are closed after a second.
            for wire in wires { #expect(wire.isClosedByServer) }
            for _ in 0..<8 {
                let honest = try server.wire()
                honest.send(FileServer.request(Self.large))
                #expect(try honest.answer().status == 200)
            }
            await server.stop()
        }

        @Test("RFC 9112 §6.3: bytes beyond the announced length are not part of the body")
        func surplus() async throws {
            let server = try await FileServer()
            let wire = try server.wire()
            wire.send(FileServer.request(Self.usual + 1) + String(repeating: "a", count: Self.usual))
            let answers = try wire.answersToEnd()
            #expect(answers.map(\.status) == [200, 400])
            #expect(answers.first?.body == "\(Self.usual + 1)")
            await server.stop()
        }

        @Test(
            "HTTP/2: the same limits, and streams that are reset, stall or lie about their length give their places back",
            .requiresPython)
        func http2() async throws {
            let python = try #require(Program.python)
            let server = try await FileServer(tls: true)
            let result = try ServerProcess.run(
                python, [Program.source("http2_peer.py"), "large-bodies", "\(server.port)"])
            #expect(
                result.output == """
                    200 65537
                    413 65536
                    200 1572864
                    413 1572864
                    100 200 70000
                    413 65536
                    8 reset
                    200 1572864
                    8 short
                    200 1572864

                    """, "\(result.errors)")
            await server.stop()
        }
    }
}
