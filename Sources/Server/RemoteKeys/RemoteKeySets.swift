import Countersign
import CountersignJOSE
import Store
import Synchronization

/// The key sets at clients' URLs (rule 13): prepared in memory, kept in the store, read again before they run out.
///
/// A class because all requests share its memory. A set at hand costs one short lock; a fetch is shared by all who wait for it.
package final class RemoteKeySets: Sendable {
    typealias Work = Task<Result<KeySetCopy, StoreError>, Never>
    fileprivate typealias Load = Task<Result<KeySetCopy?, StoreError>, Never>

    struct State {
        var copies: GenerationalCache<ExactString, KeySetCopy>
        var coolDowns: CoolDowns
        /// Fetches under way, so that all who ask share one.
        var works: [ExactString: Work] = [:]
        /// Reads of the store under way, for the same reason.
        fileprivate var loads: [ExactString: Load] = [:]
    }

    /// Why a set is read.
    enum Occasion {
        /// The time has come, and nobody waits.
        case due
        /// A request needs it and has nothing to use meanwhile.
        case awaited
        /// A request needs a key that the set does not have: it names an unknown one, or no key verifies its signature.
        case unknownKey
    }

    let store: any KeySetStore
    let reader: any RemoteReader
    let document: RemoteDocument
    let settings: KeySetSettings
    let runtime: Runtime
    let permits: FetchPermits
    let caller: @Sendable (ExactString) -> FetchCaller
    let state: Mutex<State>
    let schedule = Mutex(KeySetSchedule())

    /// Makes an empty memory over a store; nothing is read yet.
    ///
    /// - Parameters:
    ///   - document: whose sets they are.
    ///   - permits: shared with whoever else fetches.
    ///   - caller: as what a set's fetch counts among the permits.
    init(
        store: any KeySetStore, reader: any RemoteReader, document: RemoteDocument = .keySet,
        settings: KeySetSettings, permits: FetchPermits,
        caller: @escaping @Sendable (ExactString) -> FetchCaller = FetchCaller.registered,
        _ runtime: Runtime
    ) {
        self.store = store
        self.reader = reader
        self.document = document
        self.settings = settings
        self.permits = permits
        self.caller = caller
        self.runtime = runtime
        state = Mutex(
            State(
                copies: GenerationalCache(capacity: settings.capacity),
                coolDowns: CoolDowns(length: settings.coolDown)))
    }

    /// The keys of a set as they may be used now: none where the set could not be read, or its grace is over.
    ///
    /// Waits for a fetch only where there is nothing to be used meanwhile.
    ///
    /// - Throws: where only the store could tell.
    func keys(at url: ExactString) async throws(StoreUnavailable) -> [ClientKey] {
        let now = runtime.clock()
        if let copy = state.withLock({ $0.copies[url] }), copy.times.isFresh(at: now) { return copy.keys }
        do {
            return try await usable(url, at: now)?.keys ?? []
        } catch {
            throw error.asUnavailable
        }
    }

    /// When the set that is at hand was received, or last confirmed.
    func readAt(_ url: ExactString) -> UnixTime? {
        state.withLock { $0.copies[url]?.times.receivedAt }
    }

    /// What became of asking for a key that the set does not have.
    enum Renewal {
        /// What is known now, whether it is news or not.
        case keys([ClientKey])
        case unavailable(reason: String)
    }

    /// Reads the set again because of an unknown key: one fetch for all who ask, and not more than one in a cool-down.
    ///
    /// - Throws: where only the store could tell.
    func renewed(_ url: ExactString) async throws(StoreUnavailable) -> Renewal {
        let copy: KeySetCopy?
        do {
            copy = try await renewedCopy(url)
        } catch {
            throw error.asUnavailable
        }
        if let problem = copy?.times.problem { return .unavailable(reason: problem) }
        guard let copy, copy.times.standing(at: runtime.clock(), grace: settings.grace) == .usable else {
            return .unavailable(reason: "the key set is being read elsewhere")
        }
        return .keys(copy.keys)
    }

    private func renewedCopy(_ url: ExactString) async throws(StoreError) -> KeySetCopy? {
        let (underWay, before) = state.withLock { ($0.works[url], $0.copies[url]) }
        if let copy = try await underWay?.value.get(), !copy.hasSameKeys(as: before) { return copy }
        // That fetch may have begun before the key came into the set, so one that brings nothing new does not count.
        let now = runtime.clock()
        let work = state.withLock { state -> Work? in
            if let work = state.works[url] { return work }
            guard !state.coolDowns.isRunning(url, at: now) else { return nil }
            state.coolDowns.begin(url, at: now)
            return begin(url, .unknownKey, &state)
        }
        return if let work { try await work.value.get() } else { try await known(url) }
    }

    private func usable(_ url: ExactString, at now: UnixTime) async throws(StoreError) -> KeySetCopy? {
        if let copy = try await known(url) {
            switch copy.times.standing(at: now, grace: settings.grace) {
            case .usable:
                if copy.times.nextAttemptAt <= now { _ = work(url, .due) }
                return copy
            case .lost: return nil
            case .mustBeRead: break
            }
        }
        let copy = try await work(url, .awaited).value.get()
        return copy.times.standing(at: runtime.clock(), grace: settings.grace) == .usable ? copy : nil
    }

    /// The copy in memory, or the store's.
    private func known(_ url: ExactString) async throws(StoreError) -> KeySetCopy? {
        let (copy, load) = state.withLock { state -> (KeySetCopy?, Load?) in
            if let copy = state.copies[url] { return (copy, nil) }
            if let load = state.loads[url] { return (nil, load) }
            let load = Load { await self.load(url) }
            state.loads[url] = load
            return (nil, load)
        }
        return if let load { try await load.value.get() } else { copy }
    }

    private func load(_ url: ExactString) async -> Result<KeySetCopy?, StoreError> {
        let result: Result<KeySetCopy?, StoreError>
        do {
            result = .success(try await store.record(of: url.text).map { KeySetCopy($0) })
        } catch {
            result = .failure(error)
        }
        let (known, gone) = state.withLock { state -> (KeySetCopy?, [ExactString: KeySetCopy]) in
            state.loads[url] = nil
            // What was fetched meanwhile is newer than what the store had.
            if let copy = state.copies[url] { return (copy, [:]) }
            guard case .success(let copy?) = result else { return (nil, [:]) }
            return (copy, state.copies.insert(copy, for: url))
        }
        // Keys are freed here, outside the lock.
        _ = consume gone
        return known.map { .success($0) } ?? result
    }

    /// The fetch under way, or a new one.
    func work(_ url: ExactString, _ occasion: Occasion) -> Work {
        state.withLock { state in state.works[url] ?? begin(url, occasion, &state) }
    }

    private func begin(_ url: ExactString, _ occasion: Occasion, _ state: inout State) -> Work {
        let work = Work { await self.readAgain(url, occasion) }
        state.works[url] = work
        return work
    }
}
