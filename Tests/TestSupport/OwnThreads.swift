import Foundation
import Synchronization
import Testing

/// Runs the tests of a suite on threads that may block.
///
/// Swift's own pool has one thread per processor. On two processors, two tests that wait for a program would occupy both, and
/// anything else in the test process, such as a server that another test calls, would stall and miss its deadlines.
package struct OwnThreads: SuiteTrait, TestScoping {
    package func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await withTaskExecutorPreference(ThreadExecutor.shared) { try await function() }
    }
}

extension Trait where Self == OwnThreads {
    /// For suites whose tests block their threads: they run programs, read sockets or compute for long.
    package static var ownThreads: OwnThreads { OwnThreads() }
}

/// An executor with one thread per concurrent job, so that no job ever waits for another.
private final class ThreadExecutor: TaskExecutor {
    static let shared = ThreadExecutor()

    private struct State {
        var jobs: [UnownedJob] = []
        var idleThreads = 0
    }

    private let state = Mutex(State())
    private let work = DispatchSemaphore(value: 0)

    func enqueue(_ job: UnownedJob) {
        let wakesThread = state.withLock { state in
            state.jobs.append(job)
            guard state.idleThreads > 0 else { return false }
            state.idleThreads -= 1
            return true
        }
        guard !wakesThread else { return _ = work.signal() }
        let thread = Thread { [self] in
            while true { runNext() }
        }
        thread.stackSize = 8 << 20
        thread.start()
    }

    private func runNext() {
        let job = state.withLock { state -> UnownedJob? in
            guard state.jobs.isEmpty else { return state.jobs.removeFirst() }
            state.idleThreads += 1
            return nil
        }
        guard let job else { return work.wait() }
        job.runSynchronously(on: asUnownedTaskExecutor())
    }
}
