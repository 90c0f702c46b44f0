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
        var dropped = 0
        /// The task that empties the queues; `nil` while they are empty.
        var task: Task<Void, Never>?
        /// Whether a caller waits until the queues are empty, so that the writer does not pause.
        var isFlushing = false

        /// Takes proven callers first, but reserves part of each batch for others, so that clients cannot crowd them out.
        mutating func takeBatch() -> [AuditEntry] {
            let others = min(
                unproven.count, max(AuditWriter.reservedForUnproven, AuditWriter.maximumBatch - proven.count))
            let first = min(proven.count, AuditWriter.maximumBatch - others)
            defer {
                proven.removeFirst(first)
                unproven.removeFirst(others)
            }
            return Array(proven[..<first] + unproven[..<others])
        }
    }

    /// The most entries per transaction. A claim waits for at most one such transaction.
    private static let maximumBatch = 128
    private static let reservedForUnproven = 32
    private static let pause: Duration = .milliseconds(20)

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

    /// The number of entries that are not written yet.
    package var waiting: Int { state.withLock { $0.proven.count + $0.unproven.count } }

    package var dropped: Int { state.withLock { $0.dropped } }

    package func record(_ entry: AuditEntry) {
        let queue: WritableKeyPath<State, [AuditEntry]> & Sendable = entry.isProven ? \.proven : \.unproven
        state.withLock { state in
            guard state[keyPath: queue].count < limit else {
                state.dropped += 1
                return
            }
            state[keyPath: queue].append(entry)
            if state.task == nil { state.task = Task { await run() } }
        }
    }

    /// Waits until everything pending is written. The writer finishes its current pause first.
    package func flush() async {
        while let task = startFlush() { await task.value }
    }

    private func startFlush() -> Task<Void, Never>? {
        state.withLock { state in
            state.isFlushing = state.task != nil
            return state.task
        }
    }

    private func run() async {
        while let batch = nextBatch() {
            do {
                try await write(batch)
            } catch {
                // No retry: while the database cannot be written, the queue would only fill up.
                state.withLock { $0.dropped += batch.count }
            }
            if !state.withLock({ $0.isFlushing }) { try? await Task.sleep(for: Self.pause) }
        }
    }

    /// - Returns: `nil` if there is nothing to write; the task then ends, and the next entry starts another.
    private func nextBatch() -> [AuditEntry]? {
        state.withLock { state in
            let batch = state.takeBatch()
            guard batch.isEmpty else { return batch }
            (state.task, state.isFlushing) = (nil, false)
            return nil
        }
    }
}
