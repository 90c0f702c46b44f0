import Caching
import Countersign
import Synchronization

/// The rate limit for metadata documents of unknown clients: made-up identifiers on an allowed host cause few fetches.
///
/// Each host has a limit, and so has each entry of the list of allowed hosts: `*.example.com` allows any number of hosts, and the
/// owner of the domain can make them up. Clients that have proved a key have limits of their own. A class because all requests
/// share it.
final class HostRateLimit: Sendable {
    /// The limit that was exceeded.
    private enum Exceeded {
        case host
        case pattern
    }

    /// The limits of one kind of client, in documents per minute.
    private struct Limits {
        let perHost: Int
        let perPattern: Int
        /// An evicted host has been idle for longer than its bucket takes to fill: the pattern's limit admits too few new ones.
        var hosts = GenerationalCache<String, TokenBucket>(capacity: 20_000)
        var patterns: [String: TokenBucket] = [:]

        /// - Returns: `nil` if the document may be read.
        mutating func take(for url: ClientIDURL, at now: UnixTime) -> Exceeded? {
            var pattern = patterns[url.pattern] ?? TokenBucket(capacity: perPattern, at: now)
            pattern.fill(at: now)
            defer { patterns[url.pattern] = pattern }
            guard pattern.hasToken else { return .pattern }
            var host = hosts[url.host] ?? TokenBucket(capacity: perHost, at: now)
            host.fill(at: now)
            defer { hosts.insert(host, for: url.host) }
            guard host.hasToken else { return .host }
            host.take()
            pattern.take()
            return nil
        }
    }

    private struct State {
        var unproven = Limits(perHost: 60, perPattern: 600)
        var proven = Limits(perHost: 600, perPattern: 6000)
        /// The times of the last refusals.
        var exceededHosts = GenerationalCache<String, UnixTime>(capacity: 20_000)
        var exceededPatterns: [String: UnixTime] = [:]
    }

    /// How long a refusal is remembered: longer than it takes to answer the refused request.
    private static let memory: Duration = .seconds(2)

    private let state = Mutex(State())

    /// - Returns: whether one more document may be read.
    func admit(_ url: ClientIDURL, isProven: Bool, at now: UnixTime) -> Bool {
        state.withLock { state in
            switch isProven ? state.proven.take(for: url, at: now) : state.unproven.take(for: url, at: now) {
            case nil: return true
            case .host: state.exceededHosts.insert(now, for: url.host)
            case .pattern: state.exceededPatterns[url.pattern] = now
            }
            return false
        }
    }

    /// Records that a document was not read because too many of the same source are waiting for a permit.
    func recordFullQueue(of url: ClientIDURL, at now: UnixTime) {
        state.withLock { $0.exceededPatterns[url.pattern] = now }
    }

    /// Whether a document of this host was refused within the last two seconds. It does not depend on which document.
    func isExceeded(_ url: ClientIDURL, at now: UnixTime) -> Bool {
        let times = state.withLock { [$0.exceededHosts[url.host], $0.exceededPatterns[url.pattern]] }
        return times.contains { $0.map { $0 <= now && now < $0 + Self.memory } ?? false }
    }
}

/// A token bucket: `capacity` tokens at once, refilled evenly at `capacity` per minute.
private struct TokenBucket {
    private let capacity: Int
    private var tokens: Double
    private var filledAt: UnixTime

    /// A full bucket.
    init(capacity: Int, at now: UnixTime) {
        self.capacity = capacity
        tokens = Double(capacity)
        filledAt = now
    }

    /// Adds the tokens since the last refill. A clock that was set back adds none and removes none.
    mutating func fill(at now: UnixTime) {
        let elapsed = max(0, (now - filledAt).milliseconds)
        tokens = min(Double(capacity), tokens + Double(elapsed) * Double(capacity) / 60_000)
        filledAt = now
    }

    var hasToken: Bool { tokens >= 1 }

    mutating func take() {
        tokens -= 1
    }
}
