import Countersign
import Store
import Synchronization

/// `scopes_supported` of the metadata (RFC 8414 §2): the operator's list, or the scopes that clients can be granted.
///
/// A class because all requests share what was read from the store, which is once after each change of a client: the metadata can be
/// asked for by anybody, any number of times.
final class SupportedScopes: Sendable {
    private typealias Reading = Task<[String], Never>

    private struct State {
        /// What was read last.
        var latest: [String] = []
        /// The reading that counts, under way or done; `nil` where a client has changed since.
        var reading: Reading?
    }

    /// A list that is longer is cut; an operator with more of them chooses which to tell.
    static let maximumCount = 200

    private let configured: [String]?
    /// What clients that are URLs can be granted.
    private let granted: [String]
    private let store: any ClientStore
    private let state = Mutex(State())

    init(_ settings: ServerSettings, store: any ClientStore) {
        configured = settings.advertisedScopes
        granted = settings.clientMetadata.isEnabled ? settings.clientMetadata.scopes : []
        self.store = store
    }

    /// Notes that a client has changed.
    func invalidate() {
        state.withLock { $0.reading = nil }
    }

    /// The configured scope tokens in their order, or those of the clients in alphabetical order, without duplicates.
    func tokens() async -> [String] {
        if let configured { return configured }
        let reading = state.withLock { state in
            if let reading = state.reading { return reading }
            let reading = Reading { await read() }
            state.reading = reading
            return reading
        }
        return await reading.value
    }

    private func read() async -> [String] {
        do throws(StoreError) {
            let registered = try await store.scopes(limit: Self.maximumCount)
            let tokens = Array(Set(granted + registered).sorted().prefix(Self.maximumCount))
            state.withLock { $0.latest = tokens }
            return tokens
        } catch {
            // What was known is still the best answer, and the next request asks again.
            return state.withLock { state in
                state.reading = nil
                return state.latest
            }
        }
    }
}
