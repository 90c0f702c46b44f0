import Countersign
import Synchronization

/// Clients and their prepared keys in memory: what makes a request cost no read.
///
/// A class because all requests share its memory. A hit takes one short lock and leaves neither the task nor its executor.
/// Clients that do not exist are not kept: whoever sends made-up identifiers would only push out those that do.
public final class CachedClientDirectory: ClientDirectory {
    private typealias Load = Task<Result<CachedClient?, StoreError>, Never>

    private struct State {
        var clients: GenerationalCache<ClientID, CachedClient>
        /// Reads under way, so that requests that miss together share one.
        var loads: [ClientID: Load] = [:]
        /// Counts invalidations: what was read before one is not kept after it.
        var epoch: UInt64 = 0
    }

    private let store: any ClientStore
    private let timeout: Duration
    private let clock: @Sendable () -> UnixTime
    private let state: Mutex<State>

    /// Makes an empty directory over a store.
    ///
    /// - Parameters:
    ///   - timeout: how long a client is used before it is read again.
    ///   - capacity: how many clients are kept at most.
    public init(
        store: any ClientStore, timeout: Duration = .seconds(10), capacity: Int = 5000,
        clock: @escaping @Sendable () -> UnixTime
    ) {
        self.store = store
        self.timeout = timeout
        self.clock = clock
        state = Mutex(State(clients: GenerationalCache(capacity: capacity)))
    }

    /// The client, with its keys prepared.
    public func client(_ id: ClientID) async throws(StoreUnavailable) -> RegisteredClient? {
        do {
            return try await cached(id)?.registered
        } catch {
            throw error.asUnavailable
        }
    }

    /// Forgets every client; the next request for each reads it again.
    public func invalidateAll() {
        let forgotten = state.withLock { state in
            state.epoch += 1
            state.loads = [:]
            return state.clients.removeAll()
        }
        // Keys are freed here, outside the lock.
        _ = consume forgotten
    }

    private func cached(_ id: ClientID) async throws(StoreError) -> CachedClient? {
        let now = clock()
        let known = state.withLock { state in
            state.clients[id].flatMap { $0.expiry > now && $0.loadedAt <= now ? $0 : nil }
        }
        if let known { return known }
        guard id.isRegistrable else { return nil }
        return try await load(id, at: now).value.get()
    }

    private func load(_ id: ClientID, at now: UnixTime) -> Load {
        state.withLock { state in
            if let load = state.loads[id] { return load }
            let epoch = state.epoch
            let load = Load { await self.read(id, at: now, epoch: epoch) }
            state.loads[id] = load
            return load
        }
    }

    private func read(_ id: ClientID, at now: UnixTime, epoch: UInt64) async -> Result<CachedClient?, StoreError> {
        let result: Result<CachedClient?, StoreError>
        do {
            let registration = try await store.registration(of: id)
            result = .success(registration.map { CachedClient($0, loadedAt: now, expiry: now + timeout) })
        } catch {
            result = .failure(error)
        }
        let replaced = state.withLock { state -> [ClientID: CachedClient] in
            guard state.epoch == epoch else { return [:] }
            state.loads[id] = nil
            guard case .success(let client?) = result else { return [:] }
            return state.clients.insert(client, for: id)
        }
        _ = consume replaced
        return result
    }
}

/// A client in memory. A class, so that a hit copies one reference.
private final class CachedClient: Sendable {
    let registered: RegisteredClient
    let loadedAt: UnixTime
    let expiry: UnixTime

    init(_ registration: ClientRegistration, loadedAt: UnixTime, expiry: UnixTime) {
        registered = registration.registeredClient
        self.loadedAt = loadedAt
        self.expiry = expiry
    }
}
