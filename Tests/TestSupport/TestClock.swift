import Countersign
import Synchronization

/// A clock that moves only when a test advances it.
package final class TestClock: Sendable {
    package static let start = UnixTime(seconds: 1_800_000_000)

    private let time = Mutex(start)

    package init() {}

    package var now: UnixTime { time.withLock { $0 } }

    package func advance(by duration: Duration) {
        time.withLock { $0 = $0 + duration }
    }
}
