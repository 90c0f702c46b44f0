import Countersign
import Store
import Synchronization
import TestSupport
import Testing

@Suite("Clients that registered themselves")
struct DynamicRegistrationTests {
    private static let bounds = OpenRegistrationBounds(unused: 2, total: 3)

    private static func registration(
        _ id: String, _ origin: DynamicRegistration.Origin = .open, token: String? = nil,
        lifetime: Duration = .seconds(100)
    ) -> DynamicRegistration {
        DynamicRegistration(
            client: ClientID(id), origin: origin, initialAccessToken: token, digest: Array("digest of \(id)".utf8),
            registeredAt: TestClock.start, expiresAt: TestClock.start + lifetime)
    }

    private static func add(
        _ dynamic: DynamicRegistration, keySetURL: String? = nil, to store: any Store
    ) async throws -> RegistrationOutcome {
        let client = Samples.client(dynamic.client.text, keySetURL: keySetURL)
        let keys = keySetURL == nil ? [try Samples.key("k1")] : []
        return try await store.dynamicRegistrations.add(
            ClientRegistration(client: client, keys: keys), dynamic, within: bounds)
    }

    @Test("A registration is found by its token and with its client", arguments: Engine.all)
    func roundTrip(_ engine: Engine) async throws {
        let open = try engine.make()
        let dynamic = Self.registration("a")
        #expect(try await Self.add(dynamic, to: open.store) == .added)
        let store = try await open.reopened()
        #expect(try await store.dynamicRegistrations.registration(dynamic.digest) == dynamic)
        #expect(try await store.dynamicRegistrations.registration([1]) == nil)
        #expect(try await store.dynamicRegistrations.all() == [dynamic])
        let registration = try #require(try await store.clients.registration(of: "a"))
        #expect(registration.dynamic == dynamic && registration.keys.count == 1)
        #expect(registration.registeredClient.attachedRecord?.origin == .open)
        try await store.clients.add(Samples.client("b"), keys: [])
        #expect(try await store.clients.registration(of: "b")?.dynamic == nil)
        #expect(try await store.dynamicRegistrations.registrations(of: ["b", "a", "x"]) == [dynamic])
        #expect(try await store.dynamicRegistrations.registrations(of: []) == [])
    }

