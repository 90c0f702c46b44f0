import Server
import Synchronization

/// Values that are made once a second, however many ask for them. A class because all who ask share the work.
final class PerSecond<Value: Sendable>: Sendable {
    /// The most values of one second. More are made for the one who asks, so that chosen keys cannot fill the memory.
    static var capacity: Int { 64 }

    private struct State {
        var second = Int64.min
        var values: [String: Task<Value, any Error>] = [:]
    }

    private let state = Mutex(State())

    /// Returns the value of this second, made by the first who asks.
    func value(
        _ key: String, at now: UnixTime, _ make: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let task = state.withLock { state -> Task<Value, any Error> in
            if state.second != now.seconds { state = State(second: now.seconds) }
            if let task = state.values[key] { return task }
            let task = Task { try await make() }
            if state.values.count < Self.capacity { state.values[key] = task }
            return task
        }
        return try await task.value
    }
}
