import Countersign
import Store
import TestSupport
import Testing

@Suite("RFC 9110 §13.1.1: a change under a condition")
struct ChangeConditionTests {
    private static let now = TestClock.start

    private static func named(_ name: String) -> ChangeCondition {
        ChangeCondition { try $0.resource("urn:example:a").map { $0.name == name } ?? true }
    }

    @Test("is made only if the condition holds in its transaction", arguments: Engine.all)
    func condition(_ engine: Engine) async throws {
        let store = try engine.make().store
        try await store.resources.add(ResourceRecord(uri: "urn:example:a", name: "A", createdAt: Self.now))
        await #expect(throws: StoreError.changed) {
            try await store.requiring(Self.named("B")).resources.change("urn:example:a") { $0.name = "C" }
        }
        await #expect(throws: StoreError.changed) {
            try await store.requiring(Self.named("B")).resources.remove("urn:example:a")
        }
        #expect(try await store.resources.all().map(\.name) == ["A"])
        _ = try await store.requiring(Self.named("A")).resources.change("urn:example:a") { $0.name = "C" }
        #expect(try await store.resources.all().map(\.name) == ["C"])
    }

    @Test("meets its condition for the changes of the same use case", arguments: Engine.all)
    func severalChanges(_ engine: Engine) async throws {
        let store = try engine.make().store
        try await store.resources.add(ResourceRecord(uri: "urn:example:a", name: "A", createdAt: Self.now))
        let conditional = store.requiring(Self.named("A"))
        _ = try await conditional.resources.change("urn:example:a") { $0.name = "B" }
        _ = try await conditional.resources.change("urn:example:a") { $0.name = "C" }
        #expect(try await store.resources.all().map(\.name) == ["C"])
    }

    @Test("that fails for another reason does not count as the first", arguments: Engine.all)
    func failedChange(_ engine: Engine) async throws {
        let store = try engine.make().store
        try await store.resources.add(ResourceRecord(uri: "urn:example:a", name: "A", createdAt: Self.now))
        let conditional = store.requiring(Self.named("A"))
        await #expect(throws: StoreError.invalid("The name contains a NUL character")) {
            try await conditional.resources.change("urn:example:a") { $0.name = "\0" }
        }
        _ = try await store.resources.change("urn:example:a") { $0.name = "B" }
        await #expect(throws: StoreError.changed) {
            try await conditional.resources.change("urn:example:a") { $0.name = "C" }
        }
    }

    @Test("counts who else can sign in: of two who leave a group at once, one stays", arguments: Engine.all)
    func others(_ engine: Engine) async throws {
        let store = try engine.make().store
        func add(_ name: String, _ groups: [String], hash: String? = "h", isEnabled: Bool = true) async throws -> UserID
        {
            let user = UserRecord(
                name: name, groups: groups, passwordHash: hash, isEnabled: isEnabled, createdAt: Self.now)
            try await store.users.add(user)
            return user.id
        }
        let (ada, bo) = (try await add("ada", ["admin"]), try await add("bo", ["x", "admin"]))
        _ = try await add("disabled", ["admin"], isEnabled: false)
        _ = try await add("without", ["admin"], hash: nil)
        _ = try await add("other", ["Admin", "admin2", "\"admin\""])
        func leave(_ id: UserID) async -> Bool {
            let another = ChangeCondition { try $0.hasMember(of: "admin", whoCanSignInBeside: id) }
            do {
                _ = try await store.requiring(another).users.change(id) { user throws(Never) in
                    var user = user
                    user.groups = []
                    return user
                }
                return true
            } catch {
                #expect(error == .changed)
                return false
            }
        }
        #expect(try await store.users.hasMember(of: "admin", whoCanSignInBeside: ada))
        async let first = leave(ada)
        async let second = leave(bo)
        let left = await [first, second]
        #expect(left.count { $0 } == 1)
        let stays = left[0] ? bo : ada
        #expect(try await !store.users.hasMember(of: "admin", whoCanSignInBeside: stays))
        #expect(try await store.users.user(stays)?.groups.contains("admin") == true)
        #expect(
            try await !store.issuer(IssuerNumber(rawValue: 2)).users.hasMember(of: "admin", whoCanSignInBeside: ada))
    }

    @Test("reads every kind of record of its issuer alone", arguments: Engine.all)
    func records(_ engine: Engine) async throws {
        let store = try engine.make().store
        let user = UserRecord(name: "alice", groups: ["admin"], createdAt: Self.now)
        try await store.users.add(user)
        let other = store.issuer(IssuerNumber(rawValue: 2))
        let isThere = ChangeCondition { records in
            let isEmpty =
                try records.registration(of: ClientID("c")) == nil && records.keyStoreEntry("c") == nil
                && records.initialAccessToken("c") == nil && records.signingKeys().isEmpty
                && records.session("s", of: user.id) == nil && records.access(of: user.id, to: ClientID("c")) == nil
            return try isEmpty && records.user(user.id) != nil && records.hasMember(of: "admin")
        }
        await #expect(throws: StoreError.changed) {
            try await other.requiring(isThere).resources.add(ResourceRecord(uri: "urn:a:b", createdAt: Self.now))
        }
        try await store.requiring(isThere).resources.add(ResourceRecord(uri: "urn:a:b", createdAt: Self.now))
    }
}
