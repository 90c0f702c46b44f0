import Caching
import Synchronization

/// The key sets of clients that are URLs, in memory only, so that unknown clients cause no writes to disk.
///
/// A class because all requests share it.
final class InMemoryKeySets: KeySetRecords {
    private let records: Mutex<GenerationalCache<ExactString, RemoteKeySetRecord>>

    init(capacity: Int) {
        records = Mutex(GenerationalCache(capacity: capacity))
    }

    func record(of url: ExactString) -> RemoteKeySetRecord? {
        records.withLock { $0[url] }
    }

    /// Inserts a set from another instance, unless there is one already.
    func keep(_ record: RemoteKeySetRecord) {
        records.withLock { records in
            let url = ExactString(record.url)
            if records[url] == nil { _ = records.insert(record, for: url) }
        }
    }

    func record(of url: String) async throws(StoreError) -> RemoteKeySetRecord? {
        record(of: ExactString(url))
    }

    @discardableResult
    func save(_ record: RemoteKeySetRecord) async throws(StoreError) -> RemoteKeySetRecord {
        records.withLock { records in _ = records.insert(record, for: ExactString(record.url)) }
        return record
    }

    /// Claims the fetch of a set. There is only one node, so the first caller gets it once the set is due.
    func claimRefresh(
        of url: String, for reason: RefreshReason, at now: UnixTime, lease: Duration
    ) async throws(StoreError) -> RemoteKeySetRecord? {
        records.withLock { records in
            let known = records[ExactString(url)]
            if let known, known.attemptedAt <= now + Freshness.clockDifference {
                switch reason {
                case .due: guard known.nextAttemptAt <= now else { return nil }
                case .unknownKey(let coolDown): guard known.attemptedAt + coolDown <= now else { return nil }
                }
            }
            var record = known ?? RemoteKeySetRecord(url: url, attemptedAt: now, nextAttemptAt: now)
            (record.attemptedAt, record.nextAttemptAt) = (now, now + lease)
            _ = records.insert(record, for: ExactString(url))
            return record
        }
    }
}
