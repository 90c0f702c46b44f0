import Synchronization
import Testing

/// Polling for a change that another process makes or notices.
enum Patience {
    /// Much longer than any change takes; tests do not assert speed.
    private static let limit: Duration = .seconds(120)

    /// Evaluates a condition until it holds; records an issue if it never does.
    static func expect(_ what: String, _ isSo: () throws -> Bool) rethrows {
        let start = ContinuousClock.now
        while ContinuousClock.now - start < limit {
            if try isSo() { return }
        }
        Issue.record("never: \(what)")
    }

    /// Evaluates an asynchronous condition until it holds; records an issue if it never does.
    static func expect(_ what: String, _ isSo: () async throws -> Bool) async rethrows {
        let start = ContinuousClock.now
        while ContinuousClock.now - start < limit {
            if try await isSo() { return }
            // For conditions that never suspend: the server under test may need this thread.
            await Task.yield()
        }
        Issue.record("never: \(what)")
    }
}

/// A flag shared by tasks.
final class Flag: Sendable {
    private let state = Atomic<Bool>(false)

    var isSet: Bool { state.load(ordering: .relaxed) }

    func set() {
        state.store(true, ordering: .relaxed)
    }
}
