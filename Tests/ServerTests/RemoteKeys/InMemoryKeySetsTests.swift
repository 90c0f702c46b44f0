import Countersign
import Store
import Testing

@testable import Server

@Suite("In-memory key sets of client URLs")
struct InMemoryKeySetsTests {
    private static let url = KeySetBench.url.text
    private static let now = TestClock.start

    @Test("A due set is claimed once per lease")
    func due() async throws {
        let memory = InMemoryKeySets(capacity: 10)
        func claim(at seconds: Int) async throws -> Bool {
            try await memory.claimRefresh(
                of: Self.url, for: .due, at: Self.now + .seconds(seconds), lease: .seconds(20)) != nil
        }
        #expect(try await claim(at: 0))
        #expect(try await !claim(at: 19))
        #expect(try await claim(at: 20))
        #expect(try await memory.record(of: Self.url)?.attemptedAt == Self.now + .seconds(20))
        // A clock set back by more than a minute does not block a claim.
        #expect(try await !claim(at: -40))
        #expect(try await claim(at: -41))
    }

    @Test("An unknown key allows an earlier claim, but not within its cool-down")
    func unknownKey() async throws {
        let memory = InMemoryKeySets(capacity: 10)
        func claim(at seconds: Int) async throws -> Bool {
            try await memory.claimRefresh(
                of: Self.url, for: .unknownKey(coolDown: .seconds(30)), at: Self.now + .seconds(seconds),
                lease: .seconds(20)) != nil
        }
        #expect(try await claim(at: 0))
        #expect(try await !claim(at: 29))
        #expect(try await claim(at: 30))
        #expect(try await !claim(at: 31))
    }

    @Test("It never exceeds its capacity")
    func capacity() async throws {
        let memory = InMemoryKeySets(capacity: 10)
        for number in 0..<1000 {
            try await memory.save(
                RemoteKeySetRecord(
                    url: "https://client.example/\(number)", attemptedAt: Self.now, nextAttemptAt: Self.now))
        }
        var kept = 0
        for number in 0..<1000 where try await memory.record(of: "https://client.example/\(number)") != nil {
            kept += 1
        }
        #expect((1...10).contains(kept))
        #expect(try await memory.record(of: "https://client.example/999") != nil)
    }
}
