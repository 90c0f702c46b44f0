import Crypto
import Synchronization

/// The limits on guessing passwords: for each account, for each address, and for all together.
///
/// A browser in which the person has signed in before has a limit of its own, and only that one, so that an attacker elsewhere cannot
/// lock them out. Success does not forgive the failures of an account or address, because they may have been somebody else's.
///
/// A class because all requests share it. It is kept in memory: a restart forgives all failures.
package final class SignInLimits: Sendable {
    static let accountRule = SignInFailures.Rule(free: 5, forgiveness: .seconds(900))
    static let deviceRule = SignInFailures.Rule(free: 10, forgiveness: .seconds(900))
    /// Many people may share an address.
    static let sourceRule = SignInFailures.Rule(free: 20, forgiveness: .seconds(60))
    /// All failures outside known browsers: slows down an attacker with many addresses who tries few passwords on many accounts.
    static let allPerSecond = 5
    static let allAtOnce = 1000
    /// The time to suggest when the limit on all failures is reached.
    static let allWait: Duration = .seconds(10)
    /// Of each table. The limit on all failures admits 5500 before the first is forgiven, each with an entry of its own at most.
    static let capacity = 20_000

    private struct State {
        var accounts = FailureTable<AccountKey>(accountRule, capacity: capacity)
        var devices = FailureTable<UInt64>(deviceRule, capacity: capacity)
        var sources = FailureTable<SignInSource>(sourceRule, capacity: capacity)
        /// Filled with the first attempt.
        var all: TokenBucket?
    }

    private let state = Mutex(State())

    package init() {}

    /// The account that an attempt is aimed at: the person, or a name that nobody has.
    struct AccountKey: Sendable, Hashable {
        private let digest: SHA256.Digest

        /// Hashed, so that long names do not take memory.
        init(_ user: UserRecord?, name: String) {
            digest = SHA256.hash(
                data: SealingKeys.context(user.map { ["person", $0.id.text] } ?? ["name", UserRecord.key(of: name)]))
        }
    }

    /// An attempt that may take place, counted as failed until `succeeded` or `cancel` is called.
    struct Attempt: Sendable {
        fileprivate let at: UnixTime
        fileprivate let kind: Kind

        fileprivate enum Kind: Sendable {
            case knownDevice(UInt64, before: SignInFailures?)
            case other(AccountKey, before: SignInFailures?, SignInSource?, sourceBefore: SignInFailures?)
        }
    }

    enum Admission: Sendable {
        case admitted(Attempt)
        case refused(wait: Duration)
    }

    /// - Parameter device: a browser in which the person of this account has signed in before.
    func admit(_ account: AccountKey, device: UInt64?, from source: SignInSource?, at now: UnixTime) -> Admission {
        state.withLock { state in
            if let device {
                if let wait = state.devices.wait(for: device, at: now) { return .refused(wait: wait) }
                return .admitted(
                    Attempt(at: now, kind: .knownDevice(device, before: state.devices.add(device, at: now))))
            }
            let waits = [
                state.accounts.wait(for: account, at: now), source.flatMap { state.sources.wait(for: $0, at: now) },
            ]
            if let wait = waits.compactMap(\.self).max() { return .refused(wait: wait) }
            var all = state.all ?? TokenBucket(capacity: Self.allAtOnce, perSecond: Self.allPerSecond, at: now)
            defer { state.all = all }
            guard all.has(at: now) else { return .refused(wait: Self.allWait) }
            all.take()
            return .admitted(
                Attempt(
                    at: now,
                    kind: .other(
                        account, before: state.accounts.add(account, at: now), source,
                        sourceBefore: source.flatMap { state.sources.add($0, at: now) })))
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
            case .other(let account, let before, let source, let sourceBefore):
                state.accounts.takeBack(account, before, from: attempt.at)
                if let source { state.sources.takeBack(source, sourceBefore, from: attempt.at) }
                state.all?.giveBack()
            }
            then(&state)
        }
    }

    /// The numbers of accounts, known browsers and addresses that are remembered.
    var counts: [Int] { state.withLock { [$0.accounts.count, $0.devices.count, $0.sources.count] } }
}
