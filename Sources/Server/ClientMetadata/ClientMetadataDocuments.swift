/// The clients that are URLs: their metadata documents are fetched, checked and cached within bounds.
///
/// Proven clients, unproven clients and unavailable documents have separate bounds, so that made-up identifiers evict no real client.
struct ClientMetadataDocuments: Sendable {
    private typealias Cache = RefreshedCache<MetadataRefresher>

    let settings: ClientMetadataSettings
    let proofs: ProvenClientURLs
    private let rateLimit = HostRateLimit()
    private let runtime: Runtime
    private let caches: ByProof<Cache>
    private let keySets: ByProof<KeySetCache>

    private static let keySetCapacity = 1000

    /// - Parameters:
    ///   - store: records which clients have proved possession of a key.
    ///   - algorithms: those that this server signs with.
    init(
        store: any ProvenClientURLStore, reader: any RemoteReader, _ settings: ServerSettings,
        algorithms: [SignatureAlgorithm], _ runtime: Runtime
    ) {
        self.settings = settings.clientMetadata
        self.runtime = runtime
        let semaphore = FetchSemaphore(.clientURLs)
        proofs = ProvenClientURLs(store: store, settings.clientMetadata, runtime)
        let rateLimit = rateLimit
        caches = ByProof { isProven in
            let refresher = MetadataRefresher(
                isProven: isProven, reader: reader, settings: settings.clientMetadata, algorithms: algorithms,
                semaphore: semaphore, rateLimit: rateLimit, clock: runtime.clock)
            // Documents have the same grace period as key sets.
            return Cache(
                refresher, capacity: isProven ? 2000 : 1000, negativeCapacity: 1000, grace: settings.keySets.grace,
                clock: runtime.clock, isNegative: { $0.client == nil })
        }
        var keySetSettings = settings.keySets
        keySetSettings.capacity = min(keySetSettings.capacity, Self.keySetCapacity)
        keySets = ByProof { isProven in
            let refresher = KeySetRefresher(
                reader: reader, document: .keySetOfClientURL, grace: keySetSettings.grace, semaphore: semaphore,
                origin: { .clientURL($0, settings.clientMetadata, isProven: isProven) }, runtime: runtime)
            return KeySetCache(refresher, keySetSettings)
        }
    }

    var usage: CacheUsage {
        { [proven = caches.proven.usage, unproven = caches.unproven.usage] in
            (proven().hits + unproven().hits, proven().misses + unproven().misses)
        }
    }

    var readingCount: Int { caches.proven.refreshCount + caches.unproven.refreshCount }

    /// Returns the client at a URL. Waits for a fetch only if no copy is usable.
    func client(_ id: ClientID) async throws(ClientMetadataFault) -> RegisteredClient {
        let url = try ClientIDURL(id, settings)
        if let client = (caches.proven.fresh(url) ?? caches.unproven.fresh(url))?.client { return client }
        let cache = caches[await proofs.containsAfterLoading(url.text)]
        let copy = await cache.copy(of: url) { cache.source.isAllowed(url, known: $0) }
        guard let copy else { throw .rateLimited(host: url.host) }
        guard let client = copy.client, cache.isUsable(copy) else { throw copy.fault ?? .unreadable("it is too old") }
        return client
    }

    /// Returns the cache that holds the key set of a client.
    func keySets(of id: ClientID) -> KeySetCache {
        keySets[proofs.contains(id.value)]
    }

    /// Returns why there was no client a moment ago, without reading anything.
    func fault(_ id: ClientID) -> ClientMetadataFault {
        do {
            let url = try ClientIDURL(id, settings)
            return caches[proofs.contains(url.text)].cached(url)?.fault ?? .rateLimited(host: url.host)
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
    func recordProof(of client: RegisteredClient, at now: UnixTime) {
        guard ClientIDURL.matches(client.id, settings), proofs.isDue(client.id.value, at: now),
            let url = try? ClientIDURL(client.id, settings)
        else { return }
        // A client that the operator registered under its URL is not in these caches.
        guard let record = client.attachedRecord,
            let copy = [caches.proven, caches.unproven].lazy.compactMap({ $0.cached(url) })
                .first(where: { $0.client?.attachedRecord === record })
        else { return }
        caches.proven.insert(copy, for: url)
        if let keySetURL = client.keySetURL { keySets.unproven.share(keySetURL, with: keySets.proven) }
        proofs.record(url, at: now)
    }
}

/// A value for proven clients and one for unproven clients.
struct ByProof<Value: Sendable>: Sendable {
    var proven: Value
    var unproven: Value

    init(_ make: (_ isProven: Bool) -> Value) {
        proven = make(true)
        unproven = make(false)
    }

    subscript(isProven: Bool) -> Value { isProven ? proven : unproven }
}

/// The source of a cache of metadata documents, of either proven or unproven clients.
private struct MetadataRefresher: RefreshSource {
    let isProven: Bool
    let reader: any RemoteReader
    let settings: ClientMetadataSettings
    let algorithms: [SignatureAlgorithm]
    let semaphore: FetchSemaphore
    let rateLimit: HostRateLimit
    let clock: @Sendable () -> UnixTime

    /// Documents of clients that are URLs are not stored.
    func stored(_ url: ClientIDURL) async -> MetadataCopy? { nil }

    func refresh(
        _ url: ClientIDURL, known: MetadataCopy?, for reason: RefreshReason, willFetch: @Sendable () -> Void
    ) async -> MetadataCopy {
        let result = await semaphore.withPermit(for: origin(url)) {
            await reader.read(.clientMetadata, at: url.text, etag: known?.document?.etag)
        }
        return MetadataCopy(
            of: url, after: result, known, settings, algorithms: algorithms, at: clock(), jitter: .random(in: 0...1))
    }

    /// Returns whether a document may be read now. Refreshes of known clients are not limited.
    func isAllowed(_ url: ClientIDURL, known: MetadataCopy?) -> Bool {
        guard known?.client == nil else { return true }
        let now = clock()
        guard semaphore.hasRoom(for: origin(url)) else {
            rateLimit.recordFullQueue(of: url, at: now)
            return false
        }
        return rateLimit.admit(url, isProven: isProven, at: now)
    }

    private func origin(_ url: ClientIDURL) -> FetchOrigin {
        FetchOrigin(source: url.pattern, isProven: isProven)
    }
}
