import Synchronization

/// A recorder of the last use of each session.
///
/// A class because all requests share it. It writes in the background, so that a request does not wait for the disk; uses since the
/// last write are lost if the process ends.
final class SessionUses: Sendable {
    /// The maximum delay of `lastUsedAt`.
    static let interval: Duration = .seconds(60)
    private static let capacity = 20_000

    private let store: any SessionStore
    private let runtime: Runtime
    private let pending = Mutex<[[UInt8]: UnixTime]>([:])

    init(store: any SessionStore, _ runtime: Runtime) {
        self.store = store
        self.runtime = runtime
    }

    func record(_ session: SessionRecord, at now: UnixTime) {
        guard session.lastUsedAt + Self.interval <= now else { return }
        pending.withLock { pending in
            guard pending.count < Self.capacity, pending[session.digest] == nil else { return }
            pending[session.digest] = now
        }
    }

    /// Writes recorded uses regularly until its task is cancelled, and then once more.
    func run(every interval: Duration = .seconds(10)) async {
        await repeatedly(every: interval, andOnceAtTheEnd: true) { await self.write() }
    }

    func write() async {
        let uses = pending.withLock { pending in
            defer { pending.removeAll(keepingCapacity: true) }
            return pending
        }
        do throws(StoreError) {
            for (digest, time) in uses { try await store.touch(digest, at: time) }
        } catch {
            runtime.report(.sessionUsesNotWritten(count: uses.count, error))
        }
    }
}
