@_exported import Server
import Synchronization

/// A value that is made in the background: readers get the last one at once, and the next is made when that is old. Nothing is made while it
/// is not asked for.
///
/// A class because all readers share the value and the work.
final class BackgroundValue<Value: Sendable>: Sendable {
    /// A value, and when its making began: what came later may not be in it.
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
        switch current() {
        case .fresh(let made): made
        case .old(let made, next: _): made
        }
    }

    /// Returns a value that is not old, and waits for it if need be.
    func fresh() async -> Made {
        let made = await next()
        // What was being made may have begun long ago.
        return state.withLock { isFresh(made, $0) } ? made : await next()
    }

    private func next() async -> Made {
        switch current() {
        case .fresh(let made): made
        case .old(_, next: let task): await task.value
        }
    }

    private enum Current {
        case fresh(Made)
        case old(Made?, next: Task<Made, Never>)
    }

    private func current() -> Current {
        state.withLock { state in
            if let made = state.made, isFresh(made, state) { return .fresh(made) }
            let task = state.running ?? Task { await run() }
            state.running = task
            return .old(state.made, next: task)
        }
    }

    private func isFresh(_ made: Made, _ state: State) -> Bool {
        let now = clock()
        // A clock that was set back makes the age unknown.
        return made.at <= now && now < made.at + state.interval
    }

    private func run() async -> Made {
        let (at, start) = (clock(), ContinuousClock.now)
        let value = await make()
        let took = ContinuousClock.now - start
        let made = Made(value: value, at: at)
        state.withLock { $0 = State(made: made, interval: max(minimum, took * Self.share)) }
        return made
    }
}
