import Synchronization

@testable import Server

/// The lines that a server wrote into its log.
struct RecordedLog: Sendable {
    private final class Lines: Sendable {
        let all = Mutex<[EventLog.Line]>([])
    }

    let events: EventLog
    private let recorded: Lines

    /// - Parameter clock: for the limits of lines in a second.
    init(_ clock: TestClock = TestClock()) {
        let recorded = Lines()
        self.recorded = recorded
        events = EventLog(clock: { clock.now }) { line, _ in recorded.all.withLock { $0.append(line) } }
    }

    var lines: [EventLog.Line] { recorded.all.withLock { $0 } }
    var texts: [String] { lines.map(\.text) }

    /// A server's clock, and this log.
    func runtime(_ clock: TestClock) -> Runtime { Runtime(clock: { clock.now }, report: events.record) }
}
