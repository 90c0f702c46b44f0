import Synchronization

/// A check of the server's readiness, at most once a second, because callers are unauthenticated and each check briefly occupies the
/// store's writer.
///
/// A class because callers share the check in progress and its result.
final class ReadinessCheck: Sendable {
    /// How often the same problem is logged.
    private static let logInterval: Duration = .seconds(60)

    private struct State {
        /// The latest check, in progress or done.
        var check: Task<String?, Never>?
        /// When the latest check ended; `nil` while it is in progress.
        var endedAt: UnixTime?
        var logged: (problem: String, at: UnixTime)?
    }

    private let problem: @Sendable () async -> String?
    private let runtime: Runtime
    private let state = Mutex(State())

    init(problem: @escaping @Sendable () async -> String?, _ runtime: Runtime) {
        self.problem = problem
        self.runtime = runtime
    }

    func isReady() async -> Bool {
        let now = runtime.clock()
        let check = state.withLock { state -> Task<String?, Never> in
            let isCurrent = state.endedAt.map { $0 <= now && now < $0 + .seconds(1) } ?? true
            if let check = state.check, isCurrent { return check }
            let check = Task { await run() }
            state.check = check
            state.endedAt = nil
            return check
        }
        return await check.value == nil
    }

    private func run() async -> String? {
        let found = await problem()
        let now = runtime.clock()
        let shouldLog = state.withLock { state in
            state.endedAt = now
            guard let found else {
                state.logged = nil
                return false
            }
            if let logged = state.logged, logged.problem == found, logged.at <= now, now < logged.at + Self.logInterval
            {
                return false
            }
            state.logged = (found, now)
            return true
        }
        if shouldLog, let found { runtime.report(.notReady(found)) }
        return found
    }
}
