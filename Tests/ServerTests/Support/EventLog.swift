import Server
import Synchronization

/// What a server wrote into its log.
final class EventLog: Sendable {
    private let lines = Mutex<[ServerEvent]>([])

    var events: [ServerEvent] { lines.withLock { $0 } }
    var texts: [String] { events.map(\.text) }

    func write(_ event: ServerEvent) {
        lines.withLock { $0.append(event) }
    }
}
