@_exported import Server
import Synchronization

/// A value that is made in the background: readers get the last one at once, and the next is made when that is old. Nothing is made while it
/// is not asked for.
///
/// A class because all readers share the value and the work.
final class BackgroundValue<Value: Sendable>: Sendable {
    /// A value, and when it was made.
    struct Made: Sendable {
        let value: Value
        let at: UnixTime
    }

    /// What takes long is made less often: at most a fiftieth of the time goes into it.
    private static var share: Int { 50 }

    private struct State {
        var made: Made?
        /// From the beginning of one making to that of the next, at least.
        var interval: Duration
        var running: Task<Made, Never>?
    }

    private let minimum: Duration
    private let clock: @Sendable () -> UnixTime
    private let make: @Sendable () async -> Value
    private let state: Mutex<State>

    /// - Parameter interval: the time after which a value is old.
    init(
        every interval: Duration, clock: @escaping @Sendable () -> UnixTime, make: @escaping @Sendable () async -> Value
    ) {
        minimum = interval
        self.clock = clock
        self.make = make
        state = Mutex(State(interval: interval))
    }

    /// Returns the last value, and begins to make the next if that is old.
    ///
    /// - Returns: `nil` if there is none yet.
    func last() -> Made? {
        let now = clock()
        return state.withLock { state in
            // A clock that was set back makes the age unknown.
            let isFresh = state.made.map { $0.at <= now && now < $0.at + state.interval } ?? false
            if !isFresh, state.running == nil { state.running = Task { await run() } }
            return state.made
        }
    }

    /// Returns a value that is not old, and waits for it if need be.
    func fresh() async -> Made {
        if let made = last(), state.withLock({ $0.running == nil }) { return made }
        let running = state.withLock { state -> Task<Made, Never> in
            let task = state.running ?? Task { await run() }
            state.running = task
            return task
        }
        return await running.value
    }

    private func run() async -> Made {
        let start = ContinuousClock.now
        let value = await make()
        let took = ContinuousClock.now - start
        let made = Made(value: value, at: clock())
        state.withLock { $0 = State(made: made, interval: max(minimum, took * Self.share)) }
        return made
    }
}
