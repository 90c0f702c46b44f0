import Countersign
import Store
import TestSupport
import Testing

@Suite("Clients and their keys")
struct ClientTests {
    private static let billing = ClientID("billing")

    @Test("A client is read back as registered", arguments: Engine.all)
    func roundTrip(_ engine: Engine) async throws {
        let store = try engine.make().store
        let keys = [try Samples.key("first"), try Samples.key(certificate: Samples.certificate)]
        for client in [Samples.client(), Samples.unusualClient("unusual")] {
            try await store.clients.add(client, keys: keys)
            let found = try #require(try await store.clients.registration(of: client.id))
            #expect(found.client == client)
            #expect(found.keys.map(\.jwk.object) == keys.map(\.jwk.object))
            #expect(found.keys.map(\.certificate) == [nil, Samples.certificate])
            #expect(found.keys.map(\.addedAt) == keys.map(\.addedAt))
            #expect(found.keys.allSatisfy { $0.number != nil })
        }
    }

    @Test("A duplicate identifier is a conflict, and nothing changes", arguments: Engine.all)
    func conflict(_ engine: Engine) async throws {
        let store = try engine.make().store
        try await store.clients.add(Samples.client(), keys: [])
        await #expect(throws: StoreError.conflict("A client 'billing'")) {
            try await store.clients.add(Samples.unusualClient("billing"), keys: [try Samples.key()])
        }
        let found = try #require(try await store.clients.registration(of: Self.billing))
        #expect(found.client == Samples.client())
        #expect(found.keys.isEmpty)
    }

    @Test(
        "Values that cannot be stored unchanged are refused", arguments: Engine.all,
        [
            ClientRecord(id: ClientID(""), name: "", createdAt: TestClock.start),
            ClientRecord(id: ClientID("billing\0"), name: "", createdAt: TestClock.start),
            ClientRecord(id: ClientID("bill\ning"), name: "", createdAt: TestClock.start),
            ClientRecord(id: ClientID(String(repeating: "a", count: 256)), name: "", createdAt: TestClock.start),
            ClientRecord(id: billing, name: "a\0b", createdAt: TestClock.start),
            ClientRecord(id: billing, name: "", scopes: ["a b"], createdAt: TestClock.start),
            ClientRecord(id: billing, name: "", scopes: [""], createdAt: TestClock.start),
        ])
    func invalid(_ engine: Engine, _ client: ClientRecord) async throws {
        let store = try engine.make().store
        do {
            try await store.clients.add(client, keys: [])
            Issue.record("\(client.id) was kept")
        } catch {
            guard case .invalid = error else {
                Issue.record("\(error)")
                return
            }
        }
    }

    @Test("Identifiers are compared as bytes (RFC 3986 §6.2.1)", arguments: Engine.all)
    func bytes(_ engine: Engine) async throws {
        let store = try engine.make().store
        let ids = ["é", "e\u{301}", "Billing", "billing", "billing "]
        for id in ids { try await store.clients.add(Samples.client(id), keys: []) }
        for id in ids {
            let found = try #require(try await store.clients.registration(of: ClientID(id)))
            #expect(found.client.id == ClientID(id))
        }
        for id in ["BILLING", "billing\0", "billing\0x", "", " billing"] {
            #expect(try await store.clients.registration(of: ClientID(id)) == nil, "\(id)")
        }
    }

    @Test("Clients are listed by the bytes of their identifiers, page by page", arguments: Engine.all)
    func pages(_ engine: Engine) async throws {
        let store = try engine.make().store
        for id in ["b", "ä", "a", "B", "z", "aa"] { try await store.clients.add(Samples.client(id), keys: []) }
        var listed: [String] = []
        var last: ClientID?
        while true {
            let page = try await store.clients.page(after: last, limit: 2)
            guard !page.isEmpty else { break }
            #expect(page.count <= 2)
            listed += page.map(\.id.text)
            last = page.last?.id
        }
        #expect(listed == ["B", "a", "aa", "b", "z", "ä"])
    }

    @Test("An update replaces everything but the time of registration", arguments: Engine.all)
    func update(_ engine: Engine) async throws {
        let store = try engine.make().store
        let keys = [try Samples.key("old")]
        try await store.clients.add(Samples.client(), keys: keys)

        try await store.clients.replace(Samples.unusualClient("billing"))
        var found = try #require(try await store.clients.registration(of: Self.billing))
        #expect(found.client.createdAt == TestClock.start)
        #expect(found.client.updatedAt == Samples.unusualClient("billing").updatedAt)
        #expect(found.client.name == Samples.unusualClient("billing").name)
        #expect(found.keys.map(\.jwk.keyID) == ["old"])

        try await store.clients.replace(Samples.client(), keys: [try Samples.key("new")])
        found = try #require(try await store.clients.registration(of: Self.billing))
        #expect(found.client == Samples.client())
        #expect(found.keys.map(\.jwk.keyID) == ["new"])
    }

    @Test("A client is disabled", arguments: Engine.all)
    func enabled(_ engine: Engine) async throws {
        let store = try engine.make().store
        try await store.clients.add(Samples.client(), keys: [])
        let later = TestClock.start + .seconds(5)
        try await store.clients.setEnabled(false, Self.billing, at: later)
        let found = try #require(try await store.clients.registration(of: Self.billing))
        #expect(!found.client.isEnabled)
        #expect(!found.registeredClient.isEnabled)
        #expect(found.client.updatedAt == later)
    }

    @Test("Keys are added and removed one by one", arguments: Engine.all)
    func keys(_ engine: Engine) async throws {
        let store = try engine.make().store
        try await store.clients.add(Samples.client(), keys: [try Samples.key("1")])
        try await store.clients.add(Samples.client("other"), keys: [])
        try await store.clientKeys.add(try Samples.key("2"), to: Self.billing)
        var found = try #require(try await store.clients.registration(of: Self.billing))
        #expect(found.keys.map(\.jwk.keyID) == ["1", "2"])
        let first = try #require(found.keys.first?.number)

        await #expect(throws: StoreError.notFound("Key \(first) of client 'other'")) {
            try await store.clientKeys.remove(first, of: ClientID("other"))
        }
        try await store.clientKeys.remove(first, of: Self.billing)
        found = try #require(try await store.clients.registration(of: Self.billing))
        #expect(found.keys.map(\.jwk.keyID) == ["2"])
        await #expect(throws: StoreError.self) { try await store.clientKeys.remove(first, of: Self.billing) }
    }

    @Test("A removed client is gone with its keys", arguments: Engine.all)
    func removed(_ engine: Engine) async throws {
        let store = try engine.make().store
        try await store.clients.add(Samples.client(), keys: [try Samples.key("1")])
        try await store.clients.remove(Self.billing)
        #expect(try await store.clients.registration(of: Self.billing) == nil)
        try await store.clients.add(Samples.client(), keys: [])
        #expect(try await store.clients.registration(of: Self.billing)?.keys.isEmpty == true)
    }

    @Test("Changing a missing client is an error", arguments: Engine.all)
    func notFound(_ engine: Engine) async throws {
        let store = try engine.make().store
        let error = StoreError.notFound("Client 'billing'")
        let key = try Samples.key()
        await #expect(throws: error) { try await store.clients.replace(Samples.client()) }
        await #expect(throws: error) { try await store.clients.setEnabled(true, Self.billing, at: TestClock.start) }
        await #expect(throws: error) { try await store.clients.remove(Self.billing) }
        await #expect(throws: error) { try await store.clientKeys.add(key, to: Self.billing) }
        await #expect(throws: error) { try await store.clientKeys.remove(1, of: Self.billing) }
    }

    @Test("The scopes of enabled clients are listed once each, the oldest client's first", arguments: Engine.all)
    func registeredScopes(_ engine: Engine) async throws {
        let store = try engine.make().store
        #expect(try await store.clients.scopes(limit: 10) == [])
        let clients: [(id: String, scopes: [String], isEnabled: Bool)] = [
            ("z", ["b", "a"], true), ("y", ["b", "a"], true), ("x", ["secret"], false), ("w", ["a", "c"], true),
            ("v", [], true), ("u", ["d"], true),
        ]
        for (id, scopes, isEnabled) in clients {
            var client = Samples.client(id)
            (client.scopes, client.isEnabled) = (scopes, isEnabled)
            try await store.clients.add(client, keys: [])
        }
        #expect(try await store.clients.scopes(limit: 10) == ["b", "a", "c", "d"])
        #expect(try await store.clients.scopes(limit: 3) == ["b", "a", "c"])
    }
}
