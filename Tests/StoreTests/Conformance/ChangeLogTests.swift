import Countersign
import Store
import TestSupport
import Testing

@Suite("The change log")
struct ChangeLogTests {
    private static let now = TestClock.start
    private static let alice = Actor.person(UserID("alice"), name: "Alice", through: .console)

    /// One change of each kind, with the action that it is recorded as.
    struct Example: Sendable, CustomTestStringConvertible {
        let actions: [ChangeAction]
        let subject: ChangeSubject
        let prepare: @Sendable (any Store) async throws -> Void
        let change: @Sendable (any Store) async throws -> Void

        var testDescription: String { actions.map(\.rawValue).joined(separator: ", ") }

        init(
            _ actions: ChangeAction..., of subject: ChangeSubject,
            prepare: @escaping @Sendable (any Store) async throws -> Void = { _ in },
            change: @escaping @Sendable (any Store) async throws -> Void
        ) {
            (self.actions, self.subject, self.prepare, self.change) = (actions, subject, prepare, change)
        }
    }

    private static let billing = ClientID("billing")
    private static let client = ChangeSubject.client(billing)
    private static let addClient: @Sendable (any Store) async throws -> Void = { store in
        try await store.clients.add(Samples.client(), keys: [try Samples.key("a"), try Samples.key("b")])
    }
    private static let user = Samples.user()
    private static let person = ChangeSubject.user(user.id)
    private static let addUser: @Sendable (any Store) async throws -> Void = { try await $0.users.add(user) }
    private static let api = ResourceRecord(uri: "https://api.example", createdAt: now)
    private static let resource = ChangeSubject(.resource, "https://api.example")
    private static let token = InitialAccessToken(
        id: "0a1b2c3d", digest: Array(repeating: 7, count: 32), createdAt: now, expiresAt: now + .seconds(60))
    private static let serverKey = SigningKeyRecord(
        keyID: "k1", algorithm: .es256, sealed: [1, 2, 3], createdAt: now)

    private static func edit(
        _ store: any Store, _ body: @escaping @Sendable (inout ClientRecord) -> Void
    ) async throws {
        _ = try await store.clients.change(billing) { before throws(Never) in
            var client = before.client
            body(&client)
            return (client, before.keys)
        }
    }

    private static func number(_ store: any Store) async throws -> Int64 {
        try #require(try await store.clients.registration(of: billing)?.keys.first?.number)
    }

