import Countersign
import Store
import TestSupport
import Testing

/// A client's possible key sources, and the one in use.
struct KeySourceCase: Sendable, CustomTestStringConvertible {
    static let url = "https://client.example/jwks"

    let testDescription: String
    var own: [KeyAvailability] = []
    var hasURL = false
    var alias: ExactString?
    let source: KeySource
    /// The `kid`s that the verifier sees.
    let keys: [ExactString]

    static let all = [
        KeySourceCase(testDescription: "nothing", source: .none, keys: []),
        KeySourceCase(
            testDescription: "everything", own: [.active], hasURL: true, alias: "billing", source: .own, keys: ["own 0"]
        ),
        KeySourceCase(
            testDescription: "no own key", hasURL: true, alias: "billing", source: .keySet(url: url), keys: []),
        KeySourceCase(
            testDescription: "an entry of the key store", alias: "billing", source: .keyStore(alias: "billing"),
            keys: ["billing"]),
        KeySourceCase(
            testDescription: "only a revoked own key", own: [.revoked(since: TestClock.start)], hasURL: true,
            alias: "billing", source: .own, keys: ["own 0"]),
        KeySourceCase(
            testDescription: "a retired and a retiring key",
            own: [.retiring(until: TestClock.start - .seconds(1)), .retiring(until: TestClock.start + .seconds(1))],
            alias: "billing", source: .own, keys: ["own 0", "own 1"]),
        KeySourceCase(testDescription: "another client's entry", alias: "Billing", source: .none, keys: []),
    ]
}

@Suite("The source of a client's keys")
struct KeySourceTests {
    private static let billing = ClientID("billing")

    @Test("Own keys come first, then the key set, then the key store", arguments: Engine.all, KeySourceCase.all)
    func order(_ engine: Engine, _ example: KeySourceCase) async throws {
        let store = try engine.make().store
        var client = Samples.client()
        if example.hasURL { client.keySetURL = KeySourceCase.url }
        client.options.certificateValidity = .warn
        let own = try example.own.enumerated().map { try Samples.key("own \($0.offset)", status: $0.element) }
        try await store.clients.add(client, keys: own)
        if let alias = example.alias {
            _ = try await store.keyStore.put([try Samples.keyStoreEntry(alias)], replaces: false)
        }

        let registration = try #require(try await store.clients.registration(of: Self.billing))
        #expect(registration.client == client)
        #expect(registration.keySource == example.source)
        #expect((registration.keyStoreEntry != nil) == (example.alias == "billing"))

        let registered = registration.registeredClient
        #expect(registered.keys.map(\.jwk.keyID) == example.keys)
        #expect(registered.keys.map(\.certificate) == registered.keys.map { _ in Self.facts(of: example) })
        if example.source == .own { #expect(registered.keys.map(\.availability) == example.own) }
        #expect(registered.options.certificateValidity == .warn)
        let url: ExactString? = example.source == .keySet(url: KeySourceCase.url) ? .init(KeySourceCase.url) : nil
        #expect(registered.keySetURL == url)
    }

    private static func facts(of example: KeySourceCase) -> CertificateFacts? {
        example.source == .keyStore(alias: "billing") ? Samples.certificate.facts : nil
    }

    @Test("Removing the last own key switches to the next source; revoking it does not", arguments: Engine.all)
    func removal(_ engine: Engine) async throws {
        let store = try engine.make().store
        var client = Samples.client()
        client.keySetURL = KeySourceCase.url
        try await store.clients.add(client, keys: [try Samples.key()])
        let number = try #require(try await store.clients.registration(of: Self.billing)?.keys.first?.number)
        try await store.clientKeys.setStatus(.revoked(since: TestClock.start), number: number, of: Self.billing)
        #expect(try await store.clients.registration(of: Self.billing)?.keySource == .own)
        try await store.clientKeys.remove(number, of: Self.billing)
        #expect(try await store.clients.registration(of: Self.billing)?.keySource == .keySet(url: KeySourceCase.url))
    }

    @Test("A client and its keys are read as one consistent snapshot", .timeLimit(.minutes(5)), arguments: Engine.all)
    func snapshot(_ engine: Engine) async throws {
        let open = try engine.make()
        let (store, other) = (open.store, try open.another())
        try await store.clients.add(Samples.client(), keys: [try Samples.key("Billing job")])
        async let changes: Void = {
            for number in 0..<100 {
                let client = ClientRecord(id: Self.billing, name: "\(number)", createdAt: TestClock.start)
                try await other.clients.replace(client, keys: [try Samples.key("\(number)")])
            }
        }()
        for _ in 0..<500 {
            let found = try #require(try await store.clients.registration(of: Self.billing))
            #expect(found.keys.map(\.jwk.keyID) == [ExactString(found.client.name)])
        }
        try await changes
    }
}
