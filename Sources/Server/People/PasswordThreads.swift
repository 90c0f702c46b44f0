import Foundation
import Synchronization

/// Runs expensive computations on threads of their own, so that event loops never wait for them. A class because all callers share the
/// bounds.
final class PasswordThreads: Sendable {
    private struct State {
        var running = 0
        var waiting: [CheckedContinuation<Bool, Never>] = []
    }

    private let concurrency: Int
    private let maximumWaiting: Int
    private let state = Mutex(State())

    init(concurrency: Int, waiting: Int) {
        self.concurrency = max(concurrency, 1)
        maximumWaiting = waiting
    }

    var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// Runs a computation when its turn comes, in order of arrival.
    ///
    /// - Returns: `nil` if too many are waiting.
    func run<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value? {
        guard await acquire() else { return nil }
        let value = await withCheckedContinuation { continuation in
            // A thread for each computation: starting one costs a ten-thousandth of what it then does.
            Thread.detachNewThread {
                Self.lowerPriority()
                continuation.resume(returning: body())
            }
        }
        release()
        return value
    }

    private func acquire() async -> Bool {
        await withCheckedContinuation { continuation in
            let outcome = state.withLock { state -> Bool? in
                if state.running < concurrency {
                    state.running += 1
                    return true
                }
                guard state.waiting.count < maximumWaiting else { return false }
                state.waiting.append(continuation)
                return nil
            }
            if let outcome { continuation.resume(returning: outcome) }
        }
    }

    /// Hands the turn to the first that waits.
    private func release() {
        let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
            state.running -= 1
            return nil
        }
        next?.resume(returning: true)
    }

    /// Lets event loops run first when processors are scarce: token requests should not be slower while people sign in.
    private static func lowerPriority() {
        #if os(Linux)
        // PRIO_PROCESS is 0, of a type that differs between C libraries; on Linux it means the calling thread alone.
        _ = setpriority(0, 0, 10)
        #endif
    }
}
