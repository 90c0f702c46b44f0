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
        var unwritten: [ExactString: UnixTime] = [:]
        var forgotten: Set<ExactString> = []

        mutating func forget(_ url: ExactString) {
            proofs[url] = nil
            unwritten[url] = nil
            forgotten.insert(url)
        }
    }

    /// The minimum time between two recorded proofs of a client.
    private static let interval: Duration = .seconds(3600)

    private let store: any ProvenClientURLStore
    private let settings: ClientMetadataSettings
    private let capacity: Int
    private let report: @Sendable (ServerEvent) -> Void
    private let state = Mutex(State())

    /// - Parameter capacity: the maximum number of clients, divided equally among the allowed hosts.
    init(
        store: any ProvenClientURLStore, _ settings: ClientMetadataSettings,
        capacity: Int = ProvenClientURL.maximumCount,
        report: @escaping @Sendable (ServerEvent) -> Void
    ) {
        self.store = store
        self.settings = settings
        self.capacity = max(1, capacity / max(1, settings.allowedHosts.count))
        self.report = report
    }

    /// Returns whether a client has proved possession of a key; `false` until the store has been read.
    func contains(_ url: ExactString) -> Bool {
        state.withLock { $0.proofs[url] != nil }
    }

    /// Returns whether a client has proved possession of a key. Waits until the store has been read.
    func containsOnceLoaded(_ url: ExactString) async -> Bool {
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
            state.unwritten[url.text] = now
            state.forgotten.remove(url.text)
            let peers = state.proofs.filter { $0.value.pattern == url.pattern }
            guard peers.count > capacity, let oldest = peers.min(by: { $0.value.provenAt < $1.value.provenAt }) else {
                return
            }
            state.forget(oldest.key)
        }
    }

    /// Writes changes regularly until its task is cancelled, and then once more.
    func run(every interval: Duration = .seconds(1)) async {
        while (try? await Task.sleep(for: interval)) != nil { await write() }
        // In a new task, because stores do not write in a cancelled one.
        await Task { await write() }.value
    }

    func write() async {
        let (proofs, forgotten) = state.withLock { state in
            defer { (state.unwritten, state.forgotten) = ([:], []) }
            return (
                state.unwritten.map { ProvenClientURL(id: ClientID($0.key), provenAt: $0.value) },
                state.forgotten.map { ClientID($0) }
            )
        }
        guard !proofs.isEmpty || !forgotten.isEmpty else { return }
        do throws(StoreError) {
            try await store.record(proofs, forgetting: forgotten)
        } catch {
            report(.clientURLsNotWritten(count: proofs.count, error))
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
            report(.clientURLsNotRead(error))
            return
        }
        state.withLock { state in
            var counts: [String: Int] = [:]
            for proof in known where state.proofs[proof.id.value] == nil {
                let pattern = (try? ClientIDURL(proof.id, settings))?.pattern
                guard let pattern, counts[pattern, default: 0] < capacity else {
                    state.forgotten.insert(proof.id.value)
                    continue
                }
                counts[pattern, default: 0] += 1
                state.proofs[proof.id.value] = Proof(pattern: pattern, provenAt: proof.provenAt)
            }
            (state.isLoaded, state.load) = (true, nil)
        }
    }
}
