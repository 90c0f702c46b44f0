import Store
import Synchronization

/// The items of one thread that are waiting for the writer. A class because callers and the writer share it.
final class BatchLane<Item: Sendable, Answer: Sendable>: Sendable {
    typealias Outcome = Result<Answer, StoreError>

    /// The role of an item's caller.
    enum Part: Sendable {
        /// Passes the batch to the writer, and the answers to its followers.
        case leads(Batch)
        /// Does nothing: the outcome is the item's answer.
        case follows(Outcome)
    }

    /// Items that are written together; the leader's is the first.
    ///
    /// `@unchecked Sendable`: until the writer takes the batch, it is accessed only under the lane's lock; then only by the writer,
    /// which resumes the leader; then only by the leader.
    final class Batch: @unchecked Sendable {
        fileprivate(set) var items: [Item]
        fileprivate(set) var followers: [CheckedContinuation<Part, Never>] = []
        /// Waits for the answers; `nil` while the batch is not ready.
        fileprivate(set) var leader: CheckedContinuation<[Outcome], Never>?

        fileprivate init(_ item: Item) {
            items = [item]
        }
    }

    /// The last one accepts further items.
    private let batches = Mutex<[Batch]>([])
    private let maximumBatch: Int

    init(maximumBatch: Int) {
        self.maximumBatch = maximumBatch
    }

    /// Adds an item to the open batch.
    ///
    /// - Returns: a new batch, which the caller leads; `nil` if the item joined another batch.
    func join(_ item: Item, _ caller: CheckedContinuation<Part, Never>) -> Batch? {
        batches.withLock { batches in
            if let last = batches.last, last.items.count < maximumBatch {
                last.items.append(item)
                last.followers.append(caller)
                return nil
            }
            let batch = Batch(item)
            batches.append(batch)
            return batch
        }
    }

    /// Allows the writer to take a batch, which accepts further items until then.
    func release(_ batch: Batch, _ leader: CheckedContinuation<[Outcome], Never>) {
        batches.withLock { _ in batch.leader = leader }
    }

    /// Takes the batches that are ready while there is room for their items.
    ///
    /// - Returns: whether some did not fit.
    func take(room: inout Int, into taken: inout [Batch]) -> Bool {
        let (ready, hasMore) = batches.withLock { batches -> ([Batch], Bool) in
            var ready: [Batch] = []
            while let next = batches.firstIndex(where: { $0.leader != nil }) {
                guard batches[next].items.count <= room else { return (ready, true) }
                room -= batches[next].items.count
                ready.append(batches.remove(at: next))
            }
            return (ready, false)
        }
        taken += ready
        return hasMore
    }

    /// The number of items in batches that are ready.
    var readyCount: Int {
        batches.withLock { batches in batches.reduce(0) { $0 + ($1.leader == nil ? 0 : $1.items.count) } }
    }
}
