import Foundation
import GRDB
import Metering

/// The connections for look-ups on the calling thread.
///
/// They are not shared with reads that are awaited: such a read keeps its connection until its task goes on, and a thread that waits for that
/// connection may be the one that the task needs. These are held only while a thread works with them. A class because it owns connections.
final class LookUpConnections: Sendable {
    /// One for each event loop.
    private let queues: [DatabaseQueue]
    /// For each connection, the look-ups that use it or wait for it.
    private let users: [Gauge]
    /// The look-ups that waited for another one.
    let waits = Counter()

    init(path: String, _ configuration: Configuration) throws {
        var configuration = configuration
        configuration.readonly = true
        queues = try (0..<max(2, ProcessInfo.processInfo.activeProcessorCount)).map { [configuration] _ in
            try DatabaseQueue(path: path, configuration: configuration)
        }
        users = queues.map { _ in Gauge() }
    }

    /// Runs without a transaction, which would double the cost of a single statement.
    func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
        let index = ThreadNumber.current % queues.count
        let users = users[index]
        if users.value > 0 { waits.increment() }
        users.increment()
        defer { users.decrement() }
        return try queues[index].unsafeRead(body)
    }

    func close() {
        for queue in queues { try? queue.close() }
    }
}
