import Countersign
import Store
import Testing

@Suite("Clients with certificates")
struct CertifiedClientTests {
    private func add(_ id: String, certificate: Bool, keys: Int = 1, to store: any Store) async throws {
        let keys = try (0..<keys).map { number in
            try Samples.key("\(number)", certificate: certificate && number == 0 ? Samples.certificate : nil)
        }
        try await store.clients.add(Samples.client(id), keys: keys)
    }

    private func walk(_ store: any Store, limit: Int) async throws -> [String] {
        var found: [String] = []
        var last: ClientID?
        repeat {
            let page = try await store.clients.withCertificate(after: last, limit: limit)
            #expect(page.count <= limit)
            found += page.map(\.client.id.text)
            last = page.count == limit ? page.last?.client.id : nil
        } while last != nil
        return found
    }

    @Test(
        "Each is found once, with all its keys, wherever its certificate is stored; clients without one are not",
        arguments: Engine.all,
        [1, 2, 3, 100])
    func pages(_ engine: Engine, _ limit: Int) async throws {
        let store = try engine.make().store
        try await add("own", certificate: true, keys: 3, to: store)
        try await add("bare", certificate: false, keys: 2, to: store)
        try await add("none", certificate: false, keys: 0, to: store)
        try await add("in-key-store", certificate: false, keys: 0, to: store)
        try await add("both", certificate: true, to: store)
        for alias in ["in-key-store", "both", "nobody"] {
            _ = try await store.keyStore.put([try Samples.keyStoreEntry(ExactString(alias))], replaces: false)
        }
        #expect(try await walk(store, limit: limit).sorted() == ["both", "in-key-store", "own"])
        let registrations = try await store.clients.withCertificate(after: nil, limit: 10)
        for registration in registrations {
            let whole = try #require(try await store.clients.registration(of: registration.client.id))
            #expect(registration.client == whole.client)
            #expect(registration.keys.map(\.number) == whole.keys.map(\.number))
            #expect(registration.keyStoreEntry?.alias == whole.keyStoreEntry?.alias)
        }
    }

    @Test("Without certificates, nothing is found", arguments: Engine.all)
    func none(_ engine: Engine) async throws {
        let store = try engine.make().store
        #expect(try await walk(store, limit: 5).isEmpty)
        try await add("bare", certificate: false, to: store)
        #expect(try await walk(store, limit: 5).isEmpty)
    }
}
