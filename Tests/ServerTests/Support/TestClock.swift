import Countersign
import Synchronization

/// A clock that only moves when advanced.
final class TestClock: Sendable {
    static let start = UnixTime(seconds: 1_800_000_000)

    private let time = Mutex(start)

    var now: UnixTime { time.withLock { $0 } }

    func advance(by duration: Duration) {
        time.withLock { $0 = $0 + duration }
    }
}
