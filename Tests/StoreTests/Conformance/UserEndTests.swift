import Countersign
import Store
import TestSupport
import Testing

@Suite("What ends with a person or a client")
struct UserEndTests {
    private static let now = TestClock.start + .seconds(60)

    /// Adds alice and bob, each with a session, a consent and a grant with a refresh token at the clients `shop` and `bank`.
    private static func fill(_ open: OpenStore) async throws -> (alice: UserID, bob: UserID) {
        for client in ["shop", "bank"] { try await open.store.clients.add(Samples.client(client), keys: []) }
        var people: [UserID] = []
        for (index, name) in ["alice", "bob"].enumerated() {
            let user = try await open.signIn(Samples.user(name), session: index)
            people.append(user)
            for (offset, client) in ["shop", "bank"].enumerated() {
                let number = index * 2 + offset
                let grant = Samples.grant(number, of: user, to: client, session: "session-\(index)")
                try await open.store.grants.add(grant, code: Samples.code(number))
                _ = try await open.store.grants.redeem(
                    Samples.secret(number), keyThumbprint: nil, accessExpiry: nil,
                    refreshToken: Samples.refreshToken(number), at: now)
                try await open.store.consents.give(
                    ConsentRecord(
                        user: user, client: ClientID(client), scopes: ["openid"], givenAt: TestClock.start))
            }
        }
        return (people[0], people[1])
    }

    private static func tokens(_ store: any Store) async throws -> [Int] {
        var found: [Int] = []
        for number in 0..<4 {
            if let token = try await store.grants.refreshToken(Samples.secret(number)), token.grant.revokedAt == nil {
                found.append(number)
            }
        }
        return found
    }

    @Test("Disabling a person ends sessions and grants; consents stay", arguments: Engine.all)
    func disabled(_ engine: Engine) async throws {
        let open = try engine.make()
        let (alice, bob) = try await Self.fill(open)
        var user = try #require(try await open.store.users.user(alice))
        user.isEnabled = false
        user.updatedAt = Self.now
        try await open.store.users.replace(user)
        #expect(try await open.store.sessions.sessions(of: alice) == [])
        #expect(try await open.store.sessions.session(Samples.digest(0)) == nil)
        #expect(try await open.store.sessions.sessions(of: bob).count == 1)
        #expect(try await Self.tokens(open.store) == [2, 3])
        #expect(try await open.store.grants.code(Samples.secret(0))?.grant.revokedAt == Self.now)
        #expect(try await open.store.consents.consents(of: alice).count == 2)
        await #expect(throws: StoreError.notFound("The person '\(alice)'")) {
            try await open.store.sessions.add(Samples.session(9, of: alice), replacing: nil, passwordChangedAt: nil)
        }
    }

    @Test("A removed person takes sessions, grants, tokens and consents along", arguments: Engine.all)
    func removed(_ engine: Engine) async throws {
        let open = try engine.make()
        let (alice, bob) = try await Self.fill(open)
        try await open.store.users.remove(alice, at: Self.now)
        #expect(try await open.store.users.user(alice) == nil)
        #expect(try await open.store.sessions.session(Samples.digest(0)) == nil)
        #expect(try await open.store.grants.code(Samples.secret(1)) == nil)
        #expect(try await Self.tokens(open.store) == [2, 3])
        #expect(try await open.store.consents.consents(of: alice) == [])
        #expect(try await open.store.consents.consents(of: bob).count == 2)
        await #expect(throws: StoreError.notFound("The person '\(alice)'")) {
            try await open.store.users.remove(alice, at: Self.now)
        }
        await #expect(throws: StoreError.notFound("The person '\(alice)'")) {
            try await open.store.consents.give(
                ConsentRecord(user: alice, client: ClientID("shop"), scopes: [], givenAt: Self.now))
        }
    }

    @Test("A removed client takes its grants, tokens and consents along", arguments: Engine.all)
    func removedClient(_ engine: Engine) async throws {
        let open = try engine.make()
        let (alice, bob) = try await Self.fill(open)
        try await open.store.clients.remove(ClientID("shop"))
        #expect(try await open.store.grants.code(Samples.secret(0)) == nil)
        #expect(try await Self.tokens(open.store) == [1, 3])
        for user in [alice, bob] {
            #expect(try await open.store.consents.consents(of: user).map(\.client.text) == ["bank"])
            #expect(try await open.store.sessions.sessions(of: user).count == 1)
        }
    }

    @Test("Two issuers share no person and nothing of theirs", arguments: Engine.all)
    func issuers(_ engine: Engine) async throws {
        let open = try engine.make()
        let second = open.store.issuer(IssuerNumber(rawValue: 2))
        let (alice, _) = try await Self.fill(open)
        let resource = ResourceRecord(uri: "https://api.example", createdAt: Self.now)
        try await open.store.resources.add(resource)
        try await open.store.revokedTokens.revoke(Samples.digest(1), until: Self.now)
        #expect(try await second.users.user(alice) == nil)
        #expect(try await second.users.user(named: "alice") == nil)
        #expect(try await second.users.page(after: nil, limit: 9) == [])
        #expect(try await second.sessions.session(Samples.digest(0)) == nil)
        #expect(try await second.sessions.sessions(of: alice) == [])
        #expect(try await second.grants.code(Samples.secret(0)) == nil)
        #expect(try await second.grants.refreshToken(Samples.secret(0)) == nil)
        #expect(
            try await second.grants.redeem(
                Samples.secret(0), keyThumbprint: nil, accessExpiry: nil, refreshToken: nil, at: Self.now)
                == .ended)
        #expect(try await second.consents.consent(of: alice, to: ClientID("shop")) == nil)
        #expect(try await !second.consents.withdraw(of: alice, from: ClientID("shop"), at: Self.now))
        #expect(try await second.resources.all() == [])
        #expect(try await !second.revokedTokens.isRevoked(Samples.digest(1)))
        #expect(try await !second.revokedTokens.sweepStep(at: .distantFuture))
        #expect(try await !second.grants.sweepStep(at: .distantFuture, grantsCreatedBefore: .distantFuture))
        #expect(try await !second.sessions.sweepStep(at: .distantFuture, lastUsedBefore: .distantFuture))
        // The same person, name, session and code in both.
        let user = Samples.user("alice", id: alice)
        try await second.users.add(user)
        try await second.sessions.add(Samples.session(0, of: alice), replacing: nil, passwordChangedAt: nil)
        try await second.grants.add(Samples.grant(0, of: alice, session: "session-0"), code: Samples.code(0))
        try await second.users.remove(alice, at: Self.now)
        #expect(try await Self.tokens(open.store) == [0, 1, 2, 3])
        #expect(try await open.store.sessions.session(Samples.digest(0)) != nil)
    }
}
