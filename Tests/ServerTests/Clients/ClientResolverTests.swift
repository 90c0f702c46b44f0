import Countersign
import Store
import TestSupport
import Testing

@testable import Server

@Suite("The source of a client and its keys", .timeLimit(.minutes(5)))
struct ClientResolverTests {
    private let bench: KeySetBench
    private let registered: CachedClientDirectory
    private let documents: ClientMetadataDocuments
    private let resolver: ClientResolver
    private static let keySetURL: ExactString = "https://keys.example/jwks"

    init() throws {
        bench = try KeySetBench()
        let clock = bench.clock
        registered = CachedClientDirectory(store: bench.store.clients, clock: { clock.now })
        documents = ClientMetadataDocuments(
            store: bench.store.provenClientURLs, reader: bench.reader, MetadataBench.settings(),
            algorithms: MetadataBench.algorithms, bench.log.runtime(clock))
        resolver = ClientResolver(
            registered: registered, keySets: bench.node().cache, strangersKeySets: bench.node(isStored: false).cache,
            documents: documents)
    }

    @Test("A URL client is found with the keys of its document")
    func inlineKeys() async throws {
        try publishDocument()
        #expect(try await keyIDs() == ["k1"])
        #expect(
            try await resolver.client(MetadataBench.id).flatMap(\.attachedRecord)?.record.scopes == ["read", "write"])
        #expect(try await resolver.refreshKeySet(of: MetadataBench.id).learned == .unchanged)
    }

    @Test("A URL client's key set is read with small limits, and never reaches the store")
    func keySetOfClientURL() async throws {
        try publishDocument([("jwks", nil), ("jwks_uri", .string(Self.keySetURL))])
        try bench.publish(["k7"], at: Self.keySetURL)
        #expect(try await keyIDs() == ["k7"])
        #expect(bench.reader.calls.last == .init(document: .keySetOfClientURL, url: Self.keySetURL, etag: nil))
        #expect(try await bench.store.keySets.all() == [])
        try bench.publish(["k8"], at: Self.keySetURL)
        bench.clock.advance(by: .seconds(30))
        #expect(try await resolver.refreshKeySet(of: MetadataBench.id).learned == .refreshed(["k8"]))
        #expect(try await bench.store.keySets.all() == [])
    }

    @Test("Once a client has proved a key, its key set moves to those of proven clients without another fetch")
    func promoted() async throws {
        try publishDocument([("jwks", nil), ("jwks_uri", .string(Self.keySetURL))])
        try bench.publish(["k7"], at: Self.keySetURL)
        let client = try #require(try await resolver.client(MetadataBench.id))
        documents.recordProof(of: client, at: bench.clock.now)
        #expect(try await keyIDs() == ["k7"])
        #expect(bench.reader.calls(of: Self.keySetURL) == 1)
        #expect(bench.reader.calls(of: MetadataBench.url) == 1)
    }

    @Test("A registered client whose identifier is a URL is not recorded as a proven URL")
    func registeredURL() async throws {
        let key = KeyRecord(jwk: try KeySetBench.key("own"), addedAt: bench.clock.now)
        try await bench.store.clients.add(
            ClientRecord(id: MetadataBench.id, name: "", createdAt: bench.clock.now), keys: [key])
        let client = try #require(try await resolver.client(MetadataBench.id))
        documents.recordProof(of: client, at: bench.clock.now)
        let running = Task { await documents.proofs.run() }
        running.cancel()
        await running.value
        #expect(try await bench.store.provenClientURLs.all() == [])
    }

    @Test("A registered client takes precedence: an operator can disable a URL or give it its own keys")
    func registeredFirst() async throws {
        try publishDocument()
        _ = try await keyIDs()
        var record = ClientRecord(id: MetadataBench.id, name: "", isEnabled: false, createdAt: bench.clock.now)
        try await bench.store.clients.add(record, keys: [])
        registered.invalidateAll()
        #expect(try await resolver.client(MetadataBench.id)?.isEnabled == false)
        #expect(try await keyIDs() == [])
        record.isEnabled = true
        try await bench.store.clients.replace(
            record, keys: [KeyRecord(jwk: try KeySetBench.key("own"), addedAt: bench.clock.now)])
        registered.invalidateAll()
        #expect(try await keyIDs() == ["own"])
        #expect(try await resolver.client(MetadataBench.id).flatMap(\.attachedRecord)?.record.scopes == [])
    }

    @Test("A registered client whose own key is revoked does not fall back to its jwks_uri")
    func revokedOwnKey() async throws {
        let id = ClientID("billing")
        try bench.publish(["remote"], at: Self.keySetURL)
        let key = KeyRecord(
            jwk: try KeySetBench.key("own"), status: .revoked(since: bench.clock.now), addedAt: bench.clock.now)
        try await bench.store.clients.add(
            ClientRecord(id: id, name: "", keySetURL: Self.keySetURL.text, createdAt: bench.clock.now), keys: [key])
        #expect(try await keyIDs(id) == ["own"])
        #expect(try await resolver.refreshKeySet(of: id).learned == .unchanged)
        #expect(bench.reader.calls.isEmpty)
    }

    @Test("The operator learns why a URL is not accepted")
    func absence() async throws {
        let evil = ClientID("https://evil.example/c")
        #expect(try await resolver.client(evil) == nil)
        #expect(
            await resolver.absence(of: evil)
                == .metadataDocument(ClientMetadataFault.host("evil.example").phrase))
        bench.breakDown(MetadataBench.url, "it took longer than 5 s")
        #expect(try await resolver.client(MetadataBench.id) == nil)
        #expect(
            await resolver.absence(of: MetadataBench.id)
                == .metadataDocument(ClientMetadataFault.unreadable("it took longer than 5 s").phrase))
        #expect(await resolver.absence(of: ClientID("billing")) == .notRegistered)
        #expect(bench.reader.calls.allSatisfy { $0.url == MetadataBench.url })
    }

    @Test("If such clients are not accepted, nothing is fetched")
    func switchedOff() async throws {
        try publishDocument()
        let resolver = ClientResolver(
            registered: registered, keySets: bench.node().cache, strangersKeySets: bench.node(isStored: false).cache,
            documents: nil)
        #expect(try await resolver.client(MetadataBench.id) == nil)
        #expect(await resolver.absence(of: MetadataBench.id) == .notRegistered)
        #expect(bench.reader.calls.isEmpty)
    }

    @Test("A document that names a registered client's key set shares nothing with it")
    func sharedURL() async throws {
        let id = ClientID("billing")
        try await bench.register(Self.keySetURL, as: id.text)
        try publishDocument([("jwks", nil), ("jwks_uri", .string(Self.keySetURL))])
        try bench.publish(["k1"], at: Self.keySetURL)
        #expect(try await keyIDs(id) == ["k1"])
        #expect(try await keyIDs() == ["k1"])
        bench.clock.advance(by: .seconds(30))
        // The URL client uses up only its own cool-down.
        _ = try await resolver.refreshKeySet(of: MetadataBench.id)
        try bench.publish(["k2"], at: Self.keySetURL)
        #expect(try await resolver.refreshKeySet(of: id).learned == .refreshed(["k2"]))
        #expect(try await resolver.refreshKeySet(of: MetadataBench.id).learned == .refreshed(["k1"]))
    }

    private func publishDocument(_ changes: [(String, JSONValue?)] = []) throws {
        bench.reader.answer(
            MetadataBench.url,
            .received(try MetadataBench.document(changes: changes), etag: nil, lifetime: .seconds(86_400)))
    }

    private func keyIDs(_ id: ClientID = MetadataBench.id) async throws -> [String]? {
        try await resolver.client(id)?.keys.map { $0.jwk.keyID?.text ?? "" }
    }
}

extension KeySetRefresh {
    fileprivate enum Learned: Equatable {
        case refreshed([String])
        case unchanged
        case unavailable(String)
    }

    fileprivate var learned: Learned {
        switch self {
        case .refreshed(let client): .refreshed(client.keys.map { $0.jwk.keyID?.text ?? "" })
        case .unchanged: .unchanged
        case .unavailable(let reason): .unavailable(reason)
        }
    }
}
