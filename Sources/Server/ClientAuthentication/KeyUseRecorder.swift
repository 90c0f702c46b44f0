import Synchronization

/// A recorder of the uses of each key, for operators.
///
/// A class because all requests share it. It writes in the background; uses since the last write are lost if the process ends. The
/// first use of a key between two writes takes a short lock; later ones increment a counter in the cached client.
final class KeyUseRecorder: Sendable {
    private struct Key: Hashable {
        let client: ClientID
        let thumbprint: String
    }

    /// The uses of one key since the last write.
    private struct Uses {
        /// The most records of one client whose counters are in use: it is read again after each change of any client.
        static let maximumRecords = 8

        let firstAt: UnixTime
        let tag: KeyUseCounters.Tag
        /// Uses that were counted under the lock, or by records that were let go.
        var count = 0
        /// The cached clients that count its further uses.
        var records: [AttachedRecord] = []

        mutating func use(_ attached: AttachedRecord?) {
            // Another request may have come first.
            if let attached, attached.keyUses.count(tag) { return }
            guard let attached, attached.keyUses.assign(tag) else {
                count += 1
                return
            }
            records.append(attached)
            if records.count > Self.maximumRecords { count += records.removeFirst().keyUses.take(tag) }
        }

        /// Returns the number of uses, and takes the counters away.
        func end() -> Int { records.reduce(count) { $0 + $1.keyUses.take(tag) } }
    }

    /// The maximum number of keys recorded in one interval.
    private static let capacity = 20_000

    private let store: any KeyUseStore
    private let runtime: Runtime
    private let pending = Mutex<[Key: Uses]>([:])

    init(store: any KeyUseStore, _ runtime: Runtime) {
        self.store = store
        self.runtime = runtime
    }

    /// Records that a client authenticated with a key.
    func recordUse(_ key: ClientKey, of client: RegisteredClient, at now: UnixTime) {
        let attached = client.attachedRecord
        let tag = KeyUseCounters.Tag(key.thumbprintDigest)
        if let attached, attached.keyUses.count(tag) { return }
        let use = Key(client: client.id, thumbprint: key.thumbprint)
        pending.withLock { pending in
            guard pending.count < Self.capacity || pending[use] != nil else { return }
            pending[use, default: Uses(firstAt: now, tag: tag)].use(attached)
        }
    }

    /// Writes recorded uses regularly until its task is cancelled, and then once more.
    func run(every interval: Duration = .seconds(10)) async {
        await repeatedly(every: interval, andOnceAtTheEnd: true) { await self.write() }
    }

    func write() async {
        let uses = pending.withLock { pending in
            defer { pending.removeAll(keepingCapacity: true) }
            return pending.map { key, uses in
                KeyUse(client: key.client, thumbprint: key.thumbprint, at: uses.firstAt, count: uses.end())
            }
        }
        guard !uses.isEmpty else { return }
        do throws(StoreError) {
            try await store.record(uses)
        } catch {
            runtime.report(.keyUsesNotWritten(count: uses.count, error))
        }
    }
}
