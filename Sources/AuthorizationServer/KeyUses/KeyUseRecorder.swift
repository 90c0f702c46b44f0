import Countersign
import CountersignStore
import Synchronization

/// Notes which key each request was proved with, and writes it down now and then: when a key was last used is for people.
///
/// A class because all requests share it. A request pays one short lock; the store is written to in the background, and what is
/// noted between two writes is lost with the process.
final class KeyUseRecorder: Sendable {
    private struct Key: Hashable {
        let client: ClientID
        let thumbprint: String
    }

    /// More keys than this in one interval are not noted.
    private static let capacity = 20_000

    private let store: any KeyUseStore
    private let report: @Sendable (ServerEvent) -> Void
    private let noted = Mutex<[Key: UnixTime]>([:])

    init(store: any KeyUseStore, report: @escaping @Sendable (ServerEvent) -> Void) {
        self.store = store
        self.report = report
    }

    /// Notes that a client proved itself with a key.
    func note(client: ClientID, thumbprint: String, at now: UnixTime) {
        let key = Key(client: client, thumbprint: thumbprint)
        noted.withLock { noted in
            guard noted.count < Self.capacity || noted[key] != nil else { return }
            noted[key] = now
        }
    }

    /// Writes what was noted, until its task is cancelled; then once more.
    func run(every interval: Duration = .seconds(10)) async {
        while (try? await Task.sleep(for: interval)) != nil { await write() }
        // In a task of its own: a store writes nothing for one that is cancelled.
        await Task { await write() }.value
    }

    func write() async {
        let uses = noted.withLock { noted in
            defer { noted.removeAll(keepingCapacity: true) }
            return noted.map { KeyUse(client: $0.key.client, thumbprint: $0.key.thumbprint, at: $0.value) }
        }
        guard !uses.isEmpty else { return }
        do throws(StoreError) {
            try await store.recordKeyUses(uses)
        } catch {
            report(.trouble("the last use of \(uses.count) keys was not written: \(error.explanation)"))
        }
    }
}
