import GRDB
import Store
import Synchronization

/// Writes audit entries in the background.
///
/// A class because all requests share its queues. Recording never waits: what does not fit into its queue is dropped and counted.
/// Between two small transactions it rests, so that a flood of refusals takes little of the disk from the claims.
///
/// Callers who proved a key and callers who did not have a queue each, so that neither kind can crowd out the other.
final class AuditWriter: Sendable {
    private struct State {
        var proven: [AuditEntry] = []
        var unproven: [AuditEntry] = []
        var isRunning = false
        /// How many batches are being written.
        var writing = 0
        /// Those who wait until none is.
        var flushes: [CheckedContinuation<Void, Never>] = []
        var dropped = 0

        /// Proven callers go first. A part of each batch is kept for the others, so that a registered client cannot hide what strangers
        /// do either.
        mutating func takeBatch() -> [AuditEntry] {
            let others = min(unproven.count, max(AuditWriter.keptForUnproven, AuditWriter.maximumBatch - proven.count))
            let first = min(proven.count, AuditWriter.maximumBatch - others)
            defer {
                proven.removeFirst(first)
                unproven.removeFirst(others)
            }
            return Array(proven[..<first] + unproven[..<others])
        }

        mutating func append(_ entry: AuditEntry, limit: Int) {
            if entry.isProven {
                if proven.count < limit { proven.append(entry) } else { dropped += 1 }
            } else {
                if unproven.count < limit { unproven.append(entry) } else { dropped += 1 }
            }
        }

        var isEmpty: Bool { proven.isEmpty && unproven.isEmpty }
    }

    /// The most entries of one transaction: a claim waits behind one at most.
    private static let maximumBatch = 128
    private static let keptForUnproven = 32
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
            state.append(entry, limit: settings.maximumPendingAuditEntries)
            guard !state.isEmpty else { return false }
            defer { state.isRunning = true }
            return !state.isRunning
        }
        if mustStart { Task { await run() } }
    }

    /// Writes everything that waits, and waits for what is being written.
    func flush() async {
        while await writeBatch() {}
        await withCheckedContinuation { flush in
            let isDone = state.withLock { state in
                if state.writing > 0 { state.flushes.append(flush) }
                return state.writing == 0
            }
            if isDone { flush.resume() }
        }
    }

    private func run() async {
        while true {
            _ = await writeBatch()
            let isDone = state.withLock { state in
                state.isRunning = !state.isEmpty
                return !state.isRunning
            }
            if isDone { return }
            try? await Task.sleep(for: Self.rest)
        }
    }

    /// - Returns: whether there was anything to write.
    private func writeBatch() async -> Bool {
        let batch = state.withLock { state in
            let batch = state.takeBatch()
            if !batch.isEmpty { state.writing += 1 }
            return batch
        }
        guard !batch.isEmpty else { return false }
        var dropped = 0
        do {
            let capacity = settings.auditCapacity
            try await writer.write { db in try AuditRow.insert(batch, capacity: capacity, db) }
        } catch {
            // No second try: while the database cannot be written, the queue would only fill up.
            dropped = batch.count
        }
        let flushes = state.withLock { state in
            state.dropped += dropped
            state.writing -= 1
            guard state.writing == 0 else { return [CheckedContinuation<Void, Never>]() }
            defer { state.flushes = [] }
            return state.flushes
        }
        for flush in flushes { flush.resume() }
        return true
    }
}
