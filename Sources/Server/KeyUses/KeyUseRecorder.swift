import Countersign
import Store
import Synchronization

/// Notes which key each request was proved with, and writes it down now and then: when a key was last used is for people.
///
/// A class because all requests share it. The store is written to in the background, and what is noted between two writes is lost
/// with the process. Of each client and key the first use between two writes is noted, under a short lock; further ones see a
/// stamp at the client and read two numbers.
final class KeyUseRecorder: Sendable {
    private struct Key: Hashable {
        let client: ClientID
        let thumbprint: String
    }

    /// More keys than this in one interval are not noted.
    private static let capacity = 20_000

    private let store: any KeyUseStore
    private let report: @Sendable (ServerEvent) -> Void
    private let noted = Mutex<[Key: UnixTime]>([:])
    /// Counts the writes. It changes under the lock only.
    private let interval = Atomic<UInt32>(1)

    init(store: any KeyUseStore, report: @escaping @Sendable (ServerEvent) -> Void) {
        self.store = store
        self.report = report
    }

    /// Notes that a client proved itself with a key.
    func note(_ key: ClientKey, of client: RegisteredClient, at now: UnixTime) {
        let attached = client.attachedRecord
        if let attached, attached.notedUse.load(ordering: .relaxed) == stamp(of: key) { return }
        let use = Key(client: client.id, thumbprint: key.thumbprint)
        noted.withLock { noted in
            // Under the lock, so that no write comes between the note and its stamp.
            attached?.notedUse.store(stamp(of: key), ordering: .relaxed)
            guard noted.count < Self.capacity, noted[use] == nil else { return }
            noted[use] = now
        }
    }

    /// The interval between two writes, and as much of the key's thumbprint as tells the keys of one client apart.
    private func stamp(of key: ClientKey) -> UInt64 {
        key.thumbprintDigest.prefix(4).reduce(UInt64(interval.load(ordering: .relaxed))) { $0 << 8 | UInt64($1) }
    }

    /// Writes what was noted, until its task is cancelled; then once more.
    func run(every interval: Duration = .seconds(10)) async {
        while (try? await Task.sleep(for: interval)) != nil { await write() }
        // In a task of its own: a store writes nothing for one that is cancelled.
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
