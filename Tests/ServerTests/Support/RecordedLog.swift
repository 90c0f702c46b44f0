import Synchronization
import TestSupport

@testable import Server

/// A recording of a server's log lines.
struct RecordedLog: Sendable {
    private final class Lines: Sendable {
        let all = Mutex<[EventLog.Line]>([])
    }

    let events: EventLog
    private let recorded: Lines

    /// - Parameter clock: for the rate limit of lines.
    init(_ clock: TestClock = TestClock()) {
        let recorded = Lines()
        self.recorded = recorded
        events = EventLog(clock: { clock.now }) { line, _ in recorded.all.withLock { $0.append(line) } }
    }

    var lines: [EventLog.Line] { recorded.all.withLock { $0 } }
    var texts: [String] { lines.map(\.text) }

    func runtime(_ clock: TestClock) -> Runtime { Runtime(clock: { clock.now }, report: events.record) }
}
