import Foundation
import Testing

extension HTTPProcessTests {
    @Suite("Many connections", .timeLimit(.minutes(5)))
    struct ManyConnectionTests {
        @Test("10,000 idle connections do not block others and cost little memory")
        func idle() async throws {
            // The test process holds the other end of each connection.
            let count = min(10_000, (Self.raiseOwnLimit() - 500))
            if count < 10_000 { print("only \(count) connections: the limit of open files allows no more") }
            try await ServerUnderTest.run("maximum_connections = 12000") { server, _ in
                try server.servesOthers()
                let before = try ProcessFacts.memoryBefore(of: server.processIdentifier)
                var wires: [Wire] = []
                for _ in 0..<count { wires.append(try server.wire()) }
                // An answer on the last connection shows that all before it have been accepted.
                let last = try server.wire()
                last.send(Requests.live)
                #expect(try last.answer().status == 200)
                #expect(try ProcessFacts.descriptors(of: server.processIdentifier) > count)
                let each = (try ProcessFacts.memory(of: server.processIdentifier) - before) * 1024 / count
                print("an idle connection costs \(each) bytes of memory")
                #expect(each < 16_384)
                try server.servesOthers()
                withExtendedLifetime(wires) {}
            }
        }

        @Test("maximum_connections is capped by the open-file limit; at that limit the server neither spins nor exits")
        func descriptors() async throws {
            try await ServerUnderTest.run("idle_timeout_seconds = 600", hardLimit: 256) { server, _ in
                #expect(server.log.contains("maximum_connections is 128 and not 10000"), "\(server.log)")
                var wires: [Wire] = []
                for _ in 0..<300 { wires.append(try server.wire()) }
                let before = try ProcessFacts.processorTime(of: server.processIdentifier)
                try await Task.sleep(for: .seconds(2))
                // A spinning loop takes 200 hundredths.
                #expect(try ProcessFacts.processorTime(of: server.processIdentifier) - before < 60)
                #expect(try ProcessFacts.descriptors(of: server.processIdentifier) <= 256 - 64)
                wires.removeFirst(200)
                try server.servesOthers()
            }
        }

        /// Raises this process's open-file limit as far as permitted, and returns it.
        private static func raiseOwnLimit() -> Int {
            var limit = rlimit()
            let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
            guard getrlimit(resource, &limit) == 0 else { return 1024 }
            limit.rlim_cur = limit.rlim_max
            _ = setrlimit(resource, &limit)
            _ = getrlimit(resource, &limit)
            return Int(clamping: limit.rlim_cur)
        }
    }
}
