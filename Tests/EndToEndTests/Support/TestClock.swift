import Countersign
import Synchronization

/// A clock that stands still until it is told otherwise.
final class TestClock: Sendable {
    private let time = Mutex(TestServer.now)

    var now: UnixTime { time.withLock { $0 } }

    func advance(by duration: Duration) {
        time.withLock { $0 = $0 + duration }
    }
}
