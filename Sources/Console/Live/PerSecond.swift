import Server
import Synchronization

/// Values that are made once a second, however many ask for them: a value answers all who ask until it is a second old, and those who ask while
/// it is made wait for it. A class because all who ask share the work.
final class PerSecond<Value: Sendable>: Sendable {
    /// The most values of one second, with those that are being made.
    static var capacity: Int { 64 }
    private static var lifetime: Duration { .seconds(1) }

    private struct Entry {
        /// When the first asked.
        let at: UnixTime
        let task: Task<Value, any Error>
        var isRunning = true

        /// The clocks of requests that arrive together can differ a little, and a clock can be set back.
        func isFresh(at now: UnixTime) -> Bool {
            isRunning || (now < at + PerSecond.lifetime && at < now + PerSecond.lifetime)
        }
    }

    private let entries = Mutex<[String: Entry]>([:])

    /// Returns the value of this second, made by the first who asks.
    ///
    /// - Parameter mayMake: whether a new value may be made; it is asked for each one.
    /// - Returns: `nil` if this second has no value yet and none may be made, or too many others are kept.
    func value(
        _ key: String, at now: UnixTime, mayMake: () -> Bool = { true },
        _ make: @escaping @Sendable () async throws -> Value
    ) async throws -> Value? {
        let task = entries.withLock { entries -> Task<Value, any Error>? in
            if let entry = entries[key], entry.isFresh(at: now) { return entry.task }
            entries = entries.filter { $0.value.isFresh(at: now) }
            guard entries.count < Self.capacity, mayMake() else { return nil }
            let task = Task {
                defer { self.end(key) }
                return try await make()
            }
            entries[key] = Entry(at: now, task: task)
            return task
        }
        return try await task?.value
    }

    /// The value is made, or could not be made.
    private func end(_ key: String) {
        entries.withLock { $0[key]?.isRunning = false }
    }
}
