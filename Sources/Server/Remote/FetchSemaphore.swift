import Synchronization

/// An async semaphore that limits concurrent fetches; later callers wait.
///
/// A class because all fetches of a server share it. No source can hold all permits, so a slow one does not delay the others, and
/// unproven clients leave some permits to proven ones.
final class FetchSemaphore: Sendable {
    /// The maximum numbers of fetches that run or wait at once.
    struct Limits: Sendable {
        var count: Int
        var ofOneSource: Int
        /// Fetches for unproven clients.
        var unproven = Int.max
        var unprovenOfOneSource = Int.max
        /// Fetches for unproven clients of one source that may wait for a permit; callers refuse further ones.
        var unprovenWaiting = Int.max
    }

    private struct Waiter {
        let origin: FetchOrigin
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        /// Has at most one entry per permit.
        var running: [FetchOrigin: Int] = [:]
        var waiting: [Waiter] = []

        func admits(_ origin: FetchOrigin, _ limits: Limits) -> Bool {
            func count(_ isIncluded: (FetchOrigin) -> Bool = { _ in true }) -> Int {
                running.reduce(0) { isIncluded($1.key) ? $0 + $1.value : $0 }
            }
            guard count() < limits.count, count({ $0.source == origin.source }) < limits.ofOneSource else {
                return false
            }
            return origin.isProven
                || count { !$0.isProven } < limits.unproven && count { $0 == origin } < limits.unprovenOfOneSource
        }

        /// The first waiter that the limits admit. Of the unproven ones it is the first with the fewest fetches from its source, so that a
        /// few slow hosts with many waiters do not delay the others.
        func next(_ limits: Limits) -> Int? {
            let admitted = waiting.indices.filter { admits(waiting[$0].origin, limits) }
            guard let first = admitted.first, !waiting[first].origin.isProven else { return admitted.first }
            return admitted.filter { !waiting[$0].origin.isProven }
                .min { running[waiting[$0].origin, default: 0] < running[waiting[$1].origin, default: 0] }
        }
    }

    /// The number of permits.
    var count: Int { limits.count }
    private let limits: Limits
    private let state = Mutex(State())

    init(_ limits: Limits) {
        self.limits = limits
    }

    var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// Whether one more fetch may run or wait.
    func hasRoom(for origin: FetchOrigin) -> Bool {
        origin.isProven || state.withLock { $0.waiting.count { $0.origin == origin } } < limits.unprovenWaiting
    }

    func withPermit<Value: Sendable, Failure: Error>(
        for origin: FetchOrigin, _ body: () async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        await acquire(origin)
        defer { release(origin) }
        return try await body()
    }

    private func acquire(_ origin: FetchOrigin) async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                guard state.admits(origin, limits) else {
                    state.waiting.append(Waiter(origin: origin, continuation: continuation))
                    return false
                }
                state.running[origin, default: 0] += 1
                return true
            }
            if isFree { continuation.resume() }
        }
    }

    /// Hands the permit to the first waiter that the limits admit.
    private func release(_ origin: FetchOrigin) {
        let next = state.withLock { state -> Waiter? in
            state.running[origin, default: 1] -= 1
            if state.running[origin] == 0 { state.running[origin] = nil }
            guard let index = state.next(limits) else { return nil }
            let next = state.waiting.remove(at: index)
            state.running[next.origin, default: 0] += 1
            return next
        }
        next?.continuation.resume()
    }
}
