import Countersign
import Store
import Testing

@Suite("A change of a client on the basis of what is registered")
struct ClientChangeTests {
    private static let billing = ClientID("billing")

    private struct Refusal: Error {}

    @Test("It sees and changes the client and its keys", arguments: Engine.all)
    func changed(_ engine: Engine) async throws {
        let store = try engine.make().store
        try await store.clients.add(Samples.client(), keys: [try Samples.key("1"), try Samples.key("2")])
        let added = try Samples.key("3")
        let after = try await store.clients.change(Self.billing) { current throws(Refusal) in
            var client = current.client
            client.name += ", changed"
            return (client, Array(current.keys.prefix(1)) + [added])
        }.get()
        #expect(after.client.name == Samples.client().name + ", changed")
        #expect(after.keys.map(\.jwk.keyID) == ["1", "3"])
        let found = try #require(try await store.clients.registration(of: Self.billing))
        #expect(found.client == after.client && found.keys.map(\.number) == after.keys.map(\.number))
    }

    @Test(
        "Without a decision, with an error, or with a client that cannot be stored, nothing changes",
        arguments: Engine.all)
    func unchanged(_ engine: Engine) async throws {
        let store = try engine.make().store
        try await store.clients.add(Samples.client(), keys: [try Samples.key("1")])
        let revision = try await store.clients.revision()
        let same = try await store.clients.change(Self.billing) { _ throws(Refusal) in nil }.get()
        #expect(same.client == Samples.client() && same.keys.count == 1)
        let refused = try await store.clients.change(Self.billing) { _ throws(Refusal) in throw Refusal() }
        #expect(throws: Refusal.self) { try refused.get() }
        await #expect(throws: StoreError.self) {
            try await store.clients.change(Self.billing) { current throws(Refusal) in
                var client = current.client
                client.name = "a\0b"
                return (client, [])
            }
        }
        #expect(try await store.clients.revision() == revision)
        let found = try #require(try await store.clients.registration(of: Self.billing))
        #expect(found.client == Samples.client() && found.keys.count == 1)
    }

    @Test("There must be such a client", arguments: Engine.all, ["nobody", "a\0b"])
    func missing(_ engine: Engine, _ id: String) async throws {
        let store = try engine.make().store
        await #expect(throws: StoreError.notFound("Client '\(ClientID(id))'")) {
            try await store.clients.change(ClientID(id)) { _ throws(Refusal) in nil }
        }
    }
}