    static let examples: [Example] = [
        Example(.clientRegistered, of: client, change: addClient),
        Example(.clientChanged, of: client, prepare: addClient) { try await edit($0) { $0.name = "B" } },
        Example(.clientDisabled, of: client, prepare: addClient) {
            try await $0.clients.setEnabled(false, billing, at: now)
        },
        Example(
            .clientEnabled, of: client,
            prepare: {
                try await addClient($0)
                try await $0.clients.setEnabled(false, billing, at: now)
            }
        ) { try await edit($0) { $0.isEnabled = true } },
        Example(.clientRemoved, of: client, prepare: addClient) { try await $0.clients.remove(billing) },
        Example(.clientKeyAdded, of: client, prepare: addClient) {
            try await $0.clientKeys.add(try Samples.key("c", certificate: Samples.certificate), to: billing)
        },
        Example(.clientKeyChanged, of: client, prepare: addClient) {
            try await $0.clientKeys.setStatus(.retiring(until: now), number: try await number($0), of: billing)
        },
        Example(.clientKeyRemoved, of: client, prepare: addClient) {
            try await $0.clientKeys.remove(try await number($0), of: billing)
        },
        Example(.clientSecretAdded, of: client, prepare: addClient) {
            try await edit($0) { $0.secrets = [ClientSecretRecord(digest: secretBytes, createdAt: now)] }
        },
        Example(
            .clientSecretRemoved, of: client,
            prepare: {
                try await addClient($0)
                try await edit($0) { $0.secrets = [ClientSecretRecord(digest: secretBytes, createdAt: now)] }
            }
        ) { try await edit($0) { $0.secrets = [] } },
        Example(.keyStoreEntryAdded, of: ChangeSubject(.keyStoreEntry, "old")) {
            _ = try await $0.keyStore.put([try Samples.keyStoreEntry("old")], replaces: false)
        },
        Example(
            .keyStoreEntryChanged, of: ChangeSubject(.keyStoreEntry, "old"),
            prepare: { _ = try await $0.keyStore.put([try Samples.keyStoreEntry("old")], replaces: false) }
        ) { _ = try await $0.keyStore.put([try Samples.keyStoreEntry("old", certificate: 9)], replaces: true) },
        Example(
            .keyStoreEntryRemoved, of: ChangeSubject(.keyStoreEntry, "old"),
            prepare: { _ = try await $0.keyStore.put([try Samples.keyStoreEntry("old")], replaces: false) }
        ) { try await $0.keyStore.remove("old") },
        Example(.userAdded, of: person, change: addUser),
        Example(.userChanged, of: person, prepare: addUser) { store in
            _ = try await store.users.change(user.id) { user throws(Never) in
                var user = user
                user.claims.set("nickname", "Al")
                return user
            }
        },
        Example(.userDisabled, of: person, prepare: addUser) { store in
            _ = try await store.users.change(user.id) { user throws(Never) in
                var user = user
                user.isEnabled = false
                return user
            }
        },
        Example(.userPasswordSet, of: person, prepare: addUser) {
            try await $0.users.setPassword(hash: "$scrypt$secret", of: user.id, at: now + .seconds(5))
        },
        Example(
            .userPasswordRemoved, of: person,
            prepare: {
                try await addUser($0)
                try await $0.users.setPassword(hash: "$scrypt$secret", of: user.id, at: now + .seconds(5))
            }
        ) { try await $0.users.setPassword(hash: nil, of: user.id, at: now + .seconds(6)) },
        Example(.userRemoved, of: person, prepare: addUser) { try await $0.users.remove(user.id, at: now) },
        Example(.resourceAdded, of: resource) { try await $0.resources.add(api) },
        Example(.resourceChanged, of: resource, prepare: { try await $0.resources.add(api) }) {
            _ = try await $0.resources.change(api.uri) { $0.scopes = ["a"] }
        },
        Example(.resourceRemoved, of: resource, prepare: { try await $0.resources.add(api) }) {
            try await $0.resources.remove(api.uri)
        },
        Example(.registrationTokenAdded, of: ChangeSubject(.registrationToken, "0a1b2c3d")) {
            try await $0.initialAccessTokens.add(token)
        },
        Example(
            .registrationTokenRemoved, of: ChangeSubject(.registrationToken, "0a1b2c3d"),
            prepare: { try await $0.initialAccessTokens.add(token) }
        ) { try await $0.initialAccessTokens.remove(token.id) },
        Example(.serverKeyAdded, of: ChangeSubject(.serverKey, "k1")) { try await $0.signingKeys.add(serverKey) },
        Example(
            .serverKeyChanged, of: ChangeSubject(.serverKey, "k1"),
            prepare: { try await $0.signingKeys.add(serverKey) }
        ) { try await $0.signingKeys.update("k1", signsFrom: now, publishedUntil: now + .seconds(60)) },
    ]

    private static let secretBytes: [UInt8] = Array(repeating: 0xAB, count: 32)

    @Test("Each change is one row, with its actor, its subject and its time", arguments: examples)
    func recorded(_ example: Example) async throws {
        let open = try Engine.sqlite.make()
        try await example.prepare(open.store)
        let before = try await open.store.changes.page(ChangeFilter(), before: nil, limit: 100).count
        try await example.change(open.store.acting(as: Self.alice))
        let changes = try await open.store.changes.page(ChangeFilter(), before: nil, limit: 100).compactMap(\.change)
        let new = changes.prefix(changes.count - before)
        #expect(new.map(\.action) == example.actions)
        #expect(new.map(\.actor) == [Self.alice])
        #expect(new.map(\.subject) == [example.subject])
        #expect(new.map(\.at) == [open.clock.now])
        #expect(changes.map(\.number) == (1...Int64(changes.count)).reversed())
    }

    @Test("A change that is repeated, refused or fails is not recorded", arguments: Engine.all)
    func nothing(_ engine: Engine) async throws {
        let store = try engine.make().store
        try await Self.addClient(store)
        try await Self.addUser(store)
        let before = try await store.changes.bounds()
        try await Self.edit(store) { $0.updatedAt = Self.now + .seconds(9) }
        try await store.clients.setEnabled(true, Self.billing, at: Self.now + .seconds(10))
        await #expect(throws: StoreError.self) { try await Self.addClient(store) }
        await #expect(throws: StoreError.self) { try await store.clients.remove(ClientID("other")) }
        _ = try await store.users.change(Self.user.id) { user throws(Never) in user }
        try await store.users.replaceHash("a", with: "b", of: Self.user.id)
        #expect(try await store.changes.bounds() == before)
    }

