import Countersign

/// Where a replay log lies. SQLite in a server, a simulated disk in tests.
package protocol ReplayLogStorage {
    /// What the log remembers beside its records.
    func state() throws(StoreError) -> ReplayLogState

    /// Writes one batch in one durable transaction.
    func append(_ batch: ReplayBatch) throws(ReplayLogWriteError)

    /// Removes one step of a slice in one durable transaction, and notes how far the log is cleared. With the last step the slice
    /// itself goes.
    ///
    /// - Returns: whether that was the last step.
    func removeStep(ofSlice number: Int64, sweptUntil: UnixTime) throws(ReplayLogWriteError) -> Bool
}

/// The records of one transaction.
package struct ReplayBatch: Sendable {
    /// The slice it belongs to, as it is to be from now on.
    package let slice: ReplaySlice
    /// Whether the slice is new or its latest expiry has changed.
    package let sliceChanges: Bool
    /// Its number within the slice, from 0.
    package let number: Int64
    /// The records, one after the other. Without any only the slice is written, and the number is free for the next batch.
    package let records: [UInt8]
}

/// Why a write is not known to be durable.
package enum ReplayLogWriteError: Error, Sendable {
    /// Nothing was written.
    case rolledBack(StoreError)
    /// It may be durable or not.
    case unknown(StoreError)
    /// Nothing was written, and nothing may be any more: another server has read the log since, and writes it now.
    case takenOver(StoreError)

    package var reason: StoreError {
        switch self {
        case .rolledBack(let reason), .unknown(let reason), .takenOver(let reason): reason
        }
    }
}
