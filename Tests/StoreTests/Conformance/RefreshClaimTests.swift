import Countersign
import Store
import TestSupport
import Testing

@Suite("Rule 13: one node refreshes a key set")
struct RefreshClaimTests {
    private static let url = "https://client.example/jwks"
    private static let lease: Duration = .seconds(10)
    private static let unknownKey = RefreshReason.unknownKey(coolDown: .seconds(30))

    private static func claim(
        _ store: any Store, _ occasion: RefreshReason, at milliseconds: Int64
    ) async throws -> Bool {
        try await store.keySets.claimRefresh(
            of: url, for: occasion, at: TestClock.start + .milliseconds(milliseconds), lease: lease) != nil
    }

    @Test(
        "The first claim of a set succeeds, for either reason", arguments: Engine.all,
        [RefreshReason.due, unknownKey])
    func first(_ engine: Engine, _ occasion: RefreshReason) async throws {
        let store = try engine.make().store
        #expect(try await Self.claim(store, occasion, at: 0))
        #expect(
            try await store.keySets.record(of: Self.url)
                == RemoteKeySetRecord(
                    url: Self.url, attemptedAt: TestClock.start, nextAttemptAt: TestClock.start + Self.lease))
    }

    @Test("A claim is a lease: a node that died blocks the set no longer than that", arguments: Engine.all)
    func lease(_ engine: Engine) async throws {
        let store = try engine.make().store
        #expect(try await Self.claim(store, .due, at: 0))
        #expect(try await !Self.claim(store, .due, at: 9_999))
        #expect(try await Self.claim(store, .due, at: 10_000))
        #expect(try await !Self.claim(store, .due, at: 19_999))
    }

    @Test("A set is due at its next attempt, and a claim keeps its contents", arguments: Engine.all)
    func due(_ engine: Engine) async throws {
        let store = try engine.make().store
        var record = Samples.keySet(Self.url, body: [1], etag: "a", nextAttemptIn: .seconds(600))
        try await store.keySets.save(record)
        #expect(try await !Self.claim(store, .due, at: 599_999))
        #expect(try await store.keySets.record(of: Self.url) == record)
        #expect(try await Self.claim(store, .due, at: 600_000))
        record.attemptedAt = TestClock.start + .seconds(600)
        record.nextAttemptAt = TestClock.start + .seconds(610)
        #expect(try await store.keySets.record(of: Self.url) == record)
    }

    @Test("An unknown key triggers an early refresh, once per cool-down after any attempt", arguments: Engine.all)
    func coolDown(_ engine: Engine) async throws {
        let store = try engine.make().store
        try await store.keySets.save(Samples.keySet(Self.url, nextAttemptIn: .seconds(600)))
        #expect(try await !Self.claim(store, Self.unknownKey, at: 29_999))
        #expect(try await Self.claim(store, Self.unknownKey, at: 30_000))
        #expect(try await !Self.claim(store, Self.unknownKey, at: 59_999))
        #expect(try await Self.claim(store, Self.unknownKey, at: 60_000))
    }

    @Test("An attempt recorded by a clock far ahead blocks no node", arguments: Engine.all)
    func wrongClock(_ engine: Engine) async throws {
        for occasion in [RefreshReason.due, Self.unknownKey] {
            let store = try engine.make().store
            try await store.keySets.save(Samples.keySet(Self.url, at: TestClock.start + .seconds(3600)))
            #expect(try await !Self.claim(store, occasion, at: 3_540_000))
            #expect(try await Self.claim(store, occasion, at: 3_539_999))
            // The outcome is saved although its time is earlier.
            let outcome = Samples.keySet(Self.url, body: [7], at: TestClock.start + .milliseconds(3_539_999))
            try await store.keySets.save(outcome)
            #expect(try await store.keySets.record(of: Self.url) == outcome)
        }
    }

    @Test("Of many simultaneous claims by several nodes exactly one succeeds", arguments: Engine.all)
    func race(_ engine: Engine) async throws {
        let open = try engine.make()
        let nodes = [open.store, try open.another(), try open.another()]
        for round in 0..<50 {
            let occasion = round.isMultiple(of: 2) ? RefreshReason.due : Self.unknownKey
            let winners = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<24 {
                    let node = nodes[number % nodes.count]
                    group.addTask { try await Self.claim(node, occasion, at: Int64(round) * 30_000) }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(winners == 1, "round \(round)")
        }
    }

    @Test("A result saved after the lease expired does not overwrite the next node's", arguments: Engine.all)
    func overtaken(_ engine: Engine) async throws {
        let open = try engine.make()
        let (slow, next) = (open.store, try open.another())
        #expect(try await Self.claim(slow, .due, at: 0))
        #expect(try await Self.claim(next, .due, at: 10_000))
        try await slow.keySets.save(Samples.keySet(Self.url, body: [1], at: TestClock.start))
        #expect(try await next.keySets.record(of: Self.url)?.body == [])
        let outcome = Samples.keySet(Self.url, body: [2], at: TestClock.start + .seconds(10))
        try await next.keySets.save(outcome)
        #expect(try await slow.keySets.record(of: Self.url) == outcome)
    }
}
