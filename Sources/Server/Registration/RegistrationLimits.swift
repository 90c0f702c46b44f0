import Caching
import Synchronization

/// The limit on open registrations from one address.
///
/// A class because all requests share it. It is kept in memory: a restart resets it. Addresses that are not public have no limit
/// of their own, because behind a reverse proxy everybody has the proxy's; the bounds of the store hold for them.
final class RegistrationLimits: Sendable {
    private let perHour: Int
    /// An evicted address starts with a full bucket; filling the cache takes more addresses than a flood needs.
    private let sources = Mutex(GenerationalCache<SignInSource, TokenBucket>(capacity: 20_000))

    init(perHour: Int) {
        self.perHour = perHour
    }

    /// How long it takes until one more registration is allowed.
    var wait: Duration { .seconds(max(1, 3600 / perHour)) }

    /// - Returns: whether one more client may be registered from an address.
    func admit(_ address: String?, at now: UnixTime) -> Bool {
        guard let source = SignInSource.of(address).first, source.isPublic else { return true }
        return sources.withLock { sources in
            var bucket = sources[source] ?? TokenBucket(capacity: perHour, perHour: perHour, at: now)
            defer { sources.insert(bucket, for: source) }
            guard bucket.has(at: now) else { return false }
            bucket.take()
            return true
        }
    }
}