    @Test("Open registrations have a bound, and unused ones another", arguments: Engine.all)
    func bounded(_ engine: Engine) async throws {
        let store = try engine.make().store
        for id in ["a", "b"] { #expect(try await Self.add(Self.registration(id), to: store) == .added) }
        #expect(try await Self.add(Self.registration("c"), to: store) == .full)
        #expect(try await store.clients.registration(of: "c") == nil)
        try await store.dynamicRegistrations.recordUses(
            [
                (client: "a", at: TestClock.start), (client: "b", at: TestClock.start),
                (client: "x", at: TestClock.start),
            ],
            lifetime: .seconds(1000))
        #expect(try await Self.add(Self.registration("c"), to: store) == .added)
        #expect(try await Self.add(Self.registration("d"), to: store) == .full)
        try await store.clients.remove("a")
        #expect(try await Self.add(Self.registration("d"), to: store) == .added)
    }

    @Test("A registration for which there is no room empties no caches", .timeLimit(.minutes(5)), arguments: Engine.all)
    func withoutRoom(_ engine: Engine) async throws {
        let store = try engine.make().store
        let calls = Calls()
        let (started, start) = AsyncStream<Void>.makeStream()
        let task = Task {
            await store.clients.watch {
                calls.add()
                start.yield()
            }
        }
        for await _ in started { break }
        for id in ["a", "b"] { #expect(try await Self.add(Self.registration(id), to: store) == .added) }
        let before = calls.count
        for _ in 0..<3 { #expect(try await Self.add(Self.registration("c"), to: store) == .full) }
        // The store also looks for changes by itself, so one more call may come of the additions.
        #expect(calls.count <= before + 1)
        task.cancel()
        await task.value
    }

    private final class Calls: Sendable {
        private let state = Mutex(0)
        var count: Int { state.withLock(\.self) }
        func add() { state.withLock { $0 += 1 } }
    }

    @Test("A use prolongs a registration, and an older one changes nothing", arguments: Engine.all)
    func used(_ engine: Engine) async throws {
        let store = try engine.make().store
        _ = try await Self.add(Self.registration("a"), to: store)
        let later = TestClock.start + .seconds(50)
        for time in [later, TestClock.start] {
            try await store.dynamicRegistrations.recordUses([(client: "a", at: time)], lifetime: .seconds(1000))
        }
        let all = try await store.dynamicRegistrations.all()
        #expect(all.map(\.usedAt) == [later] && all.map(\.expiresAt) == [later + .seconds(1000)])
        // A use never shortens it.
        try await store.dynamicRegistrations.recordUses([(client: "a", at: later + .seconds(1))], lifetime: .seconds(1))
        #expect(try await store.dynamicRegistrations.all().map(\.expiresAt) == [later + .seconds(1000)])
    }

    @Test("Expired registrations are removed with their clients, a few at a time", arguments: Engine.all)
    func expired(_ engine: Engine) async throws {
        let store = try engine.make().store
        _ = try await Self.add(Self.registration("a", lifetime: .seconds(10)), to: store)
        _ = try await Self.add(Self.registration("b", lifetime: .seconds(20)), to: store)
        try await store.clients.add(Samples.client("operators"), keys: [])
        let registrations = store.dynamicRegistrations
        #expect(try await registrations.removeExpired(at: TestClock.start + .milliseconds(9999)) == [])
        let before = try await store.clients.revision()
        #expect(try await registrations.removeExpired(at: TestClock.start + .seconds(10)) == ["a"])
        #expect(try await store.clients.revision() > before)
        #expect(try await registrations.removeExpired(at: TestClock.start + .seconds(10)) == [])
        #expect(try await store.clients.registration(of: "a") == nil)
        #expect(try await store.clients.page(after: nil, limit: 10).map(\.id) == ["b", "operators"])
        #expect(try await registrations.all().map(\.client) == ["b"])
    }

    @Test("A removed client takes its registration with it", arguments: Engine.all)
    func removed(_ engine: Engine) async throws {
        let store = try engine.make().store
        let dynamic = Self.registration("a")
        _ = try await Self.add(dynamic, to: store)
        try await store.clients.remove("a")
        #expect(try await store.dynamicRegistrations.registration(dynamic.digest) == nil)
        #expect(try await store.dynamicRegistrations.all() == [])
    }

    @Test("Key sets of strangers are not read ahead of time, those of clients with a token are", arguments: Engine.all)
    func keySets(_ engine: Engine) async throws {
        let store = try engine.make().store
        try await store.initialAccessTokens.add(InitialAccessTokenTests.token())
        _ = try await Self.add(Self.registration("a"), keySetURL: "https://a.example/jwks", to: store)
        let vouched = Self.registration("b", .token, token: "5f0c2a9d")
        #expect(try await Self.add(vouched, keySetURL: "https://b.example/jwks", to: store) == .added)
        try await store.clients.add(Samples.client("c", keySetURL: "https://c.example/jwks"), keys: [])
        #expect(
            try await store.keySets.urlsInUse(after: nil, limit: 10)
                == ["https://b.example/jwks", "https://c.example/jwks"])
    }

    @Test("Issuers share no registrations", arguments: Engine.all)
    func issuers(_ engine: Engine) async throws {
        let store = try engine.make().store
        let other = store.issuer(IssuerNumber(rawValue: 2))
        let dynamic = Self.registration("a")
        _ = try await Self.add(dynamic, to: store)
        try await store.initialAccessTokens.add(InitialAccessTokenTests.token())
        #expect(try await other.dynamicRegistrations.all() == [])
        #expect(try await other.dynamicRegistrations.registration(dynamic.digest) == nil)
        #expect(try await other.initialAccessTokens.all() == [])
        #expect(try await Self.add(Self.registration("b", .token, token: "5f0c2a9d"), to: other) == .tokenEnded)
    }
}

@Suite("Initial access tokens")
struct InitialAccessTokenTests {
    static func token(_ id: String = "5f0c2a9d", uses: Int = 2) -> InitialAccessToken {
        InitialAccessToken(
            id: id, digest: Array("digest of \(id)".utf8), note: "Œuvre \"x\"", scopes: ["a", "b:c"],
            grants: [.authorizationCode, .clientCredentials], allowsReuse: true, maximumUses: uses,
            createdAt: TestClock.start, expiresAt: TestClock.start + .seconds(60))
    }

    @Test("Tokens are listed and found as they were added", arguments: Engine.all)
    func roundTrip(_ engine: Engine) async throws {
        let open = try engine.make()
        let plain = InitialAccessToken(
            id: "00000000", digest: [1], createdAt: TestClock.start, expiresAt: .distantFuture)
        for token in [Self.token(), plain] { try await open.store.initialAccessTokens.add(token) }
        await #expect(throws: StoreError.conflict("A registration token '5f0c2a9d'")) {
            try await open.store.initialAccessTokens.add(Self.token())
        }
        let tokens = try await open.reopened().initialAccessTokens
        #expect(try await tokens.all() == [plain, Self.token()])
        #expect(try await tokens.token(Self.token().digest) == Self.token())
        #expect(try await tokens.token([2]) == nil)
        try await tokens.remove("5f0c2a9d")
        #expect(try await tokens.all() == [plain])
        await #expect(throws: StoreError.notFound("The registration token '5f0c2a9d'")) {
            try await tokens.remove("5f0c2a9d")
        }
    }

