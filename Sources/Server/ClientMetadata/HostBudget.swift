import Countersign
import Store
import Synchronization

/// How many documents may be read for the first time: made-up identifiers on an allowed host cause few fetches.
///
/// Each host has its budget, and so has each entry of the list of allowed hosts: `*.example.com` allows any number of hosts, and
/// the owner of the domain can make them up. Clients that have proved a key have a budget of their own, which made-up identifiers do
/// not touch. A class because all requests share it.
final class HostBudget: Sendable {
    /// What was used up.
    private enum Shortage {
        case ofHost
        case ofPattern
    }

    /// What one kind of client may spend.
    private struct Allowance {
        let ofHost: Int
        let ofPattern: Int
        /// A host that is pushed out has been idle for longer than its bucket takes to fill: a pattern lets in too few new ones.
        var hosts = GenerationalCache<String, TokenBucket>(capacity: 20_000)
        var patterns: [String: TokenBucket] = [:]

        /// - Returns: what kept the fetch from being allowed, or `nil`.
        mutating func spend(on url: ClientIDURL, at now: UnixTime) -> Shortage? {
            var pattern = patterns[url.pattern] ?? TokenBucket(capacity: ofPattern, at: now)
            pattern.fill(at: now)
            defer { patterns[url.pattern] = pattern }
            guard pattern.hasToken else { return .ofPattern }
            var host = hosts[url.host] ?? TokenBucket(capacity: ofHost, at: now)
            host.fill(at: now)
            defer { hosts.insert(host, for: url.host) }
            guard host.hasToken else { return .ofHost }
            host.take()
            pattern.take()
            return nil
        }
    }

    private struct State {
        var unproven = Allowance(ofHost: 60, ofPattern: 600)
        var proven = Allowance(ofHost: 600, ofPattern: 6000)
        /// When a document was last not read for want of a budget.
        var shortHosts = GenerationalCache<String, UnixTime>(capacity: 20_000)
        var shortPatterns: [String: UnixTime] = [:]
    }

    /// How long a shortage is told after a refusal: longer than it takes to answer the request that was refused.
    private static let memory: Duration = .seconds(2)

    private let state = Mutex(State())

    /// - Returns: whether one more document may be read.
    func spend(on url: ClientIDURL, isProven: Bool, at now: UnixTime) -> Bool {
        state.withLock { state in
            switch isProven ? state.proven.spend(on: url, at: now) : state.unproven.spend(on: url, at: now) {
            case nil: return true
            case .ofHost: state.shortHosts.insert(now, for: url.host)
            case .ofPattern: state.shortPatterns[url.pattern] = now
            }
            return false
        }
    }

    /// Notes that a document was not read because too many others of its source wait for their turn.
    func noteQueue(of url: ClientIDURL, at now: UnixTime) {
        state.withLock { $0.shortPatterns[url.pattern] = now }
    }

    /// Whether a document of the host may not have been read a moment ago for want of a budget. It does not depend on which.
    func isShort(_ url: ClientIDURL, at now: UnixTime) -> Bool {
        let times = state.withLock { [$0.shortHosts[url.host], $0.shortPatterns[url.pattern]] }
        return times.contains { $0.map { $0 <= now && now < $0 + Self.memory } ?? false }
    }
}
