/// The clients that are URLs: their metadata documents are fetched, checked and cached within bounds.
///
/// Proven clients, unproven clients and unavailable documents have separate bounds, so that made-up identifiers evict no real client.
struct ClientMetadataDocuments: Sendable {
    private typealias Cache = RefreshedCache<MetadataRefresher>

    let settings: ClientMetadataSettings
    private let keySets: ClientURLKeySets
    private let proofs: ProvenClientURLs
    private let rateLimit = HostRateLimit()
    private let runtime: Runtime
    private let proven: (cache: Cache, refresher: MetadataRefresher)
    private let unproven: (cache: Cache, refresher: MetadataRefresher)

    /// - Parameter store: records which clients have proved possession of a key.
    init(
        store: any ProvenClientURLStore, reader: any RemoteReader, _ settings: ServerSettings, _ runtime: Runtime
    ) {
        self.settings = settings.clientMetadata
        self.runtime = runtime
        let semaphore = FetchSemaphore(.ofClientURLs)
        proofs = ProvenClientURLs(store: store, settings.clientMetadata, report: runtime.report)
        keySets = ClientURLKeySets(reader: reader, settings, semaphore: semaphore, runtime)
        let rateLimit = rateLimit
        func cache(isProven: Bool, capacity: Int) -> (Cache, MetadataRefresher) {
            let refresher = MetadataRefresher(
                isProven: isProven, reader: reader, settings: settings.clientMetadata, semaphore: semaphore,
                rateLimit: rateLimit, clock: runtime.clock)
            // Documents have the same grace period as key sets.
            let cache = Cache(
                refresher, capacity: capacity, negativeCapacity: 1000, grace: settings.keySets.grace,
                clock: runtime.clock,
                isNegative: { $0.client == nil })
            return (cache, refresher)
        }
        proven = cache(isProven: true, capacity: 2000)
        unproven = cache(isProven: false, capacity: 1000)
    }

    var readingCount: Int { proven.cache.refreshCount + unproven.cache.refreshCount }

    /// Saves in the background which clients have proved possession of a key, until its task is cancelled.
    func run() async {
        await proofs.run()
    }

    /// Returns the client at a URL. Waits for a fetch only if no copy is usable.
    func client(_ id: ClientID) async throws(ClientMetadataFault) -> RegisteredClient {
        let url = try ClientIDURL(id, settings)
        if let client = (proven.cache.fresh(url) ?? unproven.cache.fresh(url))?.client { return client }
        let (cache, refresher) = await proofs.containsOnceLoaded(url.text) ? proven : unproven
        let copy = await cache.copy(of: url) { refresher.isAllowed(url, known: $0) }
        guard let copy else { throw .tooMany(host: url.host) }
        guard let client = copy.client, cache.isUsable(copy) else { throw copy.fault ?? .unreadable("it is too old") }
        return client
    }

    /// Returns the cache that holds the key set of a client.
    func keySets(of id: ClientID) -> KeySetCache {
        keySets.cache(isProven: proofs.contains(id.value))
    }

    /// Returns why there was no client a moment ago, without reading anything.
    func fault(_ id: ClientID) -> ClientMetadataFault {
        do {
            let url = try ClientIDURL(id, settings)
            let cache = proofs.contains(url.text) ? proven.cache : unproven.cache
            return cache.cached(url)?.fault ?? .tooMany(host: url.host)
        } catch {
            return error
        }
    }

    /// Returns whether a rate limit has just refused documents of an identifier's host, whether or not there is such a client.
    func isRateLimited(_ id: ClientID) -> Bool {
        guard ClientIDURL.matches(id, settings), let url = try? ClientIDURL(id, settings) else { return false }
        return rateLimit.isExceeded(url, at: runtime.clock())
    }

    /// Records that a client has proved possession of a key: from now on it shares no bounds with unproven clients.
    func noteProof(of client: RegisteredClient, at now: UnixTime) {
        guard ClientIDURL.matches(client.id, settings), proofs.isDue(client.id.value, at: now),
            let url = try? ClientIDURL(client.id, settings)
        else { return }
        // A client that the operator registered under its URL is not in these caches.
        guard let record = client.attachedRecord,
            let copy = [proven, unproven].lazy.compactMap({ $0.cache.cached(url) })
                .first(where: { $0.client?.attachedRecord === record })
        else { return }
        proven.cache.insert(copy, for: url)
        if let keySetURL = client.keySetURL { keySets.promote(keySetURL) }
        proofs.record(url, at: now)
    }
}

/// The source of a cache of metadata documents, of either proven or unproven clients.
private struct MetadataRefresher: RefreshSource {
    let isProven: Bool
    let reader: any RemoteReader
    let settings: ClientMetadataSettings
    let semaphore: FetchSemaphore
    let rateLimit: HostRateLimit
    let clock: @Sendable () -> UnixTime

    /// Documents of clients that are URLs are not stored.
    func stored(_ url: ClientIDURL) async -> MetadataCopy? { nil }

    func refresh(
        _ url: ClientIDURL, known: MetadataCopy?, for reason: RefreshReason, willFetch: @Sendable () -> Void
    ) async -> MetadataCopy {
        let reading = await semaphore.withPermit(for: caller(url)) {
            await reader.read(.clientMetadata, at: url.text, etag: known?.document?.etag)
        }
        return MetadataCopy(of: url, after: reading, known, settings, at: clock(), jitter: .random(in: 0...1))
    }

    /// Returns whether a document may be read now. Refreshes of known clients are not limited.
    func isAllowed(_ url: ClientIDURL, known: MetadataCopy?) -> Bool {
        guard known?.client == nil else { return true }
        let now = clock()
        guard semaphore.hasRoom(for: caller(url)) else {
            rateLimit.recordFullQueue(of: url, at: now)
            return false
        }
        return rateLimit.admit(url, isProven: isProven, at: now)
    }

    private func caller(_ url: ClientIDURL) -> FetchCaller {
        FetchCaller(source: url.pattern, isProven: isProven)
    }
}
