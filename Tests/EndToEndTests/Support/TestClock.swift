import Countersign
import Synchronization

/// A clock that moves only when a test advances it.
final class TestClock: Sendable {
    private let time = Mutex(TestServer.now)

    var now: UnixTime { time.withLock { $0 } }

    func advance(by duration: Duration) {
        time.withLock { $0 = $0 + duration }
    }
}
