import Foundation
import GRDB

/// The connections for look-ups on the calling thread.
///
/// They are not shared with reads that are awaited: such a read keeps its connection until its task goes on, and a thread that waits for that
/// connection may be the one that the task needs. These are held only while a thread works with them. A class because it owns connections.
final class LookUpConnections: Sendable {
    /// One for each event loop.
    private let queues: [DatabaseQueue]

    init(path: String, _ configuration: Configuration) throws {
        var configuration = configuration
        configuration.readonly = true
        queues = try (0..<max(2, ProcessInfo.processInfo.activeProcessorCount)).map { [configuration] _ in
            try DatabaseQueue(path: path, configuration: configuration)
        }
    }

    /// Runs without a transaction, which would double the cost of a single statement.
    func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try queues[ThreadNumber.current % queues.count].unsafeRead(body)
    }

    func close() {
        for queue in queues { try? queue.close() }
    }
}
