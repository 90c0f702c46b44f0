import Countersign
import Store
import Testing

@Suite("Rule 24: used jtis over time")
struct ReplayOverTimeTests {
    @Test("A used jti stays used until its expiry, however many slices are opened and removed", arguments: Engine.all)
    func wrap(_ engine: Engine) async throws {
        let open = try engine.make()
        let longLived = Samples.claim("long-lived", expiresIn: .seconds(3630))
        #expect(try await open.store.replay.claim(longLived) == .firstUse)
        for minute in 1...60 {
            open.clock.advance(by: .seconds(60))
            let claim = Samples.claim("minute \(minute)", expiresIn: .seconds(30), at: open.clock.now)
            #expect(try await open.store.replay.claim(claim) == .firstUse)
            while try await open.store.replay.sweepStep() {}
            #expect(try await open.store.replay.claim(longLived) == .replayed, "minute \(minute)")
        }
    }

    @Test(
        "No claim is accepted twice before its expiry, for random lifetimes and concurrent sweeps",
        arguments: Engine.all)
    func model(_ engine: Engine) async throws {
        let open = try engine.make()
        var random = Numbers(seed: 24)
        var used: [ReplayClaim: Bool] = [:]
        for step in 0..<1500 {
            let now = open.clock.now
            let isRepeated = random.next(below: 2) == 0
            let claim =
                used.keys.filter { isRepeated && $0.expiry > now }.min { $0.expiry < $1.expiry }
                ?? Samples.claim(
                    "\(step)", of: "client \(random.next(below: 3))",
                    expiresIn: .seconds(1 + random.next(below: 3600)), at: now)
            #expect(
                try await open.store.replay.claim(claim) == (used[claim] == nil ? .firstUse : .replayed), "step \(step)"
            )
            used[claim] = true
            open.clock.advance(by: .milliseconds(random.next(below: 60_000)))
            if random.next(below: 5) == 0 { while try await open.store.replay.sweepStep() {} }
        }
    }

    @Test("Clock ahead, sweep, clock back: claims that may have been removed are not decided", arguments: Engine.all)
    func clockExcursion(_ engine: Engine) async throws {
        let open = try engine.make()
        let used = Samples.claim("a", expiresIn: .seconds(3000))
        #expect(try await open.store.replay.claim(used) == .firstUse)
        open.clock.advance(by: .seconds(7200))
        #expect(try await open.store.replay.claim(Samples.claim("ahead", at: open.clock.now)) == .firstUse)
        while try await open.store.replay.sweepStep() {}
        open.clock.advance(by: .seconds(-7200))
        await #expect(throws: StoreUnavailable.self) { try await open.store.replay.claim(used) }
        // The same after a restart.
        let reopened = try await open.reopened()
        await #expect(throws: StoreUnavailable.self) { try await reopened.replay.claim(used) }
        // Claims with a later expiry are still decided.
        let later = Samples.claim("later", expiresIn: .seconds(3600))
        #expect(try await reopened.replay.claim(later) == .firstUse)
        #expect(try await reopened.replay.claim(later) == .replayed)
    }

    @Test("A used jti is removed some time after its expiry, and its client can use it again", arguments: Engine.all)
    func forgotten(_ engine: Engine) async throws {
        let open = try engine.make()
        #expect(try await open.store.replay.claim(Samples.claim("a")) == .firstUse)
        open.clock.advance(by: .seconds(600))
        #expect(try await open.store.replay.claim(Samples.claim("b", at: open.clock.now)) == .firstUse)
        while try await open.store.replay.sweepStep() {}
        #expect(try await open.store.replay.claim(Samples.claim("a", at: open.clock.now)) == .firstUse)
        #expect(try await open.store.replay.claim(Samples.claim("b", at: open.clock.now)) == .replayed)
    }
}

/// A reproducible pseudo-random sequence (a linear congruential generator with Knuth's constants).
struct Numbers {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next(below limit: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(limit))
    }
}
