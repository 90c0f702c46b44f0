import Countersign
import Synchronization

/// Which identifiers are registered, in memory: a made-up one costs no read of its own, however many of them arrive.
///
/// Without it, strangers who make up identifiers would fill the queue of database reads, and only unknown clients would wait in it: the
/// time of an answer would tell which clients exist.
///
/// A class because all requests share it. It takes 8 bytes for each client, and is built in the background at the first need.
final class RegisteredIdentifiers: Sendable {
    private typealias Look = Task<Int64?, Never>

    /// The identifiers at one revision, as sorted digests. Two with one digest are one too many here, which costs a read and nothing else.
    private struct Snapshot: Sendable {
        let revision: Int64
        let digests: [Int]

        func contains(_ digest: Int) -> Bool {
            var (low, high) = (0, digests.count)
            while low < high {
                let middle = (low + high) / 2
                if digests[middle] < digest { low = middle + 1 } else { high = middle }
            }
            return low < digests.count && digests[low] == digest
        }
    }

    private struct State {
        var snapshot: Snapshot?
        /// The read of the revision that the next caller may join: it has not begun.
        var nextLook: Look?
        var lastLook: Look?
        var isBuilding = false
        var notBuiltBefore = ContinuousClock.Instant.now
    }

    private let store: any ClientStore
    private let state = Mutex(State())

    /// The part of the time that may be spent on building while clients change all the time.
    private static let pauseFactor = 20

    init(_ store: any ClientStore) {
        self.store = store
    }

    /// - Returns: `false` only where the identifier was not registered at some moment after the call began.
    func mayContain(_ id: ClientID) async -> Bool {
        guard let revision = await revision() else { return true }
        let known = state.withLock { $0.snapshot }
        if let known, known.revision == revision { return known.contains(Self.digest(id)) }
        build()
        return true
    }

    /// The revision of the clients, read after this call began. Calls that wait together share one read.
    private func revision() async -> Int64? {
        let look = state.withLock { state -> Look in
            if let next = state.nextLook { return next }
            let previous = state.lastLook
            let look = Look {
                _ = await previous?.value
                self.state.withLock { $0.nextLook = nil }
                return try? await self.store.revision()
            }
            (state.nextLook, state.lastLook) = (look, look)
            return look
        }
        return await look.value
    }

    private func build() {
        let mayBegin = state.withLock { state in
            guard !state.isBuilding, state.notBuiltBefore <= .now else { return false }
            state.isBuilding = true
            return true
        }
        guard mayBegin else { return }
        Task {
            let beginning = ContinuousClock.now
            let digests = Mutex<[Int]>([])
            let revision = try? await store.forEachID { id in digests.withLock { $0.append(Self.digest(id)) } }
            let snapshot = revision.map { revision in
                Snapshot(
                    revision: revision,
                    digests: digests.withLock {
                        $0.sort()
                        return $0
                    })
            }
            let duration = ContinuousClock.now - beginning
            state.withLock { state in
                if let snapshot { state.snapshot = snapshot }
                state.isBuilding = false
                state.notBuiltBefore = .now + duration * Self.pauseFactor
            }
        }
    }

    /// Keyed anew in each process, so that a caller cannot choose an identifier with another's digest.
    private static func digest(_ id: ClientID) -> Int {
        var hasher = Hasher()
        hasher.combine(id)
        return hasher.finalize()
    }
}
