import Synchronization

/// An in-memory set of registered identifiers: unknown identifiers cause no database read of their own.
///
/// Otherwise made-up identifiers would fill the queue of database reads, and only unknown clients would wait in it, so that
/// response times would reveal which clients exist.
///
/// A class because all requests share it. It takes 8 bytes per client, and is built in the background when it is first needed.
final class RegisteredIdentifiers: Sendable {
    private typealias RevisionRead = Task<Int64?, Never>

    /// The identifiers at one revision, as sorted digests. A digest collision costs one unnecessary read.
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
        /// A read that has not begun, so that callers may join it.
        var nextRead: RevisionRead?
        var lastRead: RevisionRead?
        var isBuilding = false
        var notBuiltBefore = ContinuousClock.Instant.now
    }

    private let store: any ClientStore
    private let state = Mutex(State())

    /// The pause after building, as a multiple of the time it took, while clients keep changing.
    private static let pauseFactor = 20

    init(_ store: any ClientStore) {
        self.store = store
    }

    /// - Returns: `false` only if the identifier was not registered at some moment after the call began.
    func mayContain(_ id: ClientID) async -> Bool {
        guard let revision = await revision() else { return true }
        let known = state.withLock { $0.snapshot }
        if let known, known.revision == revision { return known.contains(Self.digest(id)) }
        build()
        return true
    }

    /// The revision of the clients, read after this call began. Callers that wait together share one read.
    private func revision() async -> Int64? {
        let read = state.withLock { state -> RevisionRead in
            if let next = state.nextRead { return next }
            let previous = state.lastRead
            let read = RevisionRead {
                _ = await previous?.value
                self.state.withLock { $0.nextRead = nil }
                return try? await self.store.revision()
            }
            (state.nextRead, state.lastRead) = (read, read)
            return read
        }
        return await read.value
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
            let snapshot = revision.map { Snapshot(revision: $0, digests: digests.withLock { $0.sorted() }) }
            let duration = ContinuousClock.now - beginning
            state.withLock { state in
                if let snapshot { state.snapshot = snapshot }
                state.isBuilding = false
                state.notBuiltBefore = .now + duration * Self.pauseFactor
            }
        }
    }

    /// Keyed per process, so that a caller cannot choose an identifier with the digest of another.
    private static func digest(_ id: ClientID) -> Int {
        var hasher = Hasher()
        hasher.combine(id)
        return hasher.finalize()
    }
}
