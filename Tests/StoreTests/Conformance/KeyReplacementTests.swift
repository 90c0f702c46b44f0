import Countersign
import Store
import TestSupport
import Testing

@Suite("An update of a client's keys")
struct KeyReplacementTests {
    private static let billing = ClientID("billing")

    private static func keys(_ store: any Store) async throws -> [KeyRecord] {
        try #require(try await store.clients.registration(of: billing)).keys
    }

    @Test("Remaining keys keep their number, status and time, whatever the update contains", arguments: Engine.all)
    func kept(_ engine: Engine) async throws {
        let store = try engine.make().store
        try await store.clients.add(Samples.client(), keys: [try Samples.key("goes"), try Samples.key("stays")])
        let before = try await Self.keys(store)
        let stays = try #require(before.last)
        // Another process revokes it between the read and the update.
        let revoked = KeyAvailability.revoked(since: TestClock.start + .seconds(5))
        try await store.clientKeys.setStatus(revoked, number: try #require(stays.number), of: Self.billing)

        let retiring = KeyAvailability.retiring(until: TestClock.start + .seconds(60))
        try await store.clients.replace(Samples.client(), keys: [stays, try Samples.key("new", status: retiring)])
        let after = try await Self.keys(store)
        #expect(after.map(\.jwk.keyID) == ["stays", "new"])
        #expect(after.map(\.status) == [revoked, retiring])
        #expect(after.first?.number == stays.number)
        #expect(after.first?.addedAt == stays.addedAt)
        #expect(!before.map(\.number).contains(after.last?.number))
    }

    @Test("An update with a key that was removed meanwhile is an error, and nothing changes", arguments: Engine.all)
    func gone(_ engine: Engine) async throws {
        let store = try engine.make().store
        try await store.clients.add(Samples.client(), keys: [try Samples.key("1"), try Samples.key("2")])
        let before = try await Self.keys(store)
        let number = try #require(before.first?.number)
        try await store.clientKeys.remove(number, of: Self.billing)
        let client = ClientRecord(id: Self.billing, name: "changed", createdAt: TestClock.start)
        await #expect(throws: StoreError.notFound("Key \(number) of client 'billing'")) {
            try await store.clients.replace(client, keys: before + [try Samples.key("3")])
        }
        #expect(try await Self.keys(store).map(\.jwk.keyID) == ["2"])
        #expect(try await store.clients.registration(of: Self.billing)?.client == Samples.client())
    }

    @Test("A key of another client cannot be taken over", arguments: Engine.all)
    func another(_ engine: Engine) async throws {
        let store = try engine.make().store
        try await store.clients.add(Samples.client(), keys: [try Samples.key("1")])
        try await store.clients.add(Samples.client("other"), keys: [])
        let keys = try await Self.keys(store)
        await #expect(throws: StoreError.self) { try await store.clients.replace(Samples.client("other"), keys: keys) }
        #expect(try await Self.keys(store).map(\.number) == keys.map(\.number))
        #expect(try await store.clients.registration(of: ClientID("other"))?.keys.isEmpty == true)
    }

    @Test("An empty list removes every key", arguments: Engine.all)
    func empty(_ engine: Engine) async throws {
        let store = try engine.make().store
        try await store.clients.add(Samples.client(), keys: [try Samples.key("1"), try Samples.key("2")])
        try await store.clients.replace(Samples.client(), keys: [])
        #expect(try await Self.keys(store).isEmpty)
    }
}
