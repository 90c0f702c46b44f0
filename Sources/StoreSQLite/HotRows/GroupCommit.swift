import CountersignStore
import GRDB
import Synchronization

/// Gathers rows that are to be written at the same time into one transaction: the disk is waited for once per batch, and each
/// caller gets its own row's answer when the batch is durable.
///
/// A class because all callers share one queue. While a batch is being written the next one gathers.
final class GroupCommit<Row: Sendable, Answer: Sendable>: Sendable {
    typealias Outcome = Result<Answer, StoreError>

    private struct Waiting {
        let row: Row
        let caller: CheckedContinuation<Outcome, Never>
    }

    private struct State {
        var waiting: [Waiting] = []
        /// Whether the writer knows that rows wait.
        var isScheduled = false
        /// Why the last batch was not written, if it was not.
        var trouble: StoreError?
    }

    private enum NextStep {
        case wait
        case schedule
        case turnAway
    }

    /// The most rows of one transaction, so that other writers get their turn.
    private static var maximumBatch: Int { 1024 }

    private let capacity: Int
    private let writer: DatabasePool
    private let transaction: @Sendable (Database, [Row]) throws -> [Outcome]
    private let state = Mutex(State())

    /// - Parameters:
    ///   - capacity: how many rows may wait; further ones are turned away.
    ///   - transaction: writes rows in one durable transaction; answers in the rows' order. Throws where nothing was written.
    init(
        capacity: Int, writer: DatabasePool, transaction: @escaping @Sendable (Database, [Row]) throws -> [Outcome]
    ) {
        self.capacity = capacity
        self.writer = writer
        self.transaction = transaction
    }

    /// Why the last batch was not written, or `nil` where it was.
    var trouble: StoreError? { state.withLock { $0.trouble } }

    /// How many rows wait for the writer.
    var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// Writes a row, together with whatever else waits.
    ///
    /// Giving up the task does not give up the row: its answer is waited for.
    func write(_ row: Row) async throws(StoreError) -> Answer {
        let outcome = await withCheckedContinuation { caller in
            let next = state.withLock { state -> NextStep in
                guard state.waiting.count < capacity else { return .turnAway }
                state.waiting.append(Waiting(row: row, caller: caller))
                guard !state.isScheduled else { return .wait }
                state.isScheduled = true
                return .schedule
            }
            switch next {
            case .wait: break
            case .schedule: schedule()
            case .turnAway: caller.resume(returning: .failure(.unavailable("too many requests wait for the disk")))
            }
        }
        return try outcome.get()
    }

    private func schedule() {
        writer.asyncWriteWithoutTransaction { db in self.writeBatch(db) }
    }

    /// Writes one batch. What has come meanwhile queues up behind the writer's other work, so that nobody starves.
    private func writeBatch(_ db: Database) {
        let batch = state.withLock { state in
            guard state.waiting.count > Self.maximumBatch else {
                let all = state.waiting
                state.waiting = []
                state.waiting.reserveCapacity(all.count)
                return all
            }
            let first = Array(state.waiting.prefix(Self.maximumBatch))
            state.waiting.removeFirst(Self.maximumBatch)
            return first
        }
        let outcomes: [Outcome]
        var trouble: StoreError?
        do {
            outcomes = try transaction(db, batch.map(\.row))
        } catch {
            let reason = StoreError(error)
            trouble = reason
            outcomes = Array(repeating: .failure(reason), count: batch.count)
        }
        let hasMore = state.withLock { state in
            state.trouble = trouble
            state.isScheduled = !state.waiting.isEmpty
            return state.isScheduled
        }
        for (waiting, outcome) in zip(batch, outcomes) { waiting.caller.resume(returning: outcome) }
        if hasMore { schedule() }
    }
}
