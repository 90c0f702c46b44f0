import Synchronization
import Testing

@testable import Caching

@Suite("A cache whose misses share one load", .timeLimit(.minutes(5)))
struct SharedCacheTests {
    private struct Failed: Error, Equatable {}
    private typealias Cache = SharedCache<Int, Int, Failed>

    /// A load that counts its calls and ends when the test says so.
    private final class Gate: Sendable {
        private let state = Mutex((calls: 0, waiting: [CheckedContinuation<Void, Never>]()))

        var calls: Int { state.withLock { $0.calls } }

        func load(_ value: Int) async -> Int {
            await withCheckedContinuation { waiter in
                state.withLock { state in
                    state.calls += 1
                    state.waiting.append(waiter)
                }
            }
            return value
        }

        func waitForCalls(_ count: Int) async {
            while calls < count { await Task.yield() }
        }

        func open() {
            let waiting = state.withLock { state in
                defer { state.waiting = [] }
                return state.waiting
            }
            for waiter in waiting { waiter.resume() }
        }
    }

    @Test("1,000 callers that miss together share one load, whose value is kept")
    func shared() async throws {
        let (cache, gate) = (Cache(capacity: 100), Gate())
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<1000 { group.addTask { try await cache.load(1) { await gate.load(7) } } }
            await gate.waitForCalls(1)
            gate.open()
            for try await value in group { #expect(value == 7) }
        }
        #expect(gate.calls == 1)
        #expect(cache.value(for: 1) == 7)
        #expect(cache.value(for: 1, if: { $0 > 7 }) == nil)
        #expect(cache.value(for: 2) == nil)
    }

    @Test("A failed load is reported and not kept")
    func failure() async throws {
        let cache = Cache(capacity: 100)
        await #expect(throws: Failed()) { try await cache.load(1) { () throws(Failed) in throw Failed() } }
        #expect(try await cache.load(1) { 7 } == 7)
    }

    @Test("A load that began before an invalidation is answered, but neither joined nor kept")
    func invalidation() async throws {
        let (cache, early, late) = (Cache(capacity: 100), Gate(), Gate())
        cache.insert(0, for: 2)
        async let old = cache.load(1) { await early.load(1) }
        await early.waitForCalls(1)
        cache.invalidateAll()
        #expect(cache.value(for: 2) == nil)
        async let new = cache.load(1) { await late.load(2) }
        await late.waitForCalls(1)
        early.open()
        #expect(try await old == 1)
        #expect(cache.value(for: 1) == nil)
        late.open()
        #expect(try await new == 2)
        #expect(cache.value(for: 1) == 2)
    }

    @Test("A value inserted during a load is newer: it stays, and the callers of the load get it")
    func insertion() async throws {
        let (cache, gate) = (Cache(capacity: 100), Gate())
        async let loaded = cache.load(1) { await gate.load(1) }
        await gate.waitForCalls(1)
        cache.insert(2, for: 1)
        gate.open()
        #expect(try await loaded == 2)
        #expect(cache.value(for: 1) == 2)
    }

    @Test("Negative answers evict no value; without a capacity for them they are not kept")
    func negatives() async throws {
        let cache = Cache(capacity: 100, negativeCapacity: 10, isNegative: { $0 < 0 })
        cache.insert(7, for: 0)
        for key in 1...10_000 { cache.insert(-key, for: key) }
        #expect(cache.value(for: 0) == 7)
        #expect(cache.value(for: 10_000) == -10_000)
        #expect((1...10).contains((1...10_000).count { cache.value(for: $0) != nil }))
        // A key that had a value keeps its place.
        cache.insert(-1, for: 0)
        #expect(cache.value(for: 0) == -1)

        let positive = Cache(capacity: 100, isNegative: { $0 < 0 })
        #expect(try await positive.load(1) { -1 } == -1)
        #expect(positive.value(for: 1) == nil)
    }

    @Test("It holds no more than its capacity", arguments: [2, 100, 5000])
    func bounded(_ capacity: Int) {
        let cache = Cache(capacity: capacity)
        for key in 0..<20_000 { cache.insert(key, for: key) }
        #expect((1...capacity).contains((0..<20_000).count { cache.value(for: $0) != nil }))
    }
}
