import Countersign
import Synchronization

/// Limits the lines a second of one kind in the log, and counts those that were left out: callers who proved nothing do not fill a
/// disk.
final class EventThrottle: Sendable {
    private struct Second {
        var start = UnixTime(seconds: 0)
        var count = 0
    }

    private let limit: Int
    private let current = Mutex(Second())

    /// - Parameter limit: lines in one second.
    init(limit: Int = 50) {
        self.limit = limit
    }

    /// What may be written now.
    ///
    /// - Returns: `nil` for nothing, otherwise how many lines were kept back since the last one that was written.
    func admit(at now: UnixTime) -> Int? {
        current.withLock { second in
            guard now < second.start || second.start + .seconds(1) <= now else {
                second.count += 1
                return second.count <= limit ? 0 : nil
            }
            defer { second = Second(start: now, count: 1) }
            return max(0, second.count - limit)
        }
    }

    /// How many lines were kept back in a second that is over, where no later line has told it. They are told once.
    func takeKeptBack(at now: UnixTime) -> Int {
        current.withLock { second in
            guard now < second.start || second.start + .seconds(1) <= now, second.count > limit else { return 0 }
            defer { second = Second() }
            return second.count - limit
        }
    }
}
