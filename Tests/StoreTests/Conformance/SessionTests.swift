import Countersign
import Store
import TestSupport
import Testing

@Suite("The sessions of an issuer")
struct SessionTests {
    private static let start = TestClock.start

    @Test("A session is read with its person, also after reopening", arguments: Engine.all)
    func roundTrip(_ engine: Engine) async throws {
        let open = try engine.make()
        let user = Samples.user()
        try await open.store.users.add(user)
        let session = SessionRecord(
            digest: Samples.digest(5), user: user.id, authenticatedAt: Self.start, methods: ["pwd", "otp"],
            createdAt: Self.start + .seconds(1), lastUsedAt: Self.start + .seconds(2),
            expiresAt: Self.start + .seconds(3), agent: "Mozilla\0/5.0", address: "192.0.2.1")
        try await open.store.sessions.add(session, replacing: nil, passwordChangedAt: nil)
        let reopened = try await open.reopened()
        #expect(try await reopened.sessions.session(session.digest) == SignedInUser(session: session, user: user))
        #expect(try await reopened.sessions.sessions(of: user.id) == [session])
        #expect(try await reopened.sessions.session(Samples.digest(6)) == nil)
    }

    @Test("A session that replaces another ends it, and may keep its sid", arguments: Engine.all)
    func replaced(_ engine: Engine) async throws {
        let open = try engine.make()
        let sessions = open.store.sessions
        let user = try await open.signIn()
        try await sessions.add(Samples.session(2, of: user), replacing: Samples.digest(1), passwordChangedAt: nil)
        #expect(try await sessions.session(Samples.digest(1)) == nil)
        // Two logins in one browser at the same time, both of which continue its session.
        for number in [3, 4] {
            let continued = SessionRecord(
                digest: Samples.digest(number), id: "session-2", user: user, authenticatedAt: Self.start,
                methods: ["pwd"], createdAt: Self.start, expiresAt: Self.start + .seconds(9))
            try await sessions.add(continued, replacing: Samples.digest(2), passwordChangedAt: nil)
        }
        #expect(try await sessions.sessions(of: user).map(\.digest) == [Samples.digest(4)])
    }

    @Test("Signing in over another person ends what ends with their session", arguments: Engine.all)
    func replacedByAnother(_ engine: Engine) async throws {
        let open = try engine.make()
        let (alice, bob) = (try await open.signIn(), try await open.signIn(Samples.user("bob"), session: 2))
        let online = Samples.grant(of: alice)
        let offline = Samples.grant(2, of: alice, scopes: ["openid", "offline_access"])
        for (number, grant) in [online, offline].enumerated() {
            try await open.store.grants.add(grant, code: Samples.code(number + 1))
        }
        func revokedAt(_ grant: AuthorizationGrantRecord) async throws -> UnixTime? {
            try await open.store.grants.grant(grant.id)?.revokedAt
        }
        // The same person again.
        let later = SessionRecord(
            digest: Samples.digest(4), id: "session-1", user: alice, authenticatedAt: Self.start, methods: [],
            createdAt: Self.start, expiresAt: Self.start + .seconds(9))
        try await open.store.sessions.add(later, replacing: Samples.digest(1), passwordChangedAt: nil)
        #expect(try await revokedAt(online) == nil)
        let over = Samples.session(5, of: bob, at: Self.start + .seconds(7))
        try await open.store.sessions.add(over, replacing: later.digest, passwordChangedAt: nil)
        #expect(try await open.store.sessions.sessions(of: alice) == [])
        #expect(try await revokedAt(online) == over.createdAt)
        #expect(try await revokedAt(offline) == nil)
    }

