import Caching
import Synchronization

/// A copy of a remote document in a `RefreshedCache`. A class, so that a hit copies one reference.
protocol RemoteCopy: AnyObject, Sendable {
    var freshness: Freshness { get }
    /// What a request may do with the copy.
    func usability(at now: UnixTime, grace: Duration) -> Freshness.Usability
}

extension RemoteCopy {
    func usability(at now: UnixTime, grace: Duration) -> Freshness.Usability {
        freshness.usability(at: now, grace: grace)
    }
}

/// The source of a `RefreshedCache`'s copies.
protocol RefreshSource: Sendable {
    associatedtype Key: Hashable & Sendable
    associatedtype Copy: RemoteCopy
    associatedtype Failure: Error

    /// Returns the stored copy, if any.
    func stored(_ key: Key) async throws(Failure) -> Copy?

    /// Whether one more document may be read now, for whatever reason. If not, a cached copy stays as it is.
    func admits(_ key: Key) -> Bool

    /// Reads the document again.
    ///
    /// - Parameter willFetch: called when a fetch begins, but not if another node has claimed it.
    /// - Returns: a copy even after a failed fetch.
    func refresh(
        _ key: Key, known: Copy?, for reason: RefreshReason, willFetch: @Sendable () -> Void
    ) async throws(Failure) -> Copy
}

extension RefreshSource {
    func admits(_ key: Key) -> Bool { true }
}

/// A shared cache of remote documents: each is read again before it expires, and used for a grace period while it cannot be read.
///
/// A class because all requests share it. Callers share one fetch per document, and wait for it only if no copy is usable.
final class RefreshedCache<Source: RefreshSource>: Sendable {
    typealias Key = Source.Key
    typealias Copy = Source.Copy
    typealias Failure = Source.Failure
    private typealias Refresh = Task<Result<Copy, Failure>, Never>

    private struct State {
        var coolDowns: CoolDowns<Key>
        var refreshes: [Key: Refresh] = [:]
    }

    let source: Source
    private let grace: Duration
    private let clock: @Sendable () -> UnixTime
    private let copies: SharedCache<Key, Copy?, Failure>
    private let state: Mutex<State>

    /// - Parameters:
    ///   - grace: how long after its expiry a copy is used while its document cannot be read.
    ///   - coolDown: the minimum time between a fetch that a request waited for and a fetch for an unknown key.
    ///   - isNegative: whether a copy is a negative answer, which counts towards `negativeCapacity`.
    init(
        _ source: Source, capacity: Int, negativeCapacity: Int = 0, grace: Duration, coolDown: Duration = .zero,
        clock: @escaping @Sendable () -> UnixTime, isNegative: @escaping @Sendable (Copy) -> Bool = { _ in false }
    ) {
        self.source = source
        self.grace = grace
        self.clock = clock
        copies = SharedCache(
            capacity: capacity, negativeCapacity: negativeCapacity, isNegative: { $0.map(isNegative) ?? true })
        state = Mutex(State(coolDowns: CoolDowns(length: coolDown)))
    }

    /// Returns the number of look-ups that found a copy, and of those that asked the store for one. It keeps nothing alive but the copies.
    var usage: CacheUsage { { [copies] in copies.usage } }

    var refreshCount: Int { state.withLock { $0.refreshes.count } }

    /// Returns the cached copy unless it has expired: the fast path of most requests.
    func fresh(_ key: Key) -> Copy? {
        let now = clock()
        return copies.value(for: key) { $0?.freshness.isFresh(at: now) ?? false } ?? nil
    }

    /// Returns the cached copy, even if it has expired.
    func cached(_ key: Key) -> Copy? {
        copies.value(for: key) ?? nil
    }

    /// Returns whether requests may use a copy now.
    func isUsable(_ copy: Copy) -> Bool {
        copy.usability(at: clock(), grace: grace) == .usable
    }

    /// Returns the copy of a document. Waits for a fetch only if no copy is usable.
    ///
    /// - Parameter isAllowed: whether a request may begin a fetch and wait for it.
    /// - Returns: a copy that may be unusable and then states why; `nil` if no fetch was allowed.
    func copy(of key: Key, fetchingIf isAllowed: (Copy?) -> Bool = { _ in true }) async throws(Failure) -> Copy? {
        if let copy = try await known(key) {
            let now = clock()
            switch copy.usability(at: now, grace: grace) {
            case .usable:
                if copy.freshness.nextAttemptAt <= now { _ = refresh(key, for: .due, isRequestWaiting: false) }
                return copy
            case .unavailable: return copy
            case .mustBeRead: break
            }
        }
        var newer: Copy?
        let refresh = refresh(key, for: .due, isRequestWaiting: true) { known, _ in
            // Another caller's fetch may have ended since the look-up above.
            if let known, known.usability(at: clock(), grace: grace) != .mustBeRead {
                newer = known
                return false
            }
            return isAllowed(known)
        }
        return if let newer { newer } else { try await refresh?.value.get() }
    }

