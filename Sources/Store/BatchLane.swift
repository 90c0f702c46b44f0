import Synchronization

/// The items of one thread that wait for the writer. A class because callers and the writer share it.
final class BatchLane<Item: Sendable, Answer: Sendable>: Sendable {
    typealias Outcome = Result<Answer, StoreError>

    /// What an item's caller has to do.
    enum Part: Sendable {
        /// Hand the batch to the writer, and its answers to the others.
        case leads(Batch)
        /// Nothing: this is the item's answer.
        case follows(Outcome)
    }

    /// Items that are written together, the leader's first.
    ///
    /// `@unchecked Sendable`: until the writer takes the batch it is touched under the lane's lock alone; then by the writer alone,
    /// which resumes the leader; then by the leader alone.
    final class Batch: @unchecked Sendable {
        fileprivate(set) var items: [Item]
        fileprivate(set) var followers: [CheckedContinuation<Part, Never>] = []
        /// Waits for the answers; `nil` while the batch is not ready.
        fileprivate(set) var leader: CheckedContinuation<[Outcome], Never>?

        fileprivate init(_ item: Item) {
            items = [item]
        }
    }

    /// The last takes further items.
    private let batches = Mutex<[Batch]>([])
    private let maximumBatch: Int

    init(maximumBatch: Int) {
        self.maximumBatch = maximumBatch
    }

    /// Adds an item to the batch that gathers.
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

    /// Lets the writer take a batch. Until it does, the batch takes further items.
    func release(_ batch: Batch, _ leader: CheckedContinuation<[Outcome], Never>) {
        batches.withLock { _ in batch.leader = leader }
    }

    /// Takes the batches that are ready, as long as there is room for their items.
    ///
    /// - Returns: whether some had to stay.
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

    /// How many items wait for the writer.
    var readyCount: Int {
        batches.withLock { batches in batches.reduce(0) { $0 + ($1.leader == nil ? 0 : $1.items.count) } }
    }
}
