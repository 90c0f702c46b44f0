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
