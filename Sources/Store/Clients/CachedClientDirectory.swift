import Caching

/// A cache of clients and their prepared keys over a store: a request of a cached client reads nothing from the store.
///
/// A class because all requests share it. Unknown clients are not cached, because made-up identifiers would evict real ones;
/// `RegisteredIdentifiers` recognizes them instead.
package final class CachedClientDirectory: ClientDirectory {
    /// A cached client. A class, so that a hit copies one reference.
    private final class Entry: Sendable {
        let client: RegisteredClient
        let loadedAt: UnixTime
        let expiry: UnixTime

        init(_ registration: ClientRegistration, loadedAt: UnixTime, expiry: UnixTime) {
            client = registration.registeredClient
            self.loadedAt = loadedAt
            self.expiry = expiry
        }
    }

    private let store: any ClientStore
    private let timeout: Duration
    private let clock: @Sendable () -> UnixTime
    private let identifiers: RegisteredIdentifiers
    private let entries: SharedCache<ClientID, Entry?, StoreError>

    /// - Parameters:
    ///   - timeout: how long an entry is used before it is read again.
    ///   - capacity: the most clients cached.
    package init(
        store: any ClientStore, timeout: Duration = .seconds(10), capacity: Int = 5000,
        clock: @escaping @Sendable () -> UnixTime
    ) {
        self.store = store
        self.timeout = timeout
        self.clock = clock
        identifiers = RegisteredIdentifiers(store)
        entries = SharedCache(capacity: capacity, isNegative: { $0 == nil })
    }

    /// Returns a client with its keys prepared.
    package func client(_ id: ClientID) async throws(StoreUnavailable) -> RegisteredClient? {
        let now = clock()
        let cached = entries.value(for: id) { entry in entry.map { $0.expiry > now && $0.loadedAt <= now } ?? false }
        if let entry = cached ?? nil { return entry.client }
        guard id.isRegistrable, await identifiers.mayContain(id) else { return nil }
        do {
            return try await entries.load(id) { [store, timeout] () async throws(StoreError) in
                try await store.registration(of: id).map { Entry($0, loadedAt: now, expiry: now + timeout) }
            }?.client
        } catch {
            throw error.asUnavailable
        }
    }

    /// The number of clients that were found in the cache, and of callers that had theirs read.
    package var usage: (hits: UInt64, misses: UInt64) { entries.usage }

    /// Removes every client; the next request of each reads it again.
    package func invalidateAll() {
        entries.invalidateAll()
    }
}
