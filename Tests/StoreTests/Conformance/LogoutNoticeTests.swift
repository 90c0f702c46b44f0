import Countersign
import Store
import TestSupport
import Testing

@Suite("The notices about ended sessions")
struct LogoutNoticeTests {
    private static let now = TestClock.start + .seconds(60)
    private static let lease: Duration = .seconds(30)

    /// Adds the clients `shop` and `bank`, which want notices, and `mail`, which does not, and lets alice use all three in a session.
    static func signIn(
        _ store: any Store, session number: Int = 1, _ user: UserRecord = Samples.user()
    ) async throws
        -> UserID
    {
        if try await store.clients.registration(of: ClientID("shop")) == nil {
            for id in ["shop", "bank", "mail"] {
                var client = Samples.client(id)
                if id != "mail" { client.signIn.backChannelLogoutURI = "https://\(id).example/logout" }
                // Looks like the name of the member, but is a value.
                client.signIn.contacts = [#"x"backchannel_logout_uri"x"#]
                try await store.clients.add(client, keys: [])
            }
        }
        if try await store.users.user(user.id) == nil { try await store.users.add(user) }
        try await store.sessions.add(Samples.session(number, of: user.id), replacing: nil, passwordChangedAt: nil)
        // Twice at one client, and at one that is not registered: a client known by its URL.
        for (offset, client) in ["shop", "shop", "bank", "mail", "https://agent.example/"].enumerated() {
            try await store.grants.add(
                Samples.grant(
                    number * 10 + offset, of: user.id, to: client, session: "session-\(number)"),
                code: Samples.code(number * 10 + offset))
        }
        return user.id
    }

    private static func endThreeSessions(_ store: any Store) async throws {
        let user = Samples.user()
        for number in 1...3 {
            _ = try await signIn(store, session: number, user)
            let end = now + .seconds(Int64(number))
            #expect(try await store.sessions.remove("session-\(number)", of: user.id, at: end))
        }
    }

    private static func notices(_ store: any Store, at time: UnixTime = now) async throws -> [LogoutNoticeRecord] {
        var all: [LogoutNoticeRecord] = []
        for client in try await store.logoutNotices.dueClients(at: time) {
            all += try await store.logoutNotices.claim(of: client, limit: 100, at: time, lease: lease)
        }
        return all
    }

    /// A way in which a session ends.
    struct End: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let end: @Sendable (any Store, UserID) async throws -> Void

        static let all = [
            End(testDescription: "logout") { store, user in
                _ = try await store.sessions.remove("session-1", of: user, at: now)
            },
            End(testDescription: "all sessions ended") { store, user in
                try await store.sessions.removeAll(of: user, except: nil, at: now)
            },
            End(testDescription: "all others ended") { store, user in
                try await store.sessions.removeAll(of: user, except: "session-9", at: now)
            },
            End(testDescription: "new password") { store, user in
                try await store.users.setPassword(hash: "x", of: user, at: now)
            },
            End(testDescription: "person disabled") { store, user in
                var record = try #require(try await store.users.user(user))
                (record.isEnabled, record.updatedAt) = (false, now)
                try await store.users.replace(record)
            },
            End(testDescription: "person removed") { store, user in try await store.users.remove(user, at: now) },
            End(testDescription: "somebody else signs in in the browser") { store, _ in
                let bob = Samples.user("bob")
                try await store.users.add(bob)
                try await store.sessions.add(
                    Samples.session(2, of: bob.id, at: now), replacing: Samples.digest(1), passwordChangedAt: nil)
            },
            End(testDescription: "expired") { store, _ in
                // An hour after its begin.
                _ = try await store.sessions.sweepStep(at: now + .seconds(3600), lastUsedBefore: TestClock.start)
            },
            End(testDescription: "not used") { store, _ in
                _ = try await store.sessions.sweepStep(at: now, lastUsedBefore: TestClock.start + .milliseconds(1))
            },
        ]
    }

    @Test(
        "Each end of a session adds one for each client that wants them and was used in the session",
        arguments: Engine.all, End.all)
    func ends(_ engine: Engine, _ end: End) async throws {
        let open = try engine.make()
        let user = try await Self.signIn(open.store)
        try await end.end(open.store, user)
        #expect(try await open.store.sessions.session(Samples.digest(1)) == nil)
        let reopened = try await open.reopened()
        let time = Self.now + .seconds(3600)
        let notices = try await Self.notices(reopened, at: time)
        #expect(notices.map(\.client.text) == ["bank", "shop"])
        for notice in notices {
            #expect(notice.session == "session-1" && notice.user == user && notice.attempts == 1)
            #expect([Self.now, time].contains(notice.createdAt))
        }
    }

