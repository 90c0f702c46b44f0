import Synchronization

/// A replay guard in the memory of one process.
///
/// Its entries are lost on restart, after which an unexpired assertion can be used once more, and they are not shared with other
/// processes. If that matters, implement ``ReplayGuard`` over a shared, durable store.
///
/// A class because all requests share its state.
public final class InMemoryReplayGuard: ReplayGuard {
    private struct Use: Hashable {
        let client: ClientID
        let digest: [UInt8]
    }

    private struct State {
        var expiries: [Use: UnixTime] = [:]
        var lastSweep: UnixTime
    }

    private let capacity: Int
    private let clock: @Sendable () -> UnixTime
    private let state: Mutex<State>

    /// Creates an empty guard.
    ///
    /// - Parameters:
    ///   - capacity: the maximum number of unexpired assertions, about 200 bytes each; beyond it claims fail.
    ///   - clock: determines when entries expire; it must be the clock whose times are passed to the verifier.
    public init(capacity: Int = 1_000_000, clock: @escaping @Sendable () -> UnixTime = { .now }) {
        self.capacity = capacity
        self.clock = clock
        state = Mutex(State(lastSweep: clock()))
    }

    /// The number of entries, including expired ones that were not removed yet.
    public var count: Int { state.withLock { $0.expiries.count } }

    /// Records the first use of an assertion.
    ///
    /// - Throws: `StoreUnavailable` if the guard is full of unexpired entries.
    public func claim(_ claim: ReplayClaim) async throws(StoreUnavailable) -> ReplayVerdict {
        let use = Use(client: claim.client, digest: claim.digest)
        let now = clock()
        let verdict = state.withLock { state -> ReplayVerdict? in
            if let expiry = state.expiries[use], now < expiry { return .replayed }
            let isFull = state.expiries.count >= capacity
            // A sweep visits every entry, so a full guard sweeps at most once per second.
            let pause: Duration = isFull ? .seconds(1) : .seconds(60)
            if now < state.lastSweep || state.lastSweep + pause <= now {
                state.expiries = state.expiries.filter { now < $0.value }
                state.lastSweep = now
            }
            guard state.expiries.count < capacity else { return nil }
            state.expiries[use] = claim.expiry
            return .firstUse
        }
        guard let verdict else { throw StoreUnavailable("the replay guard is full: \(capacity) unexpired assertions") }
        return verdict
    }
}
