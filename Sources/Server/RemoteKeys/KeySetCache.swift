import Countersign
import Store

/// The key sets at clients' URLs (rule 13), their keys prepared: what requests ask.
struct KeySetCache: Sendable {
    /// The answer to a request for a key that the set does not have.
    enum EarlyRefresh {
        /// The keys known now, whether they are new or not.
        case keys([ClientKey])
        case unavailable(reason: String)
    }

    private let copies: RefreshedCache<KeySetRefresher>

    /// An empty cache; nothing is read yet.
    init(_ refresher: KeySetRefresher, _ settings: KeySetSettings) {
        copies = RefreshedCache(
            refresher, capacity: settings.capacity, grace: settings.grace, coolDown: settings.coolDown,
            clock: refresher.runtime.clock)
    }

    /// The number of refreshes under way.
    var refreshCount: Int { copies.refreshCount }

    /// The keys of a set that may be used now: none if the set could not be read, or its grace is over.
    ///
    /// Waits for a fetch only if there is no copy to use meanwhile.
    ///
    /// - Throws: if the store would have to be read and cannot be.
    func keys(at url: ExactString) async throws(StoreUnavailable) -> [ClientKey] {
        if let copy = copies.fresh(url) { return copy.keys }
        do {
            guard let copy = try await copies.copy(of: url), copies.isUsable(copy) else { return [] }
            return copy.keys
        } catch {
            throw error.asUnavailable
        }
    }

    /// When the cached set was received, or last confirmed.
    func readAt(_ url: ExactString) -> UnixTime? {
        copies.cached(url)?.freshness.receivedAt
    }

    /// Reads a set again because of an unknown key.
    ///
    /// - Throws: if the store would have to be read and cannot be.
    func refreshEarly(_ url: ExactString) async throws(StoreUnavailable) -> EarlyRefresh {
        let copy: KeySetCopy?
        do {
            copy = try await copies.refreshEarly(url) { !$0.hasSameKeys(as: $1) }
        } catch {
            throw error.asUnavailable
        }
        if let problem = copy?.freshness.problem { return .unavailable(reason: problem) }
        guard let copy, copies.isUsable(copy) else {
            return .unavailable(reason: "the key set is being read elsewhere")
        }
        return .keys(copy.keys)
    }

    /// Reads a set again because its time has come.
    func refresh(_ url: ExactString) async throws(StoreError) {
        _ = try await copies.refresh(url)
    }
}
