import Countersign
import CountersignJOSE
import Store
import Synchronization

/// The key sets of clients that are URLs, in memory: what strangers make this server read is never written to its disk.
///
/// A class because all requests share it. It lists nothing: these sets are read again when they are asked for.
final class KeySetMemory: KeySetStore {
    private let records: Mutex<GenerationalCache<ExactString, RemoteKeySetRecord>>

    /// - Parameter capacity: how many sets are kept.
    init(capacity: Int) {
        records = Mutex(GenerationalCache(capacity: capacity))
    }

    func record(_ url: ExactString) -> RemoteKeySetRecord? {
        records.withLock { $0[url] }
    }

    /// Keeps a set that was read for another memory, unless there is one.
    func keep(_ record: RemoteKeySetRecord) {
        records.withLock { records in
            let url = ExactString(record.url)
            if records[url] == nil { _ = records.insert(record, for: url) }
        }
    }

    func record(of url: String) async throws(StoreError) -> RemoteKeySetRecord? {
        record(ExactString(url))
    }

    func save(_ record: RemoteKeySetRecord) async throws(StoreError) -> RemoteKeySetRecord {
        records.withLock { records in _ = records.insert(record, for: ExactString(record.url)) }
        return record
    }

    /// There is one node, so that whoever asks gets the task, when it is time.
    func claimRefresh(
        of url: String, for reason: RefreshReason, at now: UnixTime, lease: Duration
    ) async throws(StoreError) -> RemoteKeySetRecord? {
        records.withLock { records in
            let known = records[ExactString(url)]
            if let known, known.attemptedAt <= now + CopyTimes.clockDifference {
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

    func all() async throws(StoreError) -> [RemoteKeySetRecord] { [] }
    func urlsInUse(after url: String?, limit: Int) async throws(StoreError) -> [String] { [] }
    func removeUnused(attemptedBefore time: UnixTime) async throws(StoreError) -> Bool { false }
}
