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
    private let runtime: Runtime
    private let pending = Mutex<[Key: UnixTime]>([:])
    /// The number of writes. It changes only under the lock.
    private let interval = Atomic<UInt32>(1)

    init(store: any KeyUseStore, _ runtime: Runtime) {
        self.store = store
        self.runtime = runtime
    }

    /// Records that a client authenticated with a key.
    func recordUse(_ key: ClientKey, of client: RegisteredClient, at now: UnixTime) {
        let attached = client.attachedRecord
        if let attached, attached.lastRecordedUse.load(ordering: .relaxed) == stamp(of: key) { return }
        let use = Key(client: client.id, thumbprint: key.thumbprint)
        pending.withLock { pending in
            // Under the lock, so that no write happens between the record and its stamp.
            attached?.lastRecordedUse.store(stamp(of: key), ordering: .relaxed)
            guard pending.count < Self.capacity, pending[use] == nil else { return }
            pending[use] = now
        }
    }

    /// Combines the interval with enough of the key's thumbprint to distinguish the keys of one client.
    private func stamp(of key: ClientKey) -> UInt64 {
        key.thumbprintDigest.prefix(4).reduce(UInt64(interval.load(ordering: .relaxed))) { $0 << 8 | UInt64($1) }
    }

    /// Writes recorded uses regularly until its task is cancelled, and then once more.
    func run(every interval: Duration = .seconds(10)) async {
        await repeatedly(every: interval, andOnceAtTheEnd: true) { await self.write() }
    }

    func write() async {
        let uses = pending.withLock { pending in
            interval.wrappingAdd(1, ordering: .relaxed)
            defer { pending.removeAll(keepingCapacity: true) }
            return pending.map { KeyUse(client: $0.key.client, thumbprint: $0.key.thumbprint, at: $0.value) }
        }
        guard !uses.isEmpty else { return }
        do throws(StoreError) {
            try await store.record(uses)
        } catch {
            runtime.report(.keyUsesNotWritten(count: uses.count, error))
        }
    }
}
