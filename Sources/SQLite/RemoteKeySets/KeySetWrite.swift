import Countersign
import GRDB
import Store

/// A write about a key set.
///
/// Many sets run out together, and each is claimed and saved: those that come at the same time share a transaction, so that
/// requests that wait for the writer wait behind one, not behind all of them.
enum KeySetWrite: Sendable {
    case claim(url: String, RefreshReason, at: UnixTime, lease: Duration)
    case save(RemoteKeySetRecord)

    /// Writes them in one transaction that has the write lock.
    ///
    /// - Returns: for each the record that was claimed or is in force; `nil` for a claim that failed.
    static func write(_ db: Database, _ writes: [KeySetWrite]) throws -> [Result<RemoteKeySetRecord?, StoreError>] {
        try db.immediately {
            try writes.map { write in
                switch write {
                case .claim(let url, let reason, let now, let lease):
                    .success(try RemoteKeySetRow.claim(url, for: reason, at: now, lease: lease, db))
                case .save(let record): .success(try RemoteKeySetRow.save(record, db))
                }
            }
        }
    }
}
