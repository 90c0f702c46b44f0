/// The storage of a replay log: SQLite in a server, a simulated disk in tests.
package protocol ReplayLogStorage {
    /// Reads everything except the records.
    func state() throws(StoreError) -> ReplayLogState

    /// Writes one batch in one durable transaction.
    func append(_ batch: ReplayBatch) throws(ReplayLogWriteError)

    /// Removes one step of a slice and saves `sweptUntil` in one durable transaction. The last step removes the slice itself.
    ///
    /// - Returns: whether that was the last step.
    func removeStep(ofSlice number: Int64, sweptUntil: UnixTime) throws(ReplayLogWriteError) -> Bool
}

/// The records of one transaction.
package struct ReplayBatch: Sendable {
    /// The slice it belongs to, with its new values.
    package let slice: ReplaySlice
    /// Whether the slice is new or its latest expiry has changed.
    package let sliceChanges: Bool
    /// Its number within the slice, from 0.
    package let number: Int64
    /// The concatenated records. If empty, only the slice is written, and the next batch reuses the number.
    package let records: [UInt8]
}

/// Why a write is not known to be durable.
package enum ReplayLogWriteError: Error, Sendable {
    /// Nothing was written.
    case rolledBack(StoreError)
    /// The write may or may not be durable.
    case unknown(StoreError)
    /// Nothing was written, and nothing may be: another server has read the log since, and now writes it.
    case takenOver(StoreError)

    package var reason: StoreError {
        switch self {
        case .rolledBack(let reason), .unknown(let reason), .takenOver(let reason): reason
        }
    }
}
