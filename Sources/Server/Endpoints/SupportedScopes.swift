import Caching
import Synchronization

/// `scopes_supported` of the metadata (RFC 8414 §2): the operator's list, or the scopes that clients can be granted.
///
/// A class because all requests share the scopes read from the store: once after each change of a client, because metadata requests
/// are unauthenticated and not rate-limited.
final class SupportedScopes: Sendable {
    /// Longer lists are truncated; an operator with more scopes configures which are advertised.
    static let maximumCount = 200

    private let configured: [String]?
    /// The scopes of clients that come by themselves: those that are URLs, and those that register themselves.
    private let granted: [String]
    private let store: any ClientStore
    /// Has one key.
    private let cache = SharedCache<Int, [String], StoreError>(capacity: 2)
    /// The result of the last successful read.
    private let latest = Mutex<[String]>([])

    init(_ settings: ServerSettings, store: any ClientStore) {
        configured = settings.advertisedScopes
        // The standard scopes are listed like others, because some clients ask for everything that is.
        granted = AdminScope.removed(
            from: (settings.clientMetadata.isEnabled ? settings.clientMetadata.scopes : [])
                + (settings.registration.mode == .off ? [] : settings.registration.scopes))
        self.store = store
    }

    /// Makes the next request read the scopes again, after a client has changed.
    func invalidate() {
        cache.invalidateAll()
    }

    /// Returns the configured scope tokens in their order, or those of the clients in alphabetical order, without duplicates.
    func tokens() async -> [String] {
        if let tokens = configured ?? cache.value(for: 0) { return tokens }
        do {
            return try await cache.load(0) { [self] () async throws(StoreError) in
                // A client that asks for everything listed here must not ask for the admin API.
                let registered = AdminScope.removed(from: try await store.scopes(limit: Self.maximumCount))
                // The standard ones come first, so that they are never cut off.
                let others = Set(registered).subtracting(granted).sorted()
                let tokens = (Set(granted).sorted() + others).prefix(Self.maximumCount).sorted()
                latest.withLock { $0 = tokens }
                return tokens
            }
        } catch {
            // The last known scopes are the best answer; the next request tries again.
            return latest.withLock { $0 }
        }
    }
}
