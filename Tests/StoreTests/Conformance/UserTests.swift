import Countersign
import Store
import TestSupport
import Testing

@Suite("The people of an issuer")
struct UserTests {
    @Test("A person is read back as added", arguments: Engine.all)
    func roundTrip(_ engine: Engine) async throws {
        let open = try engine.make()
        let user = UserRecord(
            name: "Zoë O'Neil", claims: ["name": "NUL\0", "address": .object(["locality": "Brno"])],
            groups: ["staff", "two words"], passwordHash: "$scrypt$", passwordChangedAt: UnixTime(milliseconds: 5),
            isEnabled: false, createdAt: UnixTime(milliseconds: 1_234_567_890_123), updatedAt: TestClock.start)
        let plain = UserRecord(name: "bob", createdAt: TestClock.start)
        try await open.store.users.add(user)
        try await open.store.users.add(plain)
        let reopened = try await open.reopened()
        #expect(try await reopened.users.user(user.id) == user)
        #expect(try await reopened.users.user(named: "Zoë O'Neil") == user)
        #expect(try await reopened.users.user(plain.id) == plain)
        #expect(try await reopened.users.user(.generate()) == nil)
        #expect(try await reopened.users.user(UserID("a\0b")) == nil)
    }

    @Test(
        "Names that differ in case or normalization are the same",
        arguments: [
            ("alice", "ALICE"), ("Zo\u{EB}", "zoe\u{308}"), ("ﬁona", "fiona"), ("ｂｏｂ", "Bob"), ("ÅSA", "a\u{30A}sa"),
        ])
    func sameName(_ names: (String, String)) async throws {
        let store = try Engine.sqlite.make().store
        let user = Samples.user(names.0)
        try await store.users.add(user)
        #expect(try await store.users.user(named: names.1)?.id == user.id)
        await #expect(throws: StoreError.conflict("A person named '\(names.1)'")) {
            try await store.users.add(Samples.user(names.1))
        }
    }

    @Test("A name is refused if somebody has it as a name or as an e-mail address", arguments: Engine.all)
    func taken(_ engine: Engine) async throws {
        let store = try engine.make().store
        var bob = Samples.user("bob")
        try await store.users.add(Samples.user("alice", email: "Alice@Example.com"))
        try await store.users.add(bob)
        await #expect(throws: StoreError.conflict("A person named 'alice@example.com'")) {
            try await store.users.add(Samples.user("alice@example.com"))
        }
        for name in ["ALICE", "alice@example.COM"] {
            bob.name = name
            await #expect(throws: StoreError.conflict("A person named '\(name)'")) {
                try await store.users.replace(bob)
            }
        }
        // One's own address is not taken.
        var alice = try #require(try await store.users.user(named: "alice"))
        alice.name = "alice@example.com"
        try await store.users.replace(alice)
        await #expect(throws: StoreError.conflict("A person with the identifier '\(bob.id)'")) {
            try await store.users.add(Samples.user("other", id: bob.id))
        }
    }

    @Test("An e-mail address finds a person only if nobody else has it, and a name goes first", arguments: Engine.all)
    func email(_ engine: Engine) async throws {
        let store = try engine.make().store
        let alice = Samples.user("alice", email: "a@example.com")
        try await store.users.add(alice)
        #expect(try await store.users.user(named: "A@EXAMPLE.com")?.id == alice.id)
        let other = Samples.user("other", email: "A@example.com")
        try await store.users.add(other)
        #expect(try await store.users.user(named: "a@example.com") == nil)
        try await store.users.remove(other.id, at: TestClock.start)
        #expect(try await store.users.user(named: "a@example.com")?.id == alice.id)
        // An address that is somebody's name finds that person.
        try await store.users.add(Samples.user("third", email: "alice"))
        #expect(try await store.users.user(named: "alice")?.id == alice.id)
    }

    @Test(
        "An invalid name, identifier or claim is refused",
        arguments: [
            Samples.user(""), Samples.user(" a"), Samples.user("a "), Samples.user("a\nb"), Samples.user("a\0"),
            Samples.user(String(repeating: "a", count: 256)), Samples.user(id: UserID("")),
            Samples.user(id: UserID("é")), Samples.user(id: UserID(String(repeating: "a", count: 256))),
            UserRecord(name: "a", claims: ["sub": "b"], createdAt: TestClock.start),
            UserRecord(
                name: "a", claims: ["a": .string(String(repeating: "a", count: 65_536))], createdAt: TestClock.start),
            UserRecord(name: "a", groups: [""], createdAt: TestClock.start),
        ])
    func invalid(_ user: UserRecord) async throws {
        let store = try Engine.sqlite.make().store
        do {
            try await store.users.add(user)
            Issue.record("accepted")
        } catch {
            guard case .invalid = error else { throw error }
        }
        #expect(try await store.users.page(after: nil, limit: 1) == [])
        #expect(try await store.users.user(named: user.name) == nil)
    }

    @Test("People are listed by name, page by page", arguments: Engine.all)
    func pages(_ engine: Engine) async throws {
        let store = try engine.make().store
        for name in ["bob", "Alice", "élan", "Dora", "carol"] { try await store.users.add(Samples.user(name)) }
        let first = try await store.users.page(after: nil, limit: 3).map(\.name)
        #expect(first == ["Alice", "bob", "carol"])
        #expect(try await store.users.page(after: first.last, limit: 3).map(\.name) == ["Dora", "élan"])
        #expect(try await store.users.page(after: "élan", limit: 3) == [])
    }

    @Test("A change keeps identifier, password and time of creation", arguments: Engine.all)
    func update(_ engine: Engine) async throws {
        let store = try engine.make().store
        let user = Samples.user("alice", email: "a@example.com")
        try await store.users.add(user)
        var changed = UserRecord(
            id: user.id, name: "Anna", claims: ["email": "b@example.com"], groups: ["staff"], passwordHash: "other",
            createdAt: UnixTime(seconds: 1), updatedAt: TestClock.start + .seconds(9))
        try await store.users.replace(changed)
        let found = try #require(try await store.users.user(named: "anna"))
        changed.passwordHash = "hash"
        #expect(found.claims == changed.claims && found.groups == ["staff"] && found.name == "Anna")
        #expect(found.updatedAt == changed.updatedAt)
        #expect(found.passwordHash == "hash" && found.createdAt == user.createdAt)
        #expect(try await store.users.user(named: "a@example.com") == nil)
        #expect(try await store.users.user(named: "b@example.com")?.id == user.id)
        let nobody = Samples.user("nobody")
        await #expect(throws: StoreError.notFound("The person '\(nobody.id)'")) {
            try await store.users.replace(nobody)
        }
    }

    @Test("A new password ends sessions and grants; other parameters of the same one do not", arguments: Engine.all)
    func password(_ engine: Engine) async throws {
        let open = try engine.make()
        let users = open.store.users
        let user = try await open.signIn()
        let later = TestClock.start + .seconds(60)
        try await users.replaceHash("hash", with: "stronger", of: user)
        #expect(try await users.user(user)?.passwordHash == "stronger")
        #expect(try await users.user(user)?.passwordChangedAt == nil)
        // The password was changed while somebody signed in with the old one.
        try await users.replaceHash("hash", with: "outdated", of: user)
        #expect(try await users.user(user)?.passwordHash == "stronger")
        #expect(try await open.store.sessions.sessions(of: user).count == 1)
        let offline = Samples.grant(of: user, scopes: ["openid", "offline_access"])
        try await open.store.grants.add(offline, code: Samples.code(1))
        try await users.setPassword(hash: "new", of: user, at: later)
        #expect(try await users.user(user)?.passwordHash == "new")
        #expect(try await users.user(user)?.passwordChangedAt == later)
        #expect(try await open.store.sessions.sessions(of: user) == [])
        #expect(try await open.store.grants.grant(offline.id)?.revokedAt == later)
        try await users.setPassword(hash: nil, of: user, at: later)
        #expect(try await users.user(user)?.passwordHash == nil)
        await #expect(throws: StoreError.notFound("The person 'nobody'")) {
            try await users.setPassword(hash: "a", of: UserID("nobody"), at: later)
        }
    }
}
