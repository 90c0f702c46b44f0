import Dispatch
import Foundation
import Synchronization

/// Runs expensive computations on threads of their own, so that event loops never wait for them. A class because all callers share the
/// bounds.
package final class PasswordThreads: Sendable {
    private struct State {
        var running = 0
        var waiting: [CheckedContinuation<Bool, Never>] = []
    }

    private let concurrency: Int
    private let maximumWaiting: Int
    private let reserved: Int
    private let niceness: Int32
    private let state = Mutex(State())

    /// - Parameter reserved: how many of the waiting places are for preferred computations alone.
    package init(concurrency: Int, waiting: Int, reserved: Int = 0, niceness: Int32 = 0) {
        self.concurrency = max(concurrency, 1)
        maximumWaiting = waiting
        self.reserved = reserved
        self.niceness = niceness
    }

    var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// Runs a computation when its turn comes, in order of arrival.
    ///
    /// - Returns: `nil` if too many are waiting.
    package func run<Value: Sendable>(
        isPreferred: Bool = false, _ body: @escaping @Sendable () -> Value
    ) async -> Value? {
        guard await acquire(maximumWaiting - (isPreferred ? 0 : reserved)) else { return nil }
        let value = await withCheckedContinuation { continuation in
            Thread.detachNewThread { [niceness] in
                continuation.resume(returning: Self.value(of: body, niceness: niceness))
            }
        }
        release()
        return value
    }

    /// Computes on a thread of its own that others take precedence over. Starting one costs a ten-thousandth of what it then does.
    ///
    /// It does not resume the caller itself: for that the runtime may start a thread, which would inherit its niceness for ever and then
    /// serve requests.
    private static func value<Value: Sendable>(of body: @escaping @Sendable () -> Value, niceness: Int32) -> Value {
        let (result, isDone) = (Result<Value>(), DispatchSemaphore(value: 0))
        Thread.detachNewThread {
            setNiceness(niceness)
            result.value.withLock { $0 = body() }
            isDone.signal()
        }
        while true {
            isDone.wait()
            if let value = result.value.withLock(\.self) { return value }
        }
    }

    /// A class because two threads share it.
    private final class Result<Value: Sendable>: Sendable {
        let value = Mutex<Value?>(nil)
    }

    private func acquire(_ maximumWaiting: Int) async -> Bool {
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

    private static func setNiceness(_ niceness: Int32) {
        #if os(Linux)
        // PRIO_PROCESS is 0, of a type that differs between C libraries; on Linux it means the calling thread alone.
        if niceness > 0 { _ = setpriority(0, 0, niceness) }
        #endif
    }
}
