import Caching
import Synchronization

/// The rate limit for documents of unknown clients: made-up identifiers on an allowed host, and clients that anybody may register, cause
/// few fetches.
///
/// Each host has a limit, and so has each entry of the list of allowed hosts: `*.example.com` allows any number of hosts, and the
/// owner of the domain can invent them. Proven clients have separate limits. A class because all requests share it.
final class HostRateLimit: Sendable {
    /// The limits of one kind of client, in documents per minute.
    private struct Limits {
        let perHost: Int
        let perPattern: Int
        /// An evicted host has been idle for longer than its bucket takes to fill: the pattern's limit admits too few new hosts for less.
        var hosts = GenerationalCache<String, TokenBucket>(capacity: 20_000)
        var patterns: [String: TokenBucket] = [:]

        mutating func take(for name: String, of entry: String, at now: UnixTime) -> Bool {
            var pattern = patterns[entry] ?? .perMinute(perPattern, at: now)
            defer { patterns[entry] = pattern }
            guard pattern.has(at: now) else { return false }
            var host = hosts[name] ?? .perMinute(perHost, at: now)
            defer { hosts.insert(host, for: name) }
            guard host.has(at: now) else { return false }
            host.take()
            pattern.take()
            return true
        }
    }

    /// How long a refusal is remembered: longer than it takes to answer the refused request.
    private static let rememberedFor: Duration = .seconds(2)

    private let state = Mutex(
        ByProof { $0 ? Limits(perHost: 600, perPattern: 6000) : Limits(perHost: 60, perPattern: 600) })

    /// - Returns: whether one more document may be read.
    func admit(_ url: ClientIDURL, isProven: Bool, at now: UnixTime) -> Bool {
        state.withLock { state in
            isProven
                ? state.proven.take(for: url.host, of: url.pattern, at: now)
                : state.unproven.take(for: url.host, of: url.pattern, at: now)
        }
    }

    /// - Returns: whether one more document of an unapproved client may be read. The hosts of all such clients also share one limit.
    func admit(stranger host: String, at now: UnixTime) -> Bool {
        state.withLock { $0.unproven.take(for: host, of: "*", at: now) }
    }

    /// Records that a document was not read because too many fetches from its source are waiting for a permit.
    func recordFullQueue(of url: ClientIDURL, at now: UnixTime) {
        state.withLock { state in
            let capacity = state.unproven.perPattern
            state.unproven.patterns[url.pattern, default: .perMinute(capacity, at: now)].refusedAt = now
        }
    }

    /// Returns whether any document of this host was refused within the last two seconds.
    func isExceeded(_ url: ClientIDURL, at now: UnixTime) -> Bool {
        let buckets = state.withLock { state in
            [
                state.unproven.hosts[url.host], state.unproven.patterns[url.pattern],
                state.proven.hosts[url.host], state.proven.patterns[url.pattern],
            ]
        }
        return buckets.contains { $0?.refusedAt.map { $0 <= now && now < $0 + Self.rememberedFor } ?? false }
    }
}

extension TokenBucket {
    fileprivate static func perMinute(_ capacity: Int, at now: UnixTime) -> TokenBucket {
        TokenBucket(capacity: capacity, perSecond: capacity / 60, at: now)
    }
}