    /// Refreshes a document that is due, or joins the refresh in progress.
    func refresh(_ key: Key) async throws(Failure) -> Copy? {
        try await refresh(key, for: .due, isRequestWaiting: false)?.value.get()
    }

    /// Refreshes a document because its copy lacks something: one fetch for all callers, and at most one per cool-down.
    ///
    /// - Parameter isUpdated: whether a copy differs from the previous one.
    func refreshEarly(_ key: Key, if isUpdated: (Copy, Copy?) -> Bool) async throws(Failure) -> Copy? {
        let (underWay, before) = state.withLock { ($0.refreshes[key], cached(key)) }
        if let copy = try await underWay?.value.get(), isUpdated(copy, before) { return copy }
        // That fetch may have begun before the document changed, so it does not count if it brought nothing new.
        let now = clock()
        // The cool-down is kept here and not in the store, so that a scheduled refresh does not delay a key rotation.
        let refresh = refresh(key, for: .unknownKey(coolDown: .zero), isRequestWaiting: false) { _, coolDowns in
            guard !coolDowns.isRunning(key, at: now) else { return false }
            coolDowns.begin(key, at: now)
            return true
        }
        return if let refresh { try await refresh.value.get() } else { try await known(key) }
    }

    /// Inserts a copy that another cache fetched.
    func insert(_ copy: Copy, for key: Key) {
        copies.insert(copy, for: key)
    }

    /// Returns the cached copy, or the one in the store.
    private func known(_ key: Key) async throws(Failure) -> Copy? {
        if let copy = cached(key) { return copy }
        return try await copies.load(key) { [source] () async throws(Failure) in try await source.stored(key) }
    }

    /// Returns the refresh in progress, or begins one if it is allowed.
    private func refresh(
        _ key: Key, for reason: RefreshReason, isRequestWaiting: Bool,
        if isAllowed: (Copy?, inout CoolDowns<Key>) -> Bool = { _, _ in true }
    ) -> Refresh? {
        state.withLock { state in
            if let refresh = state.refreshes[key] { return refresh }
            let known = cached(key)
            guard isAllowed(known, &state.coolDowns), source.admits(key) else { return nil }
            let refresh = Refresh { await self.run(key, known, for: reason, isRequestWaiting: isRequestWaiting) }
            state.refreshes[key] = refresh
            return refresh
        }
    }

    private func run(
        _ key: Key, _ known: Copy?, for reason: RefreshReason, isRequestWaiting: Bool
    ) async -> Result<Copy, Failure> {
        defer { state.withLock { $0.refreshes[key] = nil } }
        do throws(Failure) {
            let copy = try await source.refresh(key, known: known, for: reason) {
                // A fetch that a request has just waited for is not repeated, even if it failed or its result lacks a key.
                if isRequestWaiting { state.withLock { $0.coolDowns.begin(key, at: clock()) } }
            }
            insert(copy, for: key)
            return .success(copy)
        } catch {
            return .failure(error)
        }
    }
}

/// The cool-downs (rule 13) of documents that were just read for a waiting request and are not read again for another one.
struct CoolDowns<Key: Hashable & Sendable>: Sendable {
    private let length: Duration
    private var begunAt: [Key: UnixTime] = [:]
    private var clearedAt: UnixTime?

    init(length: Duration) {
        self.length = length
    }

    /// The number of entries: cool-downs that began within two lengths.
    var count: Int { begunAt.count }

    func isRunning(_ key: Key, at now: UnixTime) -> Bool {
        begunAt[key].map { isRunning(since: $0, at: now) } ?? false
    }

    mutating func begin(_ key: Key, at now: UnixTime) {
        // Once per length, because removing expired entries visits all of them.
        if clearedAt.map({ !isRunning(since: $0, at: now) }) ?? true {
            begunAt = begunAt.filter { isRunning(since: $0.value, at: now) }
            clearedAt = now
        }
        begunAt[key] = now
    }

    /// A clock that was set back ends a cool-down.
    private func isRunning(since start: UnixTime, at now: UnixTime) -> Bool {
        start <= now && now < start + length
    }
}
