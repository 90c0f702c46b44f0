import SQLite
import Store
import Synchronization
import TestSupport
import Testing

@testable import Server

/// A store with one person, and what signs people in, with a manual clock.
struct SignInBench {
    static let password = "correct horse battery staple"

    let clock = TestClock()
    let passwords = RecordedPasswords()
    let log: RecordedLog
    let store: SQLiteStore
    let urls: ServerURLs
    let keys: SealingKeys
    let sessions: Sessions
    let forms: FormProtection
    let signIn: SignIn
    let limits = SignInLimits()
    let alice: UserRecord

    init(issuer: String = "https://as.example", _ change: (inout SessionSettings) -> Void = { _ in }) async throws {
        store = try SQLiteStore(directory: TemporaryDirectory().path)
        urls = try #require(ServerURLs(issuer: issuer))
        keys = try await SealingKeys.load(
            from: store.sealingKeys, masterKey: MasterKey.generate(), at: TestClock.start)
        log = RecordedLog(clock)
        var settings = SessionSettings()
        change(&settings)
        sessions = Sessions(urls, store: store.sessions, settings, log.runtime(clock))
        forms = FormProtection(urls, keys: keys)
        signIn = SignIn(
            urls, users: store.users, sessions: sessions, passwords: passwords, keys: keys, limits: limits,
            log.runtime(clock))
        alice = try await Self.add("alice", to: store)
    }

    @discardableResult
    static func add(
        _ name: String, email: String? = nil, password: String = Self.password, isEnabled: Bool = true,
        to store: SQLiteStore
    ) async throws -> UserRecord {
        let user = UserRecord(
            name: name, claims: ["email": .string(email)], passwordHash: RecordedPasswords.hash(password),
            isEnabled: isEnabled, createdAt: TestClock.start)
        try await store.users.add(user)
        return user
    }

    func request(
        _ method: String = "GET", path: String = "/", cookies: [String] = [], from address: String? = "203.0.113.7",
        headers: [(String, String)] = []
    ) -> EndpointRequest {
        var fields: HeaderFields = ["User-Agent": "Browser/1"]
        if !cookies.isEmpty { fields.append("Cookie", cookies.joined(separator: "; ")) }
        for (name, value) in headers { fields.append(name, value) }
        return EndpointRequest(method: method, path: path, headers: fields, remoteAddress: address)
    }

    /// The cookies as a browser sends them back after these `Set-Cookie` fields.
    static func sent(_ setCookies: [String]) -> [String] {
        setCookies.map { String($0.prefix { $0 != ";" }) }
    }

    func attempt(
        _ name: String = "alice", _ password: String = "wrong", cookies: [String] = [],
        from address: String? = "198.41.0.4", meanwhile: (@Sendable () async -> Void)? = nil
    ) async throws -> SignIn.Outcome {
        passwords.meanwhile.withLock { $0 = meanwhile }
        return try await signIn.signIn(
            name: name, password: password, in: request("POST", cookies: cookies, from: address), at: clock.now)
    }

    /// Begins a session, and returns its cookie as a browser sends it.
    func begin(_ user: UserRecord? = nil, cookies: [String] = []) async throws -> (SignedInUser, cookie: String) {
        let begun = try #require(
            try await sessions.begin(
                for: user ?? alice, methods: ["pwd"], in: request(cookies: cookies), at: clock.now))
        return (begun.signedIn, Self.sent([begun.cookie])[0])
    }

    func current(_ cookies: String...) async throws -> SignedInUser? {
        try await sessions.current(request(cookies: cookies), at: clock.now)
    }
}

/// Passwords with hashes that cost nothing, and a record of the checks.
final class RecordedPasswords: PasswordChecking {
    private let checked = Mutex<[String?]>([])
    private let answer = Mutex<PasswordVerdict?>(nil)
    /// What happens while the next password is checked.
    let meanwhile = Mutex<(@Sendable () async -> Void)?>(nil)

    static func hash(_ password: String) -> String { "new:\(password)" }
    static func oldHash(_ password: String) -> String { "old:\(password)" }

    /// The hashes that passwords were checked against.
    var checks: [String?] { checked.withLock { $0 } }

    /// Answers every check in this way; `nil` means by the password.
    func answerAlways(_ verdict: PasswordVerdict?) {
        answer.withLock { $0 = verdict }
    }

    func hash(_ password: String) async throws(PasswordHashingError) -> String { Self.hash(password) }

    func verify(_ password: String, against hash: String?, isPreferred: Bool) async -> PasswordVerdict {
        checked.withLock { $0.append(hash) }
        await meanwhile.withLock { meanwhile in
            defer { meanwhile = nil }
            return meanwhile
        }?()
        if let verdict = answer.withLock({ $0 }) { return verdict }
        switch hash {
        case Self.hash(password): return .right(needsNewHash: false)
        case Self.oldHash(password): return .right(needsNewHash: true)
        default: return .wrong
        }
    }
}
