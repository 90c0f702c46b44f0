import Synchronization

/// A background writer of audit entries.
///
/// A class because all requests share its queues. Recording never waits: entries beyond the capacity of a queue are dropped and
/// counted. The writer pauses between small transactions, so that many refusals take little disk time from claims.
///
/// Authenticated and unauthenticated callers have separate queues, so that neither can crowd out the other.
package final class AuditWriter: Sendable {
    private struct State {
        var proven: [AuditEntry] = []
        var unproven: [AuditEntry] = []
        var isRunning = false
        /// The number of batches being written.
        var writing = 0
        /// Callers waiting for those batches.
        var flushes: [CheckedContinuation<Void, Never>] = []
        var dropped = 0

        /// Takes proven callers first, but reserves part of each batch for others, so that clients cannot crowd them out.
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

    /// The most entries per transaction. A claim waits for at most one such transaction.
    private static let maximumBatch = 128
    private static let keptForUnproven = 32
    private static let rest: Duration = .milliseconds(20)

    private let limit: Int
    private let write: @Sendable ([AuditEntry]) async throws(StoreError) -> Void
    private let state = Mutex(State())

    /// - Parameters:
    ///   - limit: the most entries of each kind that may be queued.
    ///   - write: writes a batch in one transaction.
    package init(limit: Int, write: @escaping @Sendable ([AuditEntry]) async throws(StoreError) -> Void) {
        self.limit = limit
        self.write = write
    }

    package var dropped: Int { state.withLock { $0.dropped } }

    package func record(_ entry: AuditEntry) {
        let mustStart = state.withLock { state in
            state.append(entry, limit: limit)
            guard !state.isEmpty else { return false }
            defer { state.isRunning = true }
            return !state.isRunning
        }
        if mustStart { Task { await run() } }
    }

    /// Writes everything pending and waits for the batches being written.
    package func flush() async {
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
            try await write(batch)
        } catch {
            // No retry: while the database cannot be written, the queue would only fill up.
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
