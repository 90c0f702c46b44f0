import Crypto
import Synchronization

/// The limits on guessing passwords: for each name, person and address, and for all together.
///
/// A browser in which the person has signed in before has a limit of its own, and only that one, so that an attacker elsewhere cannot
/// lock them out. Success does not forgive the failures of a name or address, because they may have been somebody else's.
///
/// A class because all requests share it. It is kept in memory: a restart forgives all failures.
package final class SignInLimits: Sendable {
    static let accountRule = SignInFailures.Rule(free: 5, forgiveness: .seconds(900))
    static let deviceRule = SignInFailures.Rule(free: 10, forgiveness: .seconds(900))
    /// All failures outside known browsers: slows down an attacker with many addresses who tries few passwords on many accounts.
    static let allPerSecond = 5
    static let allAtOnce = 1000
    /// A reserve for names and addresses without a failure when that limit is reached: a caller who fails cannot use it up.
    static let reservePerSecond = 2
    static let reserveAtOnce = 20
    /// The time to suggest when the limit on all failures is reached.
    static let allWait: Duration = .seconds(10)
    /// The capacity of each table. The limits on all failures admit 7320 before the first is forgiven, each with two entries of a table at
    /// most.
    static let capacity = 20_000

    private struct State {
        var accounts = FailureTable<AccountKey>(capacity: capacity) { _ in accountRule }
        var devices = FailureTable<UInt64>(capacity: capacity) { _ in deviceRule }
        var sources = FailureTable<SignInSource>(capacity: capacity, rule: \.rule)
        /// Filled with the first attempt.
        var all: TokenBucket?
        var reserve: TokenBucket?

        /// Takes an attempt from the limit on all failures, or from the reserve.
        ///
        /// - Returns: whether it was the reserve; `nil` if both are used up.
        mutating func take(mayUseReserve: Bool, at now: UnixTime) -> Bool? {
            all = all ?? TokenBucket(capacity: allAtOnce, perSecond: allPerSecond, at: now)
            reserve = reserve ?? TokenBucket(capacity: reserveAtOnce, perSecond: reservePerSecond, at: now)
            if all?.has(at: now) == true {
                all?.take()
                return false
            }
            guard mayUseReserve, reserve?.has(at: now) == true else { return nil }
            reserve?.take()
            return true
        }
    }

    private let state = Mutex(State())

    package init() {}

    /// The target of guesses: the name as typed, and the person that it belongs to.
    struct AccountKey: Sendable, Hashable {
        private let digest: SHA256.Digest

        /// Hashed, so that long names do not take memory.
        private init(_ kind: String, _ text: String) {
            digest = SHA256.hash(data: SealingKeys.context([kind, text]))
        }

        static func name(_ name: String) -> AccountKey { AccountKey("name", UserRecord.key(of: name)) }
        static func person(_ user: UserID) -> AccountKey { AccountKey("person", user.text) }
    }

    /// An attempt that may take place, counted as failed until `succeeded` or `cancel` is called.
    struct Attempt: Sendable {
        fileprivate let at: UnixTime
        fileprivate let kind: Kind

        fileprivate enum Kind: Sendable {
            case knownDevice(UInt64, before: SignInFailures?)
            case other(
                accounts: [(key: AccountKey, before: SignInFailures?)],
                sources: [(key: SignInSource, before: SignInFailures?)], isReserve: Bool)
        }
    }

    enum Admission: Sendable {
        case admitted(Attempt)
        case refused(wait: Duration)
        /// The limit of the person is reached by attempts with their other names. The answer must be that of a wrong password, for the
        /// same work; another one would reveal that the names belong together.
        case refusedSilently(Attempt)
    }

    /// - Parameters:
    ///   - name: as typed.
    ///   - user: the person that it belongs to.
    ///   - device: a browser in which this person has signed in before.
    ///   - address: of the browser.
    func admit(
        name: String, of user: UserID?, device: UInt64? = nil, from address: String?, at now: UnixTime
    ) -> Admission {
        let name = AccountKey.name(name)
        let person = user.map(AccountKey.person)
        let sources = SignInSource.of(address)
        return state.withLock { state in
            if let device {
                if let wait = state.devices.wait(for: device, at: now) { return .refused(wait: wait) }
                return .admitted(
                    Attempt(at: now, kind: .knownDevice(device, before: state.devices.add(device, at: now))))
            }
            let waits = [state.accounts.wait(for: name, at: now)] + sources.map { state.sources.wait(for: $0, at: now) }
            if let wait = waits.compactMap(\.self).max() { return .refused(wait: wait) }
            let isWithoutFailures =
                !sources.isEmpty && !state.accounts.hasFailed(name, at: now)
                && !sources.contains { state.sources.hasFailed($0, at: now) }
            guard let isReserve = state.take(mayUseReserve: isWithoutFailures, at: now) else {
                return .refused(wait: Self.allWait)
            }
            let isPersonLimited = person.map { state.accounts.wait(for: $0, at: now) != nil } ?? false
            let accounts = [name] + (isPersonLimited ? [] : [person].compactMap(\.self))
            let attempt = Attempt(
                at: now,
                kind: .other(
                    accounts: accounts.map { ($0, state.accounts.add($0, at: now)) },
                    sources: sources.map { ($0, state.sources.add($0, at: now)) }, isReserve: isReserve))
            return isPersonLimited ? .refusedSilently(attempt) : .admitted(attempt)
        }
    }

    /// Records that the password was right.
    func succeeded(_ attempt: Attempt) {
        takeBack(attempt) { state in
            // Its own earlier failures were the person's.
            if case .knownDevice(let device, _) = attempt.kind { state.devices.remove(device) }
        }
    }

    /// Records that the password was not checked.
    func cancel(_ attempt: Attempt) {
        takeBack(attempt) { _ in }
    }

    private func takeBack(_ attempt: Attempt, _ then: @Sendable (inout State) -> Void) {
        state.withLock { state in
            switch attempt.kind {
            case .knownDevice(let device, let before): state.devices.takeBack(device, before, from: attempt.at)
            case .other(let accounts, let sources, let isReserve):
                for (key, before) in accounts { state.accounts.takeBack(key, before, from: attempt.at) }
                for (key, before) in sources { state.sources.takeBack(key, before, from: attempt.at) }
                if isReserve { state.reserve?.giveBack() } else { state.all?.giveBack() }
            }
            then(&state)
        }
    }

    /// The numbers of names and people, of known browsers and of addresses that are remembered.
    var counts: [Int] { state.withLock { [$0.accounts.count, $0.devices.count, $0.sources.count] } }
}