    @Test("A session needs the password with which its person was checked", arguments: Engine.all)
    func otherPassword(_ engine: Engine) async throws {
        let open = try engine.make()
        let user = try await open.signIn()
        let later = Self.start + .seconds(60)
        try await open.store.users.setPassword(hash: "new", of: user, at: later)
        for changedAt in [nil, later - .milliseconds(1)] {
            await #expect(throws: StoreError.notFound("The person '\(user)'")) {
                try await open.store.sessions.add(
                    Samples.session(2, of: user), replacing: nil, passwordChangedAt: changedAt)
            }
        }
        try await open.store.sessions.add(Samples.session(2, of: user), replacing: nil, passwordChangedAt: later)
        #expect(try await open.store.sessions.sessions(of: user).map(\.id) == ["session-2"])
    }

    @Test(
        "The hundred and first session of a person ends the one that was not used for the longest time",
        arguments: Engine.all)
    func surplus(_ engine: Engine) async throws {
        let open = try engine.make()
        let sessions = open.store.sessions
        let user = try await open.signIn()
        let other = try await open.signIn(Samples.user("bob"), session: 1000)
        let grants = [Samples.grant(of: user), Samples.grant(2, of: user, session: "session-2")]
        try await open.store.grants.add(grants[0], code: Samples.code(1))
        try await sessions.touch(Samples.digest(1), at: Self.start + .seconds(200))
        for number in 2...SessionRecord.maximumPerPerson + 1 {
            let session = Samples.session(number, of: user, at: Self.start + .seconds(number))
            try await sessions.add(session, replacing: nil, passwordChangedAt: nil)
            if number == 2 { try await open.store.grants.add(grants[1], code: Samples.code(2)) }
        }
        let left = try await sessions.sessions(of: user).map(\.id)
        #expect(left.count == SessionRecord.maximumPerPerson)
        #expect(left.contains("session-1") && !left.contains("session-2") && left.contains("session-101"))
        #expect(try await open.store.grants.grant(grants[0].id)?.revokedAt == nil)
        #expect(try await open.store.grants.grant(grants[1].id)?.revokedAt == Self.start + .seconds(101))
        #expect(try await sessions.sessions(of: other).count == 1)
    }

    @Test("Sessions are listed by their last use, which never goes back", arguments: Engine.all)
    func touched(_ engine: Engine) async throws {
        let open = try engine.make()
        let sessions = open.store.sessions
        let user = try await open.signIn()
        for number in [2, 3] {
            try await sessions.add(Samples.session(number, of: user), replacing: nil, passwordChangedAt: nil)
        }
        try await sessions.touch(Samples.digest(2), at: Self.start + .seconds(20))
        try await sessions.touch(Samples.digest(3), at: Self.start + .seconds(10))
        try await sessions.touch(Samples.digest(2), at: Self.start + .seconds(5))
        try await sessions.touch(Samples.digest(9), at: Self.start)
        let found = try await sessions.sessions(of: user)
        #expect(found.map(\.id) == ["session-2", "session-3", "session-1"])
        #expect(found.map(\.lastUsedAt) == [20, 10, 0].map { Self.start + .seconds($0) })
    }

    @Test("A session ends by its sid only for its own person", arguments: Engine.all)
    func removed(_ engine: Engine) async throws {
        let open = try engine.make()
        let sessions = open.store.sessions
        let user = try await open.signIn()
        let other = try await open.signIn(Samples.user("bob"), session: 2)
        #expect(try await !sessions.remove("session-1", of: other, at: Self.start))
        #expect(try await sessions.remove("session-1", of: user, at: Self.start))
        #expect(try await !sessions.remove("session-1", of: user, at: Self.start))
        #expect(try await sessions.sessions(of: other).count == 1)
    }

    @Test("All sessions of a person end, or all but one", arguments: Engine.all)
    func allRemoved(_ engine: Engine) async throws {
        let open = try engine.make()
        let sessions = open.store.sessions
        let user = try await open.signIn()
        let other = try await open.signIn(Samples.user("bob"), session: 2)
        for number in [3, 4] {
            try await sessions.add(Samples.session(number, of: user), replacing: nil, passwordChangedAt: nil)
        }
        try await sessions.removeAll(of: user, except: "session-3", at: Self.start)
        #expect(try await sessions.sessions(of: user).map(\.id) == ["session-3"])
        try await sessions.removeAll(of: user, except: nil, at: Self.start)
        #expect(try await sessions.sessions(of: user) == [])
        #expect(try await sessions.sessions(of: other).count == 1)
    }

    @Test("A sweep removes what has expired or was not used, in steps, and nothing else", arguments: Engine.all)
    func swept(_ engine: Engine) async throws {
        let open = try engine.make()
        let sessions = open.store.sessions
        let user = try await open.signIn()
        for group in 0..<3 {
            let other = Samples.user("person \(group)")
            try await open.store.users.add(other)
            for number in 0..<90 {
                try await sessions.add(
                    Samples.session(1000 + group * 100 + number, of: other.id, lasting: .seconds(10)), replacing: nil,
                    passwordChangedAt: nil)
            }
        }
        try await sessions.add(
            Samples.session(2, of: user, at: Self.start - .seconds(500)), replacing: nil, passwordChangedAt: nil)
        try await sessions.add(
            Samples.session(3, of: user, at: Self.start - .seconds(499)), replacing: nil, passwordChangedAt: nil)
        let limit = Self.start - .seconds(499)
        #expect(try await sessions.sweepStep(at: Self.start + .seconds(9), lastUsedBefore: limit))
        #expect(try await sessions.sessions(of: user).map(\.id) == ["session-1", "session-3"])
        #expect(try await !sessions.sweepStep(at: Self.start + .seconds(9), lastUsedBefore: limit))
        var steps = 0
        while try await sessions.sweepStep(at: Self.start + .seconds(10), lastUsedBefore: limit) { steps += 1 }
        #expect(steps > 1)
        #expect(try await sessions.sessions(of: user).map(\.id) == ["session-1", "session-3"])
    }
}
