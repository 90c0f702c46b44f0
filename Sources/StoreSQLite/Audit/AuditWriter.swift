import CountersignStore
import GRDB
import Synchronization

/// Writes audit entries behind the requests' backs.
///
/// A class because all requests share its queue. Whoever records never waits: what does not fit into the queue is dropped and
/// counted. Between two small transactions it rests, so that a flood of refusals takes little of the disk from the claims.
final class AuditWriter: Sendable {
    private struct State {
        var waiting: [AuditEntry] = []
        var isRunning = false
        var dropped = 0
    }

    /// The most entries of one transaction: a claim waits behind one at most.
    private static let maximumBatch = 128
    private static let rest: Duration = .milliseconds(20)

    private let settings: SQLiteSettings
    private let writer: DatabasePool
    private let state = Mutex(State())

    init(settings: SQLiteSettings, writer: DatabasePool) {
        self.settings = settings
        self.writer = writer
    }

    var dropped: Int { state.withLock { $0.dropped } }

    func record(_ entry: AuditEntry) {
        let mustStart = state.withLock { state in
            guard state.waiting.count < settings.maximumPendingAuditEntries else {
                state.dropped += 1
                return false
            }
            state.waiting.append(entry)
            defer { state.isRunning = true }
            return !state.isRunning
        }
        if mustStart { Task { await run() } }
    }

    /// Writes everything that waits, and waits for what is being written.
    func flush() async {
        while await writeBatch() {}
        // The writer does one thing after another: when it comes to this, the batch before it is done.
        try? await writer.writeWithoutTransaction { _ in }
    }

    private func run() async {
        while true {
            _ = await writeBatch()
            let isDone = state.withLock { state in
                state.isRunning = !state.waiting.isEmpty
                return !state.isRunning
            }
            if isDone { return }
            try? await Task.sleep(for: Self.rest)
        }
    }

    /// - Returns: whether there was anything to write.
    private func writeBatch() async -> Bool {
        let batch = state.withLock { state in
            let batch = Array(state.waiting.prefix(Self.maximumBatch))
            state.waiting.removeFirst(batch.count)
            return batch
        }
        guard !batch.isEmpty else { return false }
        do {
            let capacity = settings.auditCapacity
            try await writer.write { db in try AuditRow.insert(batch, capacity: capacity, db) }
        } catch {
            // No second try: while the database cannot be written, the queue would only fill up.
            state.withLock { $0.dropped += batch.count }
        }
        return true
    }
}
