import Synchronization

/// A recorder of the last use of each key, for operators.
///
/// A class because all requests share it. It writes in the background; uses since the last write are lost if the process ends. The
/// first use of a key between two writes takes a short lock; later ones only compare a stamp in the cached client.
final class KeyUseRecorder: Sendable {
    private struct Key: Hashable {
        let client: ClientID
        let thumbprint: String
    }

    /// The maximum number of keys recorded in one interval.
    private static let capacity = 20_000

    private let store: any KeyUseStore
    private let report: @Sendable (ServerEvent) -> Void
    private let noted = Mutex<[Key: UnixTime]>([:])
    /// The number of writes. It changes only under the lock.
    private let interval = Atomic<UInt32>(1)

    init(store: any KeyUseStore, report: @escaping @Sendable (ServerEvent) -> Void) {
        self.store = store
        self.report = report
    }

    /// Records that a client authenticated with a key.
    func note(_ key: ClientKey, of client: RegisteredClient, at now: UnixTime) {
        let attached = client.attachedRecord
        if let attached, attached.lastRecordedUse.load(ordering: .relaxed) == stamp(of: key) { return }
        let use = Key(client: client.id, thumbprint: key.thumbprint)
        noted.withLock { noted in
            // Under the lock, so that no write happens between the record and its stamp.
            attached?.lastRecordedUse.store(stamp(of: key), ordering: .relaxed)
            guard noted.count < Self.capacity, noted[use] == nil else { return }
            noted[use] = now
        }
    }

    /// Combines the interval with enough of the key's thumbprint to distinguish the keys of one client.
    private func stamp(of key: ClientKey) -> UInt64 {
        key.thumbprintDigest.prefix(4).reduce(UInt64(interval.load(ordering: .relaxed))) { $0 << 8 | UInt64($1) }
    }

    /// Writes recorded uses regularly until its task is cancelled, and then once more.
    func run(every interval: Duration = .seconds(10)) async {
        while (try? await Task.sleep(for: interval)) != nil { await write() }
        // In a new task, because stores do not write in a cancelled one.
        await Task { await write() }.value
    }

    func write() async {
        let uses = noted.withLock { noted in
            interval.wrappingAdd(1, ordering: .relaxed)
            defer { noted.removeAll(keepingCapacity: true) }
            return noted.map { KeyUse(client: $0.key.client, thumbprint: $0.key.thumbprint, at: $0.value) }
        }
        guard !uses.isEmpty else { return }
        do throws(StoreError) {
            try await store.record(uses)
        } catch {
            report(.keyUsesNotWritten(count: uses.count, error))
        }
    }
}
