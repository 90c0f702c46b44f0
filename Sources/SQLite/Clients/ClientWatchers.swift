import Synchronization

/// Who wants to know when a client has changed. A class because the store and its watches share it.
final class ClientWatchers: Sendable {
    private struct State {
        var next = 0
        var watchers: [Int: @Sendable () -> Void] = [:]
    }

    private let state = Mutex(State())

    /// - Returns: what to call the watcher when it leaves.
    func add(_ watcher: @escaping @Sendable () -> Void) -> Int {
        state.withLock { state in
            state.next += 1
            state.watchers[state.next] = watcher
            return state.next
        }
    }

    func remove(_ number: Int) {
        _ = state.withLock { $0.watchers.removeValue(forKey: number) }
    }

    func notify() {
        let watchers = state.withLock { Array($0.watchers.values) }
        for watcher in watchers { watcher() }
    }
}
