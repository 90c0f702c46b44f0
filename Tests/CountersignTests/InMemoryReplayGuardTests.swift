import Countersign
import Synchronization
import Testing

@Suite("The in-memory replay guard")
struct InMemoryReplayGuardTests {
    private let time = ManualClock()

    private func replayGuard(capacity: Int = 100) -> InMemoryReplayGuard {
        let time = time
        return InMemoryReplayGuard(capacity: capacity, clock: { time.now })
    }

    private func claim(
        _ client: ClientID = "billing", _ number: UInt8, lifetime: Duration = .seconds(60)
    ) -> ReplayClaim {
        ReplayClaim(client: client, digest: [number], expiry: Workbench.now + lifetime)
    }

    @Test("Of simultaneous claims exactly one is the first use")
    func race() async throws {
        let replayGuard = replayGuard()
        let claim = claim("billing", 1)
        let firstUses = try await withThrowingTaskGroup { group in
            for _ in 0..<64 { group.addTask { try await replayGuard.claim(claim) == .firstUse } }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(firstUses == 1)
        #expect(try await replayGuard.claim(self.claim("other", 1)) == .firstUse)
    }

    @Test("An entry is valid until it expires, and is removed afterwards")
    func expiry() async throws {
        let replayGuard = replayGuard()
        #expect(try await replayGuard.claim(claim("billing", 1)) == .firstUse)
        time.advance(by: .milliseconds(59_999))
        #expect(try await replayGuard.claim(claim("billing", 1)) == .replayed)
        time.advance(by: .seconds(1))
        #expect(try await replayGuard.claim(claim("billing", 2, lifetime: .seconds(120))) == .firstUse)
        #expect(replayGuard.count == 1)
    }

    @Test("A full guard refuses new claims, keeps the old ones, and recovers when they expire")
    func full() async throws {
        let replayGuard = replayGuard(capacity: 2)
        for number in [1, 2] as [UInt8] { #expect(try await replayGuard.claim(claim("billing", number)) == .firstUse) }
        await #expect(throws: StoreUnavailable.self) { try await replayGuard.claim(claim("billing", 3)) }
        #expect(try await replayGuard.claim(claim("billing", 2)) == .replayed)
        time.advance(by: .seconds(60))
        #expect(try await replayGuard.claim(claim("billing", 3, lifetime: .seconds(120))) == .firstUse)
        #expect(replayGuard.count == 1)
    }
}

/// A clock that a test controls.
private final class ManualClock: Sendable {
    private let time = Mutex(Workbench.now)

    var now: UnixTime { time.withLock { $0 } }

    func advance(by duration: Duration) {
        time.withLock { $0 = $0 + duration }
    }
}
