import Administration
import Synchronization

/// How many values of live parts may be made: a share for each person, within a limit for all together. A value that another person has already
/// asked for costs nothing. A class because all who look share it.
final class LiveBudget: Sendable {
    /// For a person: those that can be made at once, and in each second of a longer time.
    static let (atOnce, perSecond) = (20, 5)
    /// For all people together.
    static let (allAtOnce, allPerSecond) = (40, 20)
    /// After how many milliseconds a browser asks again that has used up its share.
    static let pause = 5000

    private struct State {
        var people = TokenBuckets<UserID>(atOnce: LiveBudget.atOnce, perHour: LiveBudget.perSecond * 3600)
        /// `nil` before the first request.
        var all: TokenBucket?
    }

    private let state = Mutex(State())

    /// Takes a part of a person's share.
    ///
    /// - Returns: whether something is left of it.
    func take(for person: UserID, at now: UnixTime) -> Bool {
        state.withLock { state in
            var all = state.all ?? TokenBucket(capacity: Self.allAtOnce, perSecond: Self.allPerSecond, at: now)
            defer { state.all = all }
            // A person who has used up their share takes nothing from the others.
            guard all.has(at: now), state.people.take(for: person, at: now) else { return false }
            all.take()
            return true
        }
    }
}
