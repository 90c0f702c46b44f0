import Synchronization

/// The set of clients that are URLs and have proved possession of a key: their documents and keys are cached separately from those of
/// unknown clients, even after a restart.
///
/// A class because all requests share it. Only a proof adds to it, and each entry of the list of allowed hosts has its share, so that
/// a domain that publishes many clients does not evict those of others. Changes are saved in the background.
final class ProvenClientURLs: Sendable {
    private struct Proof {
        let pattern: String
        var provenAt: UnixTime
    }

    private struct State {
        var proofs: [ExactString: Proof] = [:]
        var isLoaded = false
        var load: Task<Void, Never>?
        /// Changes that are not saved yet.
        var unsaved: [ExactString: UnixTime] = [:]
        var removed: Set<ExactString> = []
    }

    /// The minimum time between two recorded proofs of a client.
    private static let interval: Duration = .seconds(3600)

    private let store: any ProvenClientURLStore
    private let settings: ClientMetadataSettings
    private let capacity: Int
    private let runtime: Runtime
    private let state = Mutex(State())

    /// - Parameter capacity: the maximum number of clients, divided equally among the allowed hosts.
    init(
        store: any ProvenClientURLStore, _ settings: ClientMetadataSettings,
        capacity: Int = ProvenClientURL.maximumCount, _ runtime: Runtime
    ) {
        self.store = store
        self.settings = settings
        self.capacity = max(1, capacity / max(1, settings.allowedHosts.count))
        self.runtime = runtime
    }

    /// Returns whether a client has proved possession of a key; `false` until the store has been read.
    func contains(_ url: ExactString) -> Bool {
        state.withLock { $0.proofs[url] != nil }
    }

    /// Returns whether a client has proved possession of a key. Waits until the store has been read.
    func containsAfterLoading(_ url: ExactString) async -> Bool {
        let (load, isProven) = state.withLock { state -> (Task<Void, Never>?, Bool) in
            if !state.isLoaded, state.load == nil { state.load = Task { await read() } }
            return (state.load, state.proofs[url] != nil)
        }
        guard let load else { return isProven }
        await load.value
        return contains(url)
    }

    /// Returns whether a proof at `now` is to be recorded.
    func isDue(_ url: ExactString, at now: UnixTime) -> Bool {
        state.withLock { state in
            state.proofs[url].map { now < $0.provenAt || $0.provenAt + Self.interval <= now } ?? true
        }
    }

    /// Records a proof.
    func record(_ url: ClientIDURL, at now: UnixTime) {
        state.withLock { state in
            state.proofs[url.text] = Proof(pattern: url.pattern, provenAt: now)
            state.unsaved[url.text] = now
            state.removed.remove(url.text)
            let peers = state.proofs.filter { $0.value.pattern == url.pattern }
            guard peers.count > capacity, let oldest = peers.min(by: { $0.value.provenAt < $1.value.provenAt })?.key
            else { return }
            state.proofs[oldest] = nil
            state.unsaved[oldest] = nil
            state.removed.insert(oldest)
        }
    }

    /// Writes changes regularly until its task is cancelled, and then once more.
    func run() async {
        await repeatedly(every: .seconds(1), andOnceAtTheEnd: true) { await self.write() }
    }

    func write() async {
        let (unsaved, removed) = state.withLock { state in
            defer { (state.unsaved, state.removed) = ([:], []) }
            return (state.unsaved, state.removed)
        }
        guard !unsaved.isEmpty || !removed.isEmpty else { return }
        do throws(StoreError) {
            try await store.record(
                unsaved.map { ProvenClientURL(id: ClientID($0.key), provenAt: $0.value) },
                forgetting: removed.map { ClientID($0) })
        } catch {
            runtime.report(.clientURLsNotWritten(count: unsaved.count, error))
        }
    }

    /// Reads the saved clients, and removes those that are no longer on an allowed host or exceed their share.
    private func read() async {
        let known: [ProvenClientURL]
        do throws(StoreError) {
            known = try await store.all()
        } catch {
            // The next caller tries again.
            state.withLock { $0.load = nil }
            runtime.report(.clientURLsNotRead(error))
            return
        }
        state.withLock { state in
            var counts: [String: Int] = [:]
            for proof in known where state.proofs[proof.id.value] == nil {
                let pattern = (try? ClientIDURL(proof.id, settings))?.pattern
                guard let pattern, counts[pattern, default: 0] < capacity else {
                    state.removed.insert(proof.id.value)
                    continue
                }
                counts[pattern, default: 0] += 1
                state.proofs[proof.id.value] = Proof(pattern: pattern, provenAt: proof.provenAt)
            }
            (state.isLoaded, state.load) = (true, nil)
        }
    }
}
