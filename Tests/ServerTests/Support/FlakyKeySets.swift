import Countersign
import Store
import Synchronization

/// A key set store that counts its calls, fails on demand, and can block the next reader after its read.
final class FlakyKeySets: KeySetStore {
    private struct State {
        var failure: StoreError?
        var failureOfClaims: StoreError?
        var claims = 0
        var saves = 0
        var isHolding = false
        var held: [CheckedContinuation<Void, Never>] = []
        var reads = 0
    }

    private let store: any KeySetStore
    private let state = Mutex(State())

    init(_ store: any KeySetStore) {
        self.store = store
    }

    var reads: Int { state.withLock { $0.reads } }

    func fail(with failure: StoreError?) {
        state.withLock { $0.failure = failure }
    }

    var claims: Int { state.withLock { $0.claims } }
    var saves: Int { state.withLock { $0.saves } }

    func failOnClaims(with failure: StoreError?) {
        state.withLock { $0.failureOfClaims = failure }
    }

    func holdReaders() {
        state.withLock { $0.isHolding = true }
    }

    func waitForReader() async {
        await until { state.withLock { !$0.held.isEmpty } }
    }

    func letGo() {
        let held = state.withLock { state in
            state.isHolding = false
            defer { state.held = [] }
            return state.held
        }
        for reader in held { reader.resume() }
    }

    private func check() throws(StoreError) {
        if let failure = state.withLock({ $0.failure }) { throw failure }
    }

    func record(of url: String) async throws(StoreError) -> RemoteKeySetRecord? {
        try check()
        let record = try await store.record(of: url)
        await withCheckedContinuation { reader in
            let isHolding = state.withLock { state in
                state.reads += 1
                if state.isHolding { state.held.append(reader) }
                // Only the first reader is blocked.
                defer { state.isHolding = false }
                return state.isHolding
            }
            if !isHolding { reader.resume() }
        }
        return record
    }

    func all() async throws(StoreError) -> [RemoteKeySetRecord] {
        try check()
        return try await store.all()
    }

    func save(
        _ record: RemoteKeySetRecord, _ fetch: KeySetFetch?
    ) async throws(StoreError) -> RemoteKeySetRecord {
        try check()
        state.withLock { $0.saves += 1 }
        return try await store.save(record, fetch)
    }

    func fetches(of url: String) async throws(StoreError) -> [KeySetFetch] {
        try check()
        return try await store.fetches(of: url)
    }

    func claimRefresh(
        of url: String, for reason: RefreshReason, at now: UnixTime, lease: Duration
    ) async throws(StoreError) -> RemoteKeySetRecord? {
        try check()
        let failure = state.withLock { state in
            state.claims += 1
            return state.failureOfClaims
        }
        if let failure { throw failure }
        return try await store.claimRefresh(of: url, for: reason, at: now, lease: lease)
    }

    func urlsInUse(after url: String?, limit: Int) async throws(StoreError) -> [String] {
        try check()
        return try await store.urlsInUse(after: url, limit: limit)
    }

    func removeUnused(attemptedBefore time: UnixTime) async throws(StoreError) -> Bool {
        try check()
        return try await store.removeUnused(attemptedBefore: time)
    }
}
