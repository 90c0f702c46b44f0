import Countersign
import Synchronization

/// Clients and their prepared keys in memory: what makes a request cost no read.
///
/// A class because all requests share its memory. A hit takes one short lock, which clients share with few others, and leaves neither the task nor its executor.
/// Clients that do not exist are not kept, because made-up identifiers would push out those that do; `RegisteredIdentifiers` tells them.
package final class CachedClientDirectory: ClientDirectory {
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
    private let identifiers: RegisteredIdentifiers
    private let shards: [Shard]

    /// A part of the clients under a lock of its own, so that event loops seldom wait for each other.
    private final class Shard: Sendable {
        let state: Mutex<State>

        init(capacity: Int) {
            state = Mutex(State(clients: GenerationalCache(capacity: capacity)))
        }
    }

    private static let maximumShards = 16
    /// A smaller capacity is not worth dividing.
    private static let smallestShard = 64

    /// Makes an empty directory over a store.
    ///
    /// - Parameters:
    ///   - timeout: how long a client is used before it is read again.
    ///   - capacity: how many clients are kept at most.
    package init(
        store: any ClientStore, timeout: Duration = .seconds(10), capacity: Int = 5000,
        clock: @escaping @Sendable () -> UnixTime
    ) {
        self.store = store
        self.timeout = timeout
        self.clock = clock
        identifiers = RegisteredIdentifiers(store)
        let count = max(1, min(Self.maximumShards, capacity / Self.smallestShard))
        shards = (0..<count).map { _ in Shard(capacity: capacity / count) }
    }

    /// The client, with its keys prepared.
    package func client(_ id: ClientID) async throws(StoreUnavailable) -> RegisteredClient? {
        do {
            return try await cached(id)?.registered
        } catch {
            throw error.asUnavailable
        }
    }

    /// Forgets every client; the next request for each reads it again.
    package func invalidateAll() {
        for shard in shards {
            let forgotten = shard.state.withLock { state in
                state.epoch += 1
                state.loads = [:]
                return state.clients.removeAll()
            }
            // Keys are freed here, outside the lock.
            _ = consume forgotten
        }
    }

    /// The last bytes tell identifiers apart more often than the first ones.
    private func shard(of id: ClientID) -> Shard {
        guard shards.count > 1 else { return shards[0] }
        let sum = id.value.text.utf8.suffix(8).reduce(into: UInt(0)) { $0 = $0 &* 31 &+ UInt($1) }
        return shards[Int(sum % UInt(shards.count))]
    }

    private func cached(_ id: ClientID) async throws(StoreError) -> CachedClient? {
        let now = clock()
        let known = shard(of: id).state.withLock { state in
            state.clients[id].flatMap { $0.expiry > now && $0.loadedAt <= now ? $0 : nil }
        }
        if let known { return known }
        guard id.isRegistrable, await identifiers.mayContain(id) else { return nil }
        return try await load(id, at: now).value.get()
    }

    private func load(_ id: ClientID, at now: UnixTime) -> Load {
        shard(of: id).state.withLock { state in
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
        let replaced = shard(of: id).state.withLock { state -> [ClientID: CachedClient] in
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
