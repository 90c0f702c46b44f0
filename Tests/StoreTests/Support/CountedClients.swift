import Countersign
import Store
import Synchronization

/// An in-memory client store that counts reads and can block readers.
final class CountedClients: ClientStore {
    private struct State {
        var clients: [ClientID: ClientRecord] = [:]
        var reads = 0
        var revision: Int64 = 0
        var error: StoreError?
        var isHeld = false
        var held: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    init(_ clients: ClientRecord...) {
        for client in clients { set(client) }
    }

    var reads: Int { state.withLock { $0.reads } }

    func set(_ client: ClientRecord) {
        state.withLock { state in
            state.clients[client.id] = client
            state.revision += 1
        }
    }

    func fail(with error: StoreError?) {
        state.withLock { $0.error = error }
    }

    /// Blocks readers after their read.
    func hold() {
        state.withLock { $0.isHeld = true }
    }

    /// Waits until at least `count` readers are blocked.
    func waitForReaders(_ count: Int) async {
        while state.withLock({ $0.held.count }) < count { await Task.yield() }
    }

    func letGo() {
        let held = state.withLock { state in
            state.isHeld = false
            defer { state.held = [] }
            return state.held
        }
        for reader in held { reader.resume() }
    }

    func registration(of id: ClientID) async throws(StoreError) -> ClientRegistration? {
        let (client, error) = state.withLock { state in
            state.reads += 1
            return (state.clients[id], state.error)
        }
        await withCheckedContinuation { reader in
            let mustWait = state.withLock { state in
                if state.isHeld { state.held.append(reader) }
                return state.isHeld
            }
            if !mustWait { reader.resume() }
        }
        if let error { throw error }
        return client.map { ClientRegistration(client: $0, keys: []) }
    }

    func revision() async throws(StoreError) -> Int64 {
        try state.withLock { state throws(StoreError) in
            if let error = state.error { throw error }
            return state.revision
        }
    }

    func forEachID(_ body: @escaping @Sendable (ClientID) -> Void) async throws(StoreError) -> Int64 {
        let (ids, revision) = state.withLock { (Array($0.clients.keys), $0.revision) }
        ids.forEach(body)
        return revision
    }

    func add(_ registrations: [ClientRegistration]) async throws(StoreError) { throw .unavailable("") }
    func ids(ignoringCaseOf id: ExactString) async throws(StoreError) -> [ClientID] { [] }
    func page(after id: ClientID?, limit: Int) async throws(StoreError) -> [ClientRecord] { [] }
    func search(
        _ filter: ClientFilter, at position: PagePosition, limit: Int
    ) async throws(StoreError) -> FoundPage<FoundClient> {
        FoundPage(items: [], hasPrevious: false, hasNext: false, count: FoundCount(0))
    }
    func scopes(limit: Int) async throws(StoreError) -> [String] { [] }
    func change<Refusal: Error>(
        _ id: ClientID,
        _ decide: @escaping @Sendable (ClientRegistration) throws(Refusal) -> (client: ClientRecord, keys: [KeyRecord])?
    ) async throws(StoreError) -> Result<ClientRegistration, Refusal> { throw .unavailable("") }
    func setEnabled(_ isEnabled: Bool, _ id: ClientID, at now: UnixTime) async throws(StoreError) {
        throw .unavailable("")
    }
    func remove(_ id: ClientID) async throws(StoreError) { throw .unavailable("") }
    func watch(_ changed: @escaping @Sendable () -> Void) async {}
}
