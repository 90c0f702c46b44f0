import Foundation
import Metering
import Store
import Synchronization

/// A group commit: items that arrive at the same time are written in one transaction, with one disk flush per batch. Each caller
/// gets the answer to its own item when the batch is durable.
///
/// The first item on a thread leads a batch: its caller yields until the event loop has read everything that is ready, and items that
/// arrive meanwhile join the batch. The writer takes the batches of all threads into one transaction and resumes each leader, which resumes
/// the others. A transaction thus costs a thread two switches, however many items it has. A class because all callers share its lanes.
///
/// It lies in the module that uses it, so that the compiler specializes it: every token waits for it.
final class Batcher<Connection, Item: Sendable, Answer: Sendable>: Sendable {
    typealias Outcome = Result<Answer, StoreError>
    typealias Lane = BatchLane<Item, Answer>

    /// The most items per transaction, so that other writers get their turn.
    private static var maximumBatch: Int { 1024 }
    private static var lanesPerProcessor: Int { 4 }

    private let capacity: Int
    private let onWriter: @Sendable (@escaping @Sendable (Connection) -> Void) -> Void
    private let transaction: @Sendable (Connection, [Item]) throws(StoreError) -> [Outcome]
    /// Several for each processor, so that two event loops seldom share one. The lane does not affect the answer.
    private let lanes: [Lane]
    /// The number of items that the writer has not taken.
    private let pending = Atomic<Int>(0)
    /// Whether a job is queued that will take all batches that are now ready.
    private let isScheduled = Atomic<Bool>(false)
    private let nextLane = Atomic<Int>(0)
    /// The items of each transaction, failed ones included.
    private let commits = Histogram.ofBatches()

    /// - Parameters:
    ///   - capacity: the most items that may wait; further ones are rejected.
    ///   - onWriter: queues a job on the only connection that writes.
    ///   - transaction: writes items in one durable transaction and answers in their order. Throws if nothing was written.
    init(
        capacity: Int, onWriter: @escaping @Sendable (@escaping @Sendable (Connection) -> Void) -> Void,
        transaction: @escaping @Sendable (Connection, [Item]) throws(StoreError) -> [Outcome]
    ) {
        self.capacity = capacity
        self.onWriter = onWriter
        self.transaction = transaction
        let processors = max(1, ProcessInfo.processInfo.activeProcessorCount)
        lanes = (0..<(processors * Self.lanesPerProcessor)).map { _ in Lane(maximumBatch: Self.maximumBatch) }
    }

    var itemsPerCommit: HistogramSnapshot { commits.snapshot }

    /// The number of items that wait for the writer.
    var pendingCount: Int { pending.load(ordering: .relaxed) }

    /// The number of items waiting only for the writer.
    var waitingCount: Int { lanes.reduce(0) { $0 + $1.readyCount } }

    /// Writes an item together with the others that are waiting. Cancelling the task does not withdraw the item.
    func write(_ item: Item) async throws(StoreError) -> Answer {
        guard pending.wrappingAdd(1, ordering: .relaxed).oldValue < capacity else {
            pending.wrappingSubtract(1, ordering: .relaxed)
            throw .unavailable("too many requests are waiting for the disk")
        }
        let lane = lanes[ThreadNumber.current % lanes.count]
        let part = await withCheckedContinuation { caller in
            if let batch = lane.join(item, caller) { caller.resume(returning: .leads(batch)) }
        }
        switch part {
        case .leads(let batch): return try await lead(batch, on: lane).get()
        case .follows(let outcome): return try outcome.get()
        }
    }

    /// - Returns: the answer to the leader's own item.
    private func lead(_ batch: Lane.Batch, on lane: Lane) async -> Outcome {
        await Task.yield()
        let outcomes = await withCheckedContinuation { leader in
            lane.release(batch, leader)
            schedule()
        }
        for (index, follower) in batch.followers.enumerated() {
            follower.resume(returning: .follows(outcomes[index + 1]))
        }
        return outcomes[0]
    }

    private func schedule() {
        guard !isScheduled.exchange(true, ordering: .acquiringAndReleasing) else { return }
        onWriter { self.writeBatches($0) }
    }

    /// Writes everything that is ready in one transaction. Later items queue behind the writer's other work, to avoid starving it.
    private func writeBatches(_ connection: Connection) {
        // Before the lanes are checked: a batch that becomes ready afterwards schedules the next job.
        _ = isScheduled.exchange(false, ordering: .acquiringAndReleasing)
        var batches: [Lane.Batch] = []
        var room = Self.maximumBatch
        var hasMore = false
        // Starts at another lane each time, so that a busy one leaves room for the others.
        let first = nextLane.wrappingAdd(1, ordering: .relaxed).oldValue % lanes.count
        for lane in lanes[first...] + lanes[..<first] where lane.take(room: &room, into: &batches) { hasMore = true }
        if hasMore { schedule() }
        guard !batches.isEmpty else { return }

        let items = batches.count == 1 ? batches[0].items : batches.flatMap(\.items)
        pending.wrappingSubtract(items.count, ordering: .relaxed)
        let outcomes = write(items, connection)
        commits.record(UInt64(items.count))
        var start = 0
        for batch in batches {
            let end = start + batch.items.count
            batch.leader?.resume(returning: Array(outcomes[start..<end]))
            start = end
        }
    }

    /// - Returns: one answer per item.
    private func write(_ items: [Item], _ connection: Connection) -> [Outcome] {
        do {
            let outcomes = try transaction(connection, items)
            if outcomes.count == items.count { return outcomes }
            return items.map { _ in .failure(.unavailable("a batch was not answered")) }
        } catch {
            return items.map { _ in .failure(error) }
        }
    }
}