    @Test("A session that goes on adds none", arguments: Engine.all)
    func goesOn(_ engine: Engine) async throws {
        let open = try engine.make()
        let user = try await Self.signIn(open.store)
        let sessions = open.store.sessions
        // The person proves again who they are.
        let continued = SessionRecord(
            digest: Samples.digest(3), id: "session-1", user: user, authenticatedAt: Self.now, methods: ["pwd"],
            createdAt: Self.now, expiresAt: Self.now + .seconds(9))
        try await sessions.add(continued, replacing: Samples.digest(1), passwordChangedAt: nil)
        try await sessions.removeAll(of: user, except: "session-1", at: Self.now)
        #expect(try await !sessions.remove("session-7", of: user, at: Self.now))
        #expect(try await !sessions.sweepStep(at: Self.now, lastUsedBefore: Self.now))
        _ = try await open.store.consents.withdraw(of: user, from: ClientID("shop"), at: Self.now)
        #expect(try await open.store.logoutNotices.backlogs() == [])
    }

    @Test("Of several nodes one claims a notice, until its lease ends", arguments: Engine.all)
    func lease(_ engine: Engine) async throws {
        let open = try engine.make()
        let user = try await Self.signIn(open.store)
        try await open.store.sessions.removeAll(of: user, except: nil, at: Self.now)
        let (one, two) = (open.store.logoutNotices, try open.another().logoutNotices)
        let shop = ClientID("shop")
        #expect(try await two.dueClients(at: Self.now - .milliseconds(1)) == [])
        #expect(try await two.dueClients(at: Self.now) == [ClientID("bank"), shop])
        let claimed = try await one.claim(of: shop, limit: 9, at: Self.now, lease: Self.lease)
        #expect(claimed.count == 1)
        #expect(try await two.claim(of: shop, limit: 9, at: Self.now + .seconds(29), lease: Self.lease) == [])
        #expect(try await two.dueClients(at: Self.now + .seconds(29)) == [ClientID("bank")])
        let again = try await two.claim(of: shop, limit: 9, at: Self.now + .seconds(30), lease: Self.lease)
        #expect(again.map(\.attempts) == [2])
        // The first node is late: what it learned does not shorten the lease of the second.
        try await one.postpone(claimed[0], until: Self.now, problem: "late")
        #expect(try await one.dueClients(at: Self.now + .seconds(31)) == [ClientID("bank")])
        try await two.postpone(again[0], until: Self.now + .seconds(90), problem: "down\0")
        #expect(try await one.dueClients(at: Self.now + .seconds(89)) == [ClientID("bank")])
        let third = try await one.claim(of: shop, limit: 9, at: Self.now + .seconds(90), lease: Self.lease)
        #expect(third.map(\.problem) == ["down\0"])
        try await one.remove(third[0])
        #expect(try await two.backlogs().map(\.client.text) == ["bank"])
    }

    @Test("Claims are limited, and the longest overdue comes first", arguments: Engine.all)
    func order(_ engine: Engine) async throws {
        let open = try engine.make()
        try await Self.endThreeSessions(open.store)
        let later = Self.now + .seconds(60)
        func claim() async throws -> [String] {
            try await open.store.logoutNotices.claim(of: ClientID("shop"), limit: 2, at: later, lease: Self.lease)
                .map(\.session)
        }
        #expect(try await claim() == ["session-1", "session-2"])
        #expect(try await claim() == ["session-3"])
        #expect(try await claim() == [])
        let bank = ClientID("bank")
        #expect(try await open.store.logoutNotices.removeAll(of: bank, createdBy: Self.now + .seconds(2)) == 2)
        #expect(
            try await open.store.logoutNotices.backlogs() == [
                LogoutBacklog(client: bank, count: 1, oldestFailed: nil),
                LogoutBacklog(client: ClientID("shop"), count: 3, oldestFailed: nil),
            ])
    }

    @Test("A backlog shows the oldest notice that failed", arguments: Engine.all)
    func backlog(_ engine: Engine) async throws {
        let open = try engine.make()
        try await Self.endThreeSessions(open.store)
        let notices = open.store.logoutNotices
        let later = Self.now + .seconds(60)
        for notice in try await notices.claim(of: ClientID("shop"), limit: 9, at: later, lease: Self.lease)
        where notice.session != "session-1" {
            try await notices.postpone(notice, until: later + .seconds(5), problem: "down")
        }
        let backlog = try #require(try await notices.backlogs().last)
        #expect(backlog.client.text == "shop" && backlog.count == 3)
        #expect(backlog.oldestFailed?.session == "session-2" && backlog.oldestFailed?.problem == "down")
    }

    @Test("Issuers have notices of their own", arguments: Engine.all)
    func issuers(_ engine: Engine) async throws {
        let open = try engine.make()
        let second = open.store.issuer(IssuerNumber(rawValue: 2))
        for store in [open.store, second] {
            let user = try await Self.signIn(store)
            try await store.sessions.removeAll(of: user, except: nil, at: Self.now)
        }
        let claimed = try await Self.notices(second)
        #expect(claimed.count == 2)
        for notice in claimed { try await second.logoutNotices.remove(notice) }
        #expect(try await second.logoutNotices.backlogs() == [])
        #expect(try await open.store.logoutNotices.backlogs().count == 2)
    }
}
