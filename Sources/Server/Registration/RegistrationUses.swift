import Caching
import Synchronization

/// A recorder of when clients that registered themselves were last used: those that go unused expire.
///
/// A client with an initial access token counts as used when it authenticates, an open registration when it gets a token, which takes a
/// person; it can always prove a key that it has made up. A class because all requests share it.
final class RegistrationUses: Sendable {
    private struct State {
        var pending: [ClientID: UnixTime] = [:]
        /// The last uses, so that each client causes one write an hour.
        var recorded = GenerationalCache<ClientID, UnixTime>(capacity: RegistrationUses.capacity)
    }

    private static let capacity = 20_000
    private static let interval: Duration = .seconds(3600)

    private let store: any DynamicRegistrationStore
    private let lifetime: Duration
    private let runtime: Runtime
    private let state = Mutex(State())

    init(store: any DynamicRegistrationStore, lifetime: Duration, _ runtime: Runtime) {
        self.store = store
        self.lifetime = lifetime
        self.runtime = runtime
    }

    /// Records that a client has authenticated.
    func recordAuthentication(of client: AttachedRecord?, at now: UnixTime) {
        guard let client, client.origin == .token else { return }
        record(client.record.id, at: now)
    }

    /// Records that a client got a token.
    func recordToken(for client: AttachedRecord, at now: UnixTime) {
        guard client.origin != nil else { return }
        record(client.record.id, at: now)
    }

    private func record(_ id: ClientID, at now: UnixTime) {
        state.withLock { state in
            if let last = state.recorded[id], last <= now, now < last + Self.interval { return }
            guard state.pending.count < Self.capacity else { return }
            state.pending[id] = now
            state.recorded.insert(now, for: id)
        }
    }

    /// Writes recorded uses regularly until its task is cancelled, and then once more.
    func run() async {
        await repeatedly(every: .seconds(5), andOnceAtTheEnd: true) { await self.write() }
    }

    func write() async {
        let uses = state.withLock { state in
            defer { state.pending.removeAll(keepingCapacity: true) }
            return state.pending.map { (client: $0.key, at: $0.value) }
        }
        guard !uses.isEmpty else { return }
        do throws(StoreError) {
            try await store.recordUses(uses, lifetime: lifetime)
        } catch {
            // The next use of each is recorded again.
            state.withLock { state in for use in uses { state.recorded.insert(.distantPast, for: use.client) } }
            runtime.report(.registrationUsesNotWritten(count: uses.count, error))
        }
    }

    /// Removes registrations that have expired until its task is cancelled. Runs a minute late, when all uses are written.
    func sweep() async {
        await Sweep(every: .seconds(60), report: { self.runtime.report(.expiredRowsNotRemoved($0)) }).run {
            () throws(StoreError) in
            let removed = try await self.store.removeExpired(at: self.runtime.clock() - .seconds(60))
            if !removed.isEmpty { self.runtime.report(.registrationsExpired(removed)) }
            return !removed.isEmpty
        }
    }
}
