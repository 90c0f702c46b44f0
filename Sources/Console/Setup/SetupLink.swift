import Administration
import Crypto
import Synchronization

/// The one-time link at which the first administrator is made, while the group `admin` is empty. Disabled members count: the link is for the
/// beginning, and the last administrator is not disabled to make room for another one.
///
/// A class because all requests share it. The secret is in the address alone: the process keeps its digest, in memory, and a restart makes
/// another one.
final class SetupLink: Sendable {
    static let path = "/setup"
    /// The parameter with the secret.
    static let parameter = "key"
    static let lifetime: Duration = .seconds(3600)
    private static let secretLength = 32

    private struct State {
        var digest: SHA256.Digest?
        var expiresAt = UnixTime(seconds: 0)
        /// Whether a request is making the administrator.
        var isClaimed = false
        /// By source address.
        var attempts = TokenBuckets<String>(atOnce: 20, perHour: 120)
    }

    private let address: ServerURLs
    private let store: any Store
    private let state = Mutex(State())

    init(at address: ServerURLs, store: any Store) {
        self.address = address
        self.store = store
    }

    /// Makes the link.
    ///
    /// - Returns: its URL; `nil` if there is an administrator.
    func issue(at now: UnixTime) async throws(StoreError) -> String? {
        guard try await !hasAdministrator() else { return nil }
        let secret = Base64URL.encode(RandomBytes.make(Self.secretLength))
        state.withLock { state in
            state.digest = SHA256.hash(data: Array(secret.utf8))
            state.expiresAt = now + Self.lifetime
            state.isClaimed = false
        }
        return "\(address.issuer)\(Self.path)?\(Self.parameter)=\(secret)"
    }

    /// The store in which the first administrator is added, unless there is one in that transaction.
    var storeForFirst: any Store {
        store.acting(as: .server).requiring(ChangeCondition { try !$0.hasAdministrator() })
    }

    func hasAdministrator() async throws(StoreError) -> Bool {
        try await store.users.hasMember(of: AdminGroup.admin.rawValue)
    }

    enum Verdict: Sendable, Equatable {
        case valid
        case invalid
        case tooManyAttempts
    }

    /// Compares a secret in constant time. A guess has no chance against 256 random bits; the limit keeps the noise of those who try small.
    func verdict(on secret: String, from source: String?, at now: UnixTime) -> Verdict {
        state.withLock { state in
            guard state.attempts.take(for: source ?? "", at: now) else { return .tooManyAttempts }
            let digest = SHA256.hash(data: Array(secret.utf8.prefix(256)))
            guard let known = state.digest, known == digest, now < state.expiresAt else { return .invalid }
            return .valid
        }
    }

    /// Reserves the link, so that of two requests at once one makes the administrator.
    ///
    /// - Returns: whether it was free.
    func claim() -> Bool {
        state.withLock { state in
            guard !state.isClaimed, state.digest != nil else { return false }
            state.isClaimed = true
            return true
        }
    }

    /// Gives the link back, because no administrator was made.
    func release() {
        state.withLock { $0.isClaimed = false }
    }

    /// Ends the link.
    func end() {
        state.withLock { state in
            state.digest = nil
            state.isClaimed = false
        }
    }
}
