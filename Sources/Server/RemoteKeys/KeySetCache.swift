/// A cache of the key sets at clients' URLs (rule 13), with prepared keys.
struct KeySetCache: Sendable {
    private let copies: RefreshedCache<KeySetRefresher>

    init(_ refresher: KeySetRefresher, _ settings: KeySetSettings) {
        copies = RefreshedCache(
            refresher, capacity: settings.capacity, grace: settings.grace, coolDown: settings.coolDown,
            clock: refresher.runtime.clock)
    }

    /// Returns a cache for clients that registered themselves without the operator.
    static func ofStrangers(
        _ reader: any RemoteReader, _ semaphore: FetchSemaphore, _ settings: KeySetSettings,
        rateLimit: HostRateLimit = HostRateLimit(), _ runtime: Runtime
    ) -> KeySetCache {
        var settings = settings
        settings.capacity = min(settings.capacity, 1000)
        let refresher = KeySetRefresher(
            reader: reader, document: .keySetOfClientURL, grace: settings.grace, semaphore: semaphore,
            origin: FetchOrigin.stranger, rateLimit: rateLimit, runtime: runtime)
        return KeySetCache(refresher, settings)
    }

    var usage: CacheUsage { copies.usage }

    var refreshCount: Int { copies.refreshCount }

    /// Returns the keys of a set that may be used now: none if the set could not be read, may not be read now, or its
    /// grace period has ended.
    ///
    /// Waits for a fetch only if no copy is usable. Throws if the store is needed and unavailable.
    func keys(at url: ExactString) async throws(StoreUnavailable) -> [ClientKey] {
        if let copy = copies.fresh(url) { return copy.keys }
        do {
            guard let copy = try await copies.copy(of: url), copies.isUsable(copy) else { return [] }
            return copy.keys
        } catch {
            throw error.asUnavailable
        }
    }

    /// Returns when the cached set was received or last confirmed.
    func readAt(_ url: ExactString) -> UnixTime? {
        copies.cached(url)?.freshness.receivedAt
    }

    /// Reads a client's set again because of an unknown key, and returns the client with its current keys, whether they are new or not.
    /// Throws if the store is needed and unavailable.
    func refreshEarly(_ url: ExactString, of client: RegisteredClient) async throws(StoreUnavailable) -> KeySetRefresh {
        do {
            let copy = try await copies.refreshEarly(url) { !$0.hasSameKeys(as: $1) }
            if let problem = copy?.freshness.problem { return .unavailable(reason: problem) }
            guard let copy, copies.isUsable(copy) else {
                return .unavailable(reason: "the key set is being read elsewhere")
            }
            return .refreshed(client.with(keys: copy.keys))
        } catch {
            throw error.asUnavailable
        }
    }

    /// Reads a set again that is due.
    func refresh(_ url: ExactString) async throws(StoreError) {
        _ = try await copies.refresh(url)
    }

    /// Copies a set to another cache, unless that one has a copy.
    func share(_ url: ExactString, with other: KeySetCache) {
        guard other.copies.cached(url) == nil, let copy = copies.cached(url) else { return }
        other.copies.insert(copy, for: url)
    }
}