    @Test("What is recorded has no digest of a secret and no hash of a password", arguments: Engine.all)
    func secrets(_ engine: Engine) async throws {
        for example in Self.examples {
            let store = try engine.make().store
            try await example.prepare(store)
            try await example.change(store)
            let digests = [
                Base64URL.encode(Self.secretBytes), Base64URL.encode(Self.token.digest), "$scrypt$", "010203",
            ]
            for row in try await store.changes.rows(after: 0, limit: 100) {
                let text = [row.before, row.after].compactMap(\.self).map { String(decoding: $0, as: UTF8.self) }
                for digest in digests { #expect(!text.joined().contains(digest)) }
            }
        }
    }

    @Test("Another issuer has a log of its own, and the store of another issuer keeps the actor", arguments: Engine.all)
    func issuers(_ engine: Engine) async throws {
        let store = try engine.make().store.acting(as: Self.alice)
        let other = store.issuer(IssuerNumber(rawValue: 2))
        try await Self.addClient(store)
        try await Self.addClient(other)
        try await other.clients.setEnabled(false, Self.billing, at: Self.now)
        #expect(try await store.changes.bounds().head.number == 1)
        let changes = try await other.changes.page(ChangeFilter(), before: nil, limit: 9).compactMap(\.change)
        #expect(changes.map(\.number) == [2, 1])
        #expect(changes.map(\.actor) == [Self.alice, Self.alice])
    }

    @Test("Changes are found by subject, actor and time, newest first, page by page", arguments: Engine.all)
    func filters(_ engine: Engine) async throws {
        let open = try engine.make()
        let bob = Actor.commandLine(user: "bob", sudoUser: "carol")
        try await Self.addClient(open.store.acting(as: Self.alice))
        try await Self.addUser(open.store.acting(as: bob))
        open.clock.advance(by: .seconds(60))
        try await open.store.acting(as: bob).clients.setEnabled(false, Self.billing, at: open.clock.now)
        func numbers(_ filter: ChangeFilter, before number: Int64? = nil, limit: Int = 9) async throws -> [Int64] {
            try await open.store.changes.page(filter, before: number, limit: limit).map(\.number)
        }
        #expect(try await numbers(ChangeFilter()) == [3, 2, 1])
        #expect(try await numbers(ChangeFilter(), limit: 2) == [3, 2])
        #expect(try await numbers(ChangeFilter(), before: 2) == [1])
        #expect(try await numbers(ChangeFilter(subjectKind: .client)) == [3, 1])
        #expect(try await numbers(ChangeFilter(subjectKind: .client, subjectID: "Billing")) == [])
        #expect(try await numbers(ChangeFilter(actorID: "bob")) == [3, 2])
        #expect(try await numbers(ChangeFilter(subjectKind: .client, actorID: "bob")) == [3])
        #expect(try await numbers(ChangeFilter(since: open.clock.now)) == [3])
        #expect(try await numbers(ChangeFilter(subjectKind: .client, since: open.clock.now - .seconds(1))) == [3])
        #expect(try await numbers(ChangeFilter(since: open.clock.now + .seconds(1))) == [])
        #expect(try await open.store.changes.change(3)?.actor == bob)
        #expect(try await open.store.changes.change(4) == nil)
    }

    @Test("The latest change that undid another one is found, however long ago that was", arguments: Engine.all)
    func undoing(_ engine: Engine) async throws {
        let store = try engine.make().store
        try await Self.addClient(store)
        func rename(_ name: String, undoing number: Int64? = nil) async throws {
            try await Self.edit(number.map { store.undoing($0) } ?? store) { $0.name = name }
        }
        try await rename("A")
        #expect(try await store.changes.undoing(2) == nil)
        try await rename("B", undoing: 2)
        for number in 0..<40 { try await rename("C\(number)") }
        #expect(try await store.changes.undoing(2) == 3)
        try await rename("D", undoing: 2)
        #expect(try await store.changes.undoing(2) == 44)
        #expect(try await store.changes.undoing(3) == nil)
        #expect(try await store.issuer(IssuerNumber(rawValue: 2)).changes.undoing(2) == nil)
    }

    @Test("The oldest changes are removed only with their digest, and the log says so", arguments: Engine.all)
    func removal(_ engine: Engine) async throws {
        let store = try engine.make().store
        try await Self.addClient(store)
        try await Self.addUser(store)
        let first = try #require(try await store.changes.change(1))
        await #expect(throws: StoreError.self) { try await store.changes.remove(through: 1, digest: Self.secretBytes) }
        await #expect(throws: StoreError.self) { try await store.changes.remove(through: 3, digest: first.digest) }
        try await store.changes.remove(through: 1, digest: first.digest)
        #expect(try await store.changes.rows(after: 0, limit: 9).map(\.number) == [2, 3])
        let bounds = try await store.changes.bounds()
        #expect(bounds.anchor == ChangePosition(number: 1, digest: first.digest))
        let removed = try #require(try await store.changes.change(3))
        #expect(removed.action == .changesRemoved)
        #expect(removed.after == ["through": .number(1), "digest": .string(Base64URL.encode(first.digest))])
    }
}
