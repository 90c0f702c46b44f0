import Countersign
import CountersignJOSE
import CountersignStore
import Synchronization

/// Clients that are URLs, in memory: each document is read under the guard, checked, and kept for as long as it says, within bounds.
///
/// A class because all requests share its memory. That a document could not be read is kept for a while too, so that it is not
/// tried again at every request; apart from the others, so that made-up identifiers do not push out clients.
final class ClientMetadataDocuments: Sendable {
    private typealias Work = Task<MetadataCopy, Never>

    private struct State {
        var copies = GenerationalCache<ExactString, MetadataCopy>(capacity: capacity)
        var failures = GenerationalCache<ExactString, MetadataCopy>(capacity: capacity)
        var works: [ExactString: Work] = [:]

        /// How many documents are kept, of either kind.
        static let capacity = 1000

        mutating func known(_ url: ExactString) -> MetadataCopy? {
            copies[url] ?? failures[url]
        }

        /// - Returns: what had to go, to be freed outside the lock.
        mutating func keep(_ copy: MetadataCopy, of url: ExactString) -> [ExactString: MetadataCopy] {
            // One that was a client keeps its place until others need it.
            guard copy.client == nil, copies[url] == nil else { return copies.insert(copy, for: url) }
            return failures.insert(copy, for: url)
        }
    }

    let settings: ClientMetadataSettings
    /// The sets of those whose documents name a `jwks_uri`.
    let keySets: RemoteKeySets
    private let reader: any RemoteReader
    private let grace: Duration
    private let permits: FetchPermits
    private let clock: @Sendable () -> UnixTime
    private let budget = HostBudget()
    private let state = Mutex(State())

    /// Makes an empty memory; nothing is read yet.
    ///
    /// - Parameter report: writes into the server's log.
    init(
        reader: any RemoteReader, _ settings: ServerSettings, clock: @escaping @Sendable () -> UnixTime,
        report: @escaping @Sendable (ServerEvent) -> Void
    ) {
        self.reader = reader
        self.settings = settings.clientMetadata
        // A document works as long as a key set while its URL cannot be read.
        grace = settings.keySets.grace
        permits = FetchPermits(KeySetSettings.fetchesForClientURLs)
        var keySetSettings = settings.keySets
        keySetSettings.capacity = min(keySetSettings.capacity, State.capacity)
        keySets = RemoteKeySets(
            store: KeySetMemory(capacity: keySetSettings.capacity), reader: reader, document: .keySetOfClientURL,
            settings: keySetSettings, permits: permits, clock: clock, report: report)
        self.clock = clock
    }

    /// How many fetches are under way.
    var readingCount: Int { state.withLock { $0.works.count } }

    /// The client at a URL. Waits for its document only where there is none to be used meanwhile.
    ///
    /// - Throws: `ClientMetadataFault`.
    func client(_ id: ClientID) async throws(ClientMetadataFault) -> RegisteredClient {
        let url = try ClientIDURL(id, settings)
        let now = clock()
        if let known = state.withLock({ $0.known(url.text) }) {
            if let client = known.client, known.times.isFresh(at: now) { return client }
            switch (known.times.standing(at: now, grace: grace), known.client) {
            case (.usable, let client?):
                if known.times.nextAttemptAt <= now { _ = work(url, at: now) }
                return client
            case (.lost(let problem), _): throw known.fault ?? .unreadable(problem)
            case (.usable, nil), (.mustBeRead, _): break
            }
        }
        guard let work = work(url, at: now) else { throw .tooMany(host: url.host) }
        let copy = await work.value
        guard let client = copy.client, copy.times.standing(at: clock(), grace: grace) == .usable else {
            throw copy.fault ?? .unreadable("it is too old")
        }
        return client
    }

    /// Why there was no client a moment ago; nothing is read for the answer.
    func fault(_ id: ClientID) -> ClientMetadataFault {
        do {
            let url = try ClientIDURL(id, settings)
            return state.withLock { $0.known(url.text) }?.fault ?? .tooMany(host: url.host)
        } catch {
            return error
        }
    }

    /// The fetch under way, or a new one; `nil` where too many URLs of the host are new. A client's own refreshes are not counted.
    private func work(_ url: ClientIDURL, at now: UnixTime) -> Work? {
        state.withLock { state in
            if let work = state.works[url.text] { return work }
            let known = state.known(url.text)
            guard known?.client != nil || budget.spend(on: url.host, allowedBy: url.pattern, at: now) else {
                return nil
            }
            let work = Work { await self.read(url, known) }
            state.works[url.text] = work
            return work
        }
    }

    private func read(_ url: ClientIDURL, _ known: MetadataCopy?) async -> MetadataCopy {
        let reading = await permits.withPermit {
            await reader.read(.clientMetadata, at: url.text, etag: known?.document?.etag)
        }
        let copy = MetadataCopy(
            of: url, after: reading, known, settings, at: clock(), jitter: .random(in: 0...1))
        let gone = state.withLock { state in
            state.works[url.text] = nil
            return state.keep(copy, of: url.text)
        }
        // Keys are freed here, outside the lock.
        _ = consume gone
        return copy
    }
}
