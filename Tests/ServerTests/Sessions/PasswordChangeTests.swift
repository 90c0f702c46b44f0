import Store
import TestSupport
import Testing

@testable import Server

@Suite("Changing the own password")
struct PasswordChangeTests {
    private static let new = "a quite different passphrase"

    private let bench: SignInBench
    private let account: Account

    init() async throws {
        bench = try await SignInBench()
        let runtime = bench.log.runtime(bench.clock)
        let keySets = try KeySetBench().node().cache
        let services = PageServices(
            bench.urls, ServerSettings(), renderer: RecordedPages(), store: bench.store, keys: bench.keys,
            passwords: bench.passwords,
            clients: ClientResolver(
                registered: CachedClientDirectory(store: bench.store.clients, clock: runtime.clock), keySets: keySets,
                strangersKeySets: keySets, documents: nil),
            idTokens: IDTokens(issuer: bench.urls.issuer, keys: try await AuthorizationBench.shared().keys),
            RefusalAudit(log: bench.store.audit, runtime: runtime), runtime)
        account = Account(
            services: services, store: bench.store, resources: ResourceDirectory(store: bench.store.resources, runtime),
            rules: PasswordRules())
    }

    /// What happens while the old password is checked.
    enum Event: CaseIterable {
        case reset, removed, disabledAndEnabled, sessionEnded

        func run(
            _ users: any UserStore, _ sessions: any SessionStore, _ alice: UserRecord, at now: UnixTime
        )
            async throws
        {
            switch self {
            case .reset: try await users.setPassword(hash: "of the operator", of: alice.id, at: now)
            case .removed: try await users.setPassword(hash: nil, of: alice.id, at: now)
            case .disabledAndEnabled:
                var alice = alice
                for isEnabled in [false, true] {
                    alice.isEnabled = isEnabled
                    try await users.replace(alice)
                }
            case .sessionEnded: try await sessions.removeAll(of: alice.id, except: nil, at: now)
            }
        }

        func hash(_ alice: UserRecord) -> String? {
            switch self {
            case .reset: "of the operator"
            case .removed: nil
            case .disabledAndEnabled, .sessionEnded: alice.passwordHash
            }
        }
    }

    private func change(_ current: SignedInUser, _ cookie: String) async throws -> Account.Outcome {
        try await account.changePassword(
            current, from: SignInBench.password, to: Self.new, in: bench.request("POST", cookies: [cookie]),
            at: bench.clock.now)
    }

    @Test(
        "A change that was already under way does not undo what the operator or the person does",
        arguments: Event.allCases)
    func overtaken(by event: Event) async throws {
        let (current, cookie) = try await bench.begin()
        let (users, sessions, alice) = (bench.store.users, bench.store.sessions, bench.alice)
        let now = bench.clock.now + .seconds(1)
        bench.passwords.meanwhile.withLock {
            $0 = { try? await event.run(users, sessions, alice, at: now) }
        }
        guard case .refused(.wrongPassword) = try await change(current, cookie) else {
            Issue.record("the password was changed")
            return
        }
        #expect(try await users.user(alice.id)?.passwordHash == event.hash(alice))
        #expect(try await sessions.sessions(of: alice.id) == [])
    }

    @Test("The browser in which it is changed stays a known one")
    func remembered() async throws {
        let (current, cookie) = try await bench.begin()
        guard case .done(.passwordChanged, let cookies) = try await change(current, cookie) else {
            Issue.record("the password was not changed")
            return
        }
        let changed = try #require(try await bench.store.users.user(bench.alice.id))
        #expect(changed.passwordHash == RecordedPasswords.hash(Self.new))
        let request = bench.request(cookies: SignInBench.sent(cookies))
        #expect(try await bench.sessions.current(request, at: bench.clock.now)?.user == changed)
        #expect(KnownBrowsers(bench.urls, keys: bench.keys).number(for: changed, in: request) != nil)
    }

    @Test("A hash with old parameters is not renewed before it is replaced")
    func oldHash() async throws {
        let old = RecordedPasswords.oldHash(SignInBench.password)
        try await bench.store.users.replaceHash(bench.alice.passwordHash ?? "", with: old, of: bench.alice.id)
        let (_, cookie) = try await bench.begin()
        let current = try #require(try await bench.current(cookie))
        guard case .done = try await change(current, cookie) else {
            Issue.record("the password was not changed")
            return
        }
        #expect(
            try await bench.store.users.user(bench.alice.id)?.passwordHash == RecordedPasswords.hash(Self.new))
    }
}
