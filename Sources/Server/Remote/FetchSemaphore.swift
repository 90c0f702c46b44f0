import Synchronization

/// Limits concurrent fetches; later callers wait (an async semaphore).
///
/// A class because all fetches of a server share it. No source can hold all permits, so a slow one does not hold up the others; and
/// fetches for clients that have proved nothing leave some to the others.
final class FetchSemaphore: Sendable {
    /// How many fetches run or wait at once.
    struct Limits: Sendable {
        /// All of them.
        var count: Int
        /// Those from one source.
        var ofOneSource: Int
        /// Those for clients that have proved nothing.
        var unproven: Int
        /// Those of them from one source.
        var unprovenOfOneSource: Int
        /// Those of them that may wait for a permit; further ones are to be turned away.
        var unprovenWaiting: Int

        /// For any source alike.
        init(_ count: Int) {
            self.init(count: count, ofOneSource: count)
        }

        init(
            count: Int, ofOneSource: Int, unproven: Int = .max, unprovenOfOneSource: Int = .max,
            unprovenWaiting: Int = .max
        ) {
            self.count = count
            self.ofOneSource = ofOneSource
            self.unproven = unproven
            self.unprovenOfOneSource = unprovenOfOneSource
            self.unprovenWaiting = unprovenWaiting
        }
    }

    private struct Waiter {
        let caller: FetchCaller
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        let limits: Limits
        var running: [FetchCaller: Int] = [:]
        var total = 0
        var unproven = 0
        var waiting: [Waiter] = []

        func admits(_ caller: FetchCaller) -> Bool {
            let own = running[caller, default: 0]
            guard total < limits.count, own + running[caller.other, default: 0] < limits.ofOneSource else {
                return false
            }
            return caller.isProven || unproven < limits.unproven && own < limits.unprovenOfOneSource
        }

        mutating func begin(_ caller: FetchCaller) {
            running[caller, default: 0] += 1
            total += 1
            if !caller.isProven { unproven += 1 }
        }

        mutating func end(_ caller: FetchCaller) {
            let left = running[caller, default: 1] - 1
            running[caller] = left == 0 ? nil : left
            total -= 1
            if !caller.isProven { unproven -= 1 }
        }
    }

    /// How many fetches run at once.
    var count: Int { limits.count }
    private let limits: Limits
    private let state: Mutex<State>

    init(_ limits: Limits) {
        self.limits = limits
        state = Mutex(State(limits: limits))
    }

    /// How many wait for their turn.
    var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// Whether one more may run or wait.
    func hasRoom(for caller: FetchCaller) -> Bool {
        caller.isProven || state.withLock { $0.waiting.count { $0.caller == caller } } < limits.unprovenWaiting
    }

    func withPermit<Value: Sendable>(for caller: FetchCaller, _ body: () async -> Value) async -> Value {
        await take(caller)
        defer { giveBack(caller) }
        return await body()
    }

    private func take(_ caller: FetchCaller) async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                guard state.admits(caller) else {
                    state.waiting.append(Waiter(caller: caller, continuation: continuation))
                    return false
                }
                state.begin(caller)
                return true
            }
            if isFree { continuation.resume() }
        }
    }

    /// One permit is free now, so the first of those who wait and may have it gets it.
    private func giveBack(_ caller: FetchCaller) {
        let next = state.withLock { state -> Waiter? in
            state.end(caller)
            guard let index = state.waiting.firstIndex(where: { state.admits($0.caller) }) else { return nil }
            let next = state.waiting.remove(at: index)
            state.begin(next.caller)
            return next
        }
        next?.continuation.resume()
    }
}
