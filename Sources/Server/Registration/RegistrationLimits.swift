import Caching
import Synchronization

/// The limits on open registrations from one address, and on changes of one registration.
///
/// A class because all requests share it. It is kept in memory: a restart resets it. Addresses that are not public have a high
/// limit, because all callers behind a reverse proxy have its address.
final class RegistrationLimits: Sendable {
    private typealias Sources = GenerationalCache<SignInSource, TokenBucket>

    /// How many requests are read for each one that may register or change a client: metadata costs work also if it is refused.
    static let requestsPerChange = 10

    private struct State {
        /// An evicted entry begins anew, but evicting one takes more addresses or registrations than a flood needs.
        var requests = Sources(capacity: 20_000)
        var registrations = Sources(capacity: 20_000)
        var changeRequests: [DynamicRegistration.Origin: TokenBuckets<ClientID>] = [:]
        var changes: [DynamicRegistration.Origin: TokenBuckets<ClientID>] = [:]
    }

    private let perHour: Int
    private let state: Mutex<State>

    init(perHour: Int) {
        self.perHour = perHour
        var state = State()
        for origin in [DynamicRegistration.Origin.open, .token] {
            func buckets(_ perHour: Int) -> TokenBuckets<ClientID> { TokenBuckets(atOnce: perHour, perHour: perHour) }
            state.changes[origin] = buckets(origin.changesPerHour)
            state.changeRequests[origin] = buckets(origin.changesPerHour * Self.requestsPerChange)
        }
        self.state = Mutex(state)
    }

    /// The time until one more registration is allowed.
    var registrationWait: Duration { .seconds(max(1, 3600 / perHour)) }

    /// - Returns: whether the metadata of one more client may be read from an address.
    func admitRequest(from address: String?, at now: UnixTime) -> Bool {
        state.withLock { admit(&$0.requests, from: address, perHour * Self.requestsPerChange, at: now) }
    }

    /// - Returns: whether one more client may be registered from an address.
    func admitRegistration(from address: String?, at now: UnixTime) -> Bool {
        state.withLock { admit(&$0.registrations, from: address, perHour, at: now) }
    }

    private func admit(_ sources: inout Sources, from address: String?, _ perHour: Int, at now: UnixTime) -> Bool {
        var buckets = SignInSource.of(address).map { source in
            let limit = perHour * source.registrationShare
            return (source, sources[source] ?? TokenBucket(capacity: limit, perHour: limit, at: now))
        }
        var isAdmitted = true
        for index in buckets.indices where !buckets[index].1.has(at: now) { isAdmitted = false }
        for index in buckets.indices {
            if isAdmitted { buckets[index].1.take() }
            sources.insert(buckets[index].1, for: buckets[index].0)
        }
        return isAdmitted
    }

    /// The time until one more change is allowed.
    func changeWait(_ origin: DynamicRegistration.Origin) -> Duration { .seconds(3600 / origin.changesPerHour) }

    /// - Returns: whether the metadata for one more change of a registration may be read.
    func admitChangeRequest(of registration: DynamicRegistration, at now: UnixTime) -> Bool {
        state.withLock { $0.changeRequests[registration.origin]?.take(for: registration.client, at: now) ?? false }
    }

    /// - Returns: whether a client may change its registration once more.
    func admitChange(of registration: DynamicRegistration, at now: UnixTime) -> Bool {
        state.withLock { $0.changes[registration.origin]?.take(for: registration.client, at: now) ?? false }
    }
}

extension SignInSource {
    /// The factor by which its limit exceeds that of one address.
    fileprivate var registrationShare: Int {
        switch self {
        case .v4, .v6: 1
        case .v6Site: 5
        case .local, .unknown: 50
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
