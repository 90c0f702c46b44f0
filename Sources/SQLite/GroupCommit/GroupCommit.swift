import Foundation
import GRDB
import Store
import Synchronization

/// Gathers rows that are to be written at the same time into one transaction: the disk is waited for once per batch, and each
/// caller gets its own row's answer when the batch is durable.
///
/// The first row on a thread leads a batch: it steps back until its event loop has read everything that is ready, and what came
/// meanwhile has joined it. The writer takes the batches of all threads into one transaction and resumes each leader, which
/// resumes the others. A transaction thus costs a thread two switches, however many rows it has. A class because all callers share
/// its lanes.
final class GroupCommit<Row: Sendable, Answer: Sendable>: Sendable {
    typealias Lane = GroupCommitLane<Row, Answer>
    typealias Outcome = Lane.Outcome

    /// The most rows of one transaction, so that other writers get their turn.
    private static var maximumBatch: Int { 1024 }
    private static var lanesPerProcessor: Int { 4 }

    private let capacity: Int
    private let writer: DatabasePool
    private let transaction: @Sendable (Database, [Row]) throws -> [Outcome]
    /// Some for each processor, so that two event loops seldom share one, whatever other threads took numbers between theirs. Which
    /// lane a row goes through does not matter to its answer.
    private let lanes: [Lane]
    /// Rows that the writer has not taken.
    private let pending = Atomic<Int>(0)
    /// Whether a job is on its way that will take all batches that are ready by now.
    private let isScheduled = Atomic<Bool>(false)
    private let counts = Mutex(CommitCounts())

    /// - Parameters:
    ///   - capacity: how many rows may wait; further ones are turned away.
    ///   - transaction: writes rows in one durable transaction; answers in the rows' order. Throws where nothing was written.
    init(
        capacity: Int, writer: DatabasePool, transaction: @escaping @Sendable (Database, [Row]) throws -> [Outcome]
    ) {
        self.capacity = capacity
        self.writer = writer
        self.transaction = transaction
        let processors = max(1, ProcessInfo.processInfo.activeProcessorCount)
        lanes = (0..<(processors * Self.lanesPerProcessor)).map { _ in Lane(maximumBatch: Self.maximumBatch) }
    }

    /// What has been written so far.
    var commitCounts: CommitCounts { counts.withLock { $0 } }

    /// How many rows wait for nothing but the writer.
    var waitingCount: Int { lanes.reduce(0) { $0 + $1.readyRows } }

    /// Writes a row, together with whatever else waits.
    ///
    /// Giving up the task does not give up the row: its answer is waited for.
    func write(_ row: Row) async throws(StoreError) -> Answer {
        guard pending.wrappingAdd(1, ordering: .relaxed).oldValue < capacity else {
            pending.wrappingSubtract(1, ordering: .relaxed)
            throw .unavailable("too many requests wait for the disk")
        }
        let lane = lanes[ThreadNumber.current % lanes.count]
        let part = await withCheckedContinuation { caller in
            if let batch = lane.join(row, caller) { caller.resume(returning: .leads(batch)) }
        }
        switch part {
        case .leads(let batch): return try await lead(batch, on: lane).get()
        case .follows(let outcome): return try outcome.get()
        }
    }

    /// - Returns: the answer to the leader's own row.
    private func lead(_ batch: Lane.Batch, on lane: Lane) async -> Outcome {
        await Task.yield()
        let outcomes = await withCheckedContinuation { leader in
            lane.release(batch, leader)
            schedule()
        }
        for (follower, outcome) in zip(batch.followers, outcomes.dropFirst()) {
            follower.resume(returning: .follows(outcome))
        }
        return outcomes[0]
    }

    private func schedule() {
        guard !isScheduled.exchange(true, ordering: .acquiringAndReleasing) else { return }
        writer.asyncWriteWithoutTransaction { db in self.writeBatches(db) }
    }

    /// Writes everything that is ready in one transaction. What has come meanwhile queues up behind the writer's other work, so
    /// that nobody starves.
    private func writeBatches(_ db: Database) {
        // Before looking: a batch that is made ready after the look schedules the next job.
        _ = isScheduled.exchange(false, ordering: .acquiringAndReleasing)
        var batches: [Lane.Batch] = []
        var room = Self.maximumBatch
        var hasMore = false
        // Another lane goes first each time, so that a busy one leaves room to the others.
        let first = counts.withLock { $0.transactions } % lanes.count
        for lane in lanes[first...] + lanes[..<first] where lane.take(room: &room, into: &batches) { hasMore = true }
        if hasMore { schedule() }
        guard !batches.isEmpty else { return }

        let rows = batches.count == 1 ? batches[0].rows : batches.flatMap(\.rows)
        pending.wrappingSubtract(rows.count, ordering: .relaxed)
        let outcomes = write(rows, db)
        counts.withLock { $0.add(rows: rows.count) }
        var start = 0
        for batch in batches {
            let end = start + batch.rows.count
            batch.leader?.resume(returning: Array(outcomes[start..<end]))
            start = end
        }
    }

    /// - Returns: as many answers as there are rows.
    private func write(_ rows: [Row], _ db: Database) -> [Outcome] {
        do {
            let outcomes = try transaction(db, rows)
            if outcomes.count == rows.count { return outcomes }
            return rows.map { _ in .failure(.unavailable("a batch was not answered")) }
        } catch {
            let reason = StoreError(error)
            return rows.map { _ in .failure(reason) }
        }
    }
}

/// How many transactions were written, with how many rows in all; failed ones count too.
package struct CommitCounts: Sendable, Equatable {
    /// How many transactions.
    package private(set) var transactions = 0
    /// How many rows in all of them.
    package private(set) var rows = 0

    mutating func add(rows count: Int) {
        transactions += 1
        rows += count
    }
}
