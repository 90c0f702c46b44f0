import Caching
import Synchronization

/// The limits on open registrations from one address, and on changes of one registration.
///
/// A class because all requests share it. It is kept in memory: a restart resets it. Addresses that are not public have a high
/// limit, because all callers behind a reverse proxy have its address.
final class RegistrationLimits: Sendable {
    private struct State {
        /// An evicted entry begins anew, but evicting one takes more addresses or registrations than a flood needs.
        var sources = GenerationalCache<SignInSource, TokenBucket>(capacity: 20_000)
        var changes = GenerationalCache<ClientID, TokenBucket>(capacity: 20_000)
    }

    private let perHour: Int
    private let state = Mutex(State())

    init(perHour: Int) {
        self.perHour = perHour
    }

    /// The time until one more registration is allowed.
    var registrationWait: Duration { .seconds(max(1, 3600 / perHour)) }

    /// - Returns: whether one more client may be registered from an address.
    func admitRegistration(from address: String?, at now: UnixTime) -> Bool {
        state.withLock { state in
            var buckets = SignInSource.of(address).map { source in
                let limit = perHour * source.registrationShare
                return (source, state.sources[source] ?? TokenBucket(capacity: limit, perHour: limit, at: now))
            }
            var isAdmitted = true
            for index in buckets.indices where !buckets[index].1.has(at: now) { isAdmitted = false }
            for index in buckets.indices {
                if isAdmitted { buckets[index].1.take() }
                state.sources.insert(buckets[index].1, for: buckets[index].0)
            }
            return isAdmitted
        }
    }

    /// The time until one more change is allowed.
    func changeWait(_ origin: DynamicRegistration.Origin) -> Duration { .seconds(3600 / origin.changesPerHour) }

    /// - Returns: whether a client may change its registration once more.
    func admitChange(of registration: DynamicRegistration, at now: UnixTime) -> Bool {
        let limit = registration.origin.changesPerHour
        return state.withLock { state in
            var bucket = state.changes[registration.client] ?? TokenBucket(capacity: limit, perHour: limit, at: now)
            defer { state.changes.insert(bucket, for: registration.client) }
            guard bucket.has(at: now) else { return false }
            bucket.take()
            return true
        }
    }
}

extension SignInSource {
    /// The factor by which its limit exceeds that of one address.
    fileprivate var registrationShare: Int {
        switch self {
        case .v4, .v6: 1
        case .v6Site: 5
        case .local: 50
        }
    }
}

extension DynamicRegistration.Origin {
    /// Each change empties the caches of clients on all servers.
    fileprivate var changesPerHour: Int {
        switch self {
        case .open: 10
        case .token: 100
        }
    }
}