    @Test(
        "Each token is on one page, from the oldest and from the newest, also of those that were made at once",
        arguments: Engine.all)
    func pages(_ engine: Engine) async throws {
        let store = try engine.make().store
        let tokens = (0..<25).map { number in
            InitialAccessToken(
                id: String(repeating: "0", count: 6) + "\(10 + number)", digest: [UInt8(number)], uses: number % 2,
                createdAt: TestClock.start + .seconds(Int64(number / 4)),
                expiresAt: TestClock.start + .seconds(number < 20 ? 60 : 1))
        }
        for token in tokens.reversed() { try await store.initialAccessTokens.add(token) }
        try await store.issuer(IssuerNumber(rawValue: 2)).initialAccessTokens.add(Self.token())
        let now = TestClock.start + .seconds(1)
        for (state, newestFirst) in ([nil] + InitialAccessToken.State.allCases).flatMap({ [($0, false), ($0, true)] }) {
            var (position, seen): (InitialAccessTokenPosition?, [InitialAccessToken]) = (nil, [])
            while true {
                let page = try await store.initialAccessTokens.page(
                    in: state, after: position, newestFirst: newestFirst, limit: 4, at: now)
                seen += page
                guard page.count == 4, let last = page.last else { break }
                position = last.position
            }
            let expected = tokens.filter { state == nil || $0.state(at: now) == state }
            #expect(seen == (newestFirst ? expected.reversed() : expected) && seen.count >= 5)
        }
        for (bound, states) in [
            (100, [.usable: 10, .used: 10, .expired: 5]), (25, [.usable: 10, .used: 10, .expired: 5]),
            (10, [.usable: 2, .used: 3, .expired: 5]), (3, [.usable: 0, .used: 0, .expired: 3]),
        ] as [(Int, [InitialAccessToken.State: Int])] {
            let counts = try await store.initialAccessTokens.counts(at: now, bound: bound)
            #expect(counts.total == FoundCount(min(bound, 25), hasMore: bound < 25) && counts.states == states)
        }
        #expect(try await store.initialAccessTokens.token(named: tokens[3].id) == tokens[3])
        for id in ["0000000", "", "a\0", "5f0c2a9d"] {
            #expect(try await store.initialAccessTokens.token(named: id) == nil)
        }
    }

    @Test("A token works as often as allowed, until it expires or is removed", arguments: Engine.all)
    func uses(_ engine: Engine) async throws {
        let store = try engine.make().store
        try await store.initialAccessTokens.add(Self.token())
        func register(_ id: String, at time: UnixTime = TestClock.start) async throws -> RegistrationOutcome {
            let dynamic = DynamicRegistration(
                client: ClientID(id), origin: .token, initialAccessToken: "5f0c2a9d", digest: Array(id.utf8),
                registeredAt: time, expiresAt: .distantFuture)
            return try await store.dynamicRegistrations.add(
                ClientRegistration(client: Samples.client(id), keys: []), dynamic, within: .init(unused: 0, total: 0))
        }
        #expect(try await register("a", at: TestClock.start + .seconds(60)) == .tokenEnded)
        #expect(try await register("a") == .added)
        // A failed registration does not count.
        await #expect(throws: StoreError.conflict("A client 'a'")) { _ = try await register("a") }
        #expect(try await store.initialAccessTokens.all().map(\.uses) == [1])
        #expect(try await register("b") == .added)
        #expect(try await register("c") == .tokenEnded)
        #expect(try await store.clients.registration(of: "c") == nil)
        try await store.initialAccessTokens.remove("5f0c2a9d")
        #expect(try await register("d") == .tokenEnded)
        // Clients outlive their token.
        #expect(try await store.dynamicRegistrations.all().map(\.client) == ["a", "b"])
    }

    @Test("A note or a scope that an engine could not return is refused", arguments: Engine.all)
    func invalid(_ engine: Engine) async throws {
        let tokens = try engine.make().store.initialAccessTokens
        for token in [
            InitialAccessToken(
                id: "a", digest: [1], note: "\0", createdAt: TestClock.start, expiresAt: TestClock.start),
            InitialAccessToken(
                id: "a", digest: [1], scopes: ["a b"], createdAt: TestClock.start, expiresAt: TestClock.start),
        ] {
            await #expect(throws: StoreError.self) { try await tokens.add(token) }
        }
        #expect(try await tokens.all() == [])
    }
}
