import Countersign
import Store
import Synchronization

/// An in-memory store of proven client URLs; refuses writes from a cancelled task, as a database does.
final class RememberedProofs: ProvenClientURLStore {
    private struct State {
        var proofs: [ClientID: UnixTime] = [:]
        var failure: StoreError?
        var writes = 0
    }

    private let state = Mutex(State())

    var ids: Set<String> { state.withLock { Set($0.proofs.keys.map(\.text)) } }
    var writes: Int { state.withLock { $0.writes } }

    func fail(with error: StoreError?) {
        state.withLock { $0.failure = error }
    }

    func all() async throws(StoreError) -> [ProvenClientURL] {
        if let failure = state.withLock({ $0.failure }) { throw failure }
        return state.withLock { $0.proofs }.map { ProvenClientURL(id: $0.key, provenAt: $0.value) }
            .sorted { $1.provenAt < $0.provenAt }
    }

    func record(
        _ proofs: [ProvenClientURL], forgetting forgotten: [ClientID]
    ) async throws(StoreError) {
        if Task.isCancelled { throw .unavailable("cancelled") }
        if let failure = state.withLock({ $0.failure }) { throw failure }
        state.withLock { state in
            state.writes += 1
            for proof in proofs { state.proofs[proof.id] = proof.provenAt }
            for id in forgotten { state.proofs[id] = nil }
        }
    }
}
