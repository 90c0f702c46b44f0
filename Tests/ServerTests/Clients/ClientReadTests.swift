import SQLite
import Synchronization
import Testing

@testable import SQL
@testable import Server

@Suite("A request looks its client up once", .timeLimit(.minutes(5)))
struct ClientReadTests {
    private let bench: KeySetBench
    private let database: CountingDatabase
    private let verifier: AssertionVerifier
    private let key: SigningKey

    init() throws {
        bench = try KeySetBench()
        database = CountingDatabase(bench.store.database)
        key = try SigningKey.generate(.es256)
        let clock = bench.clock
        verifier = AssertionVerifier(
            policy: AssertionPolicy(),
            directory: ClientResolver(
                registered: CachedClientDirectory(store: SQLClients(database: database), clock: { clock.now }),
                keySets: bench.node().cache, strangersKeySets: bench.node(isStored: false).cache,
                documents: ClientMetadataDocuments(
                    store: RememberedProofs(), reader: bench.reader, MetadataBench.settings(),
                    algorithms: MetadataBench.algorithms, bench.log.runtime(clock))),
            replayGuard: InMemoryReplayGuard(clock: { clock.now }))
    }

    @Test("A cached registered client costs no read of the store")
    func registered() async throws {
        try await bench.store.clients.add(
            ClientRecord(id: "billing", name: "Billing", createdAt: bench.clock.now),
            keys: [KeyRecord(jwk: JWK(key: key.verificationKey), addedAt: bench.clock.now)])
        #expect(try await authenticate("billing").name == "Billing")
        #expect(database.takeReads() > 0)
        #expect(try await authenticate("billing").name == "Billing")
        #expect(database.takeReads() == 0)
    }

    @Test("A cached client that is a URL costs one read: whether an operator has registered the URL meanwhile")
    func url() async throws {
        let keys = try JSONValue(parsing: Array(JWKSet([JWK(key: key.verificationKey)]).render().utf8))
        bench.reader.answer(
            MetadataBench.url,
            .received(try MetadataBench.document(changes: [("jwks", keys)]), etag: nil, lifetime: .seconds(86_400)))
        // The first requests also build the set of registered identifiers.
        await until {
            _ = try? await authenticate(MetadataBench.id)
            return database.takeReads() == 1
        }
        #expect(try await authenticate(MetadataBench.id).scopes == ["read", "write"])
        #expect(database.takeReads() == 1)
        #expect(bench.reader.calls(of: MetadataBench.url) == 1)
    }

    @discardableResult
    private func authenticate(_ id: ClientID) async throws -> ClientRecord {
        let template = AssertionTemplate(clientID: id, audience: "https://as.example")
        let proof = try await verifier.verify(
            template.sign(with: key, at: bench.clock.now),
            audiences: AcceptedAudiences(issuer: "https://as.example"), at: bench.clock.now)
        return try #require(proof.client.attachedRecord).record
    }
}

/// A database that counts its reads.
private final class CountingDatabase: SQLDatabase {
    private let database: any SQLDatabase
    private let reads = Atomic<Int>(0)

    init(_ database: any SQLDatabase) {
        self.database = database
    }

    /// The number of reads since the last call.
    func takeReads() -> Int { reads.exchange(0, ordering: .relaxed) }

    func read<Value: Sendable>(_ body: @escaping SQLTransaction<Value>) async throws(StoreError) -> Value {
        reads.wrappingAdd(1, ordering: .relaxed)
        return try await database.read(body)
    }

    func lookUp<Value>(_ body: (any SQLConnection) throws -> Value) throws(StoreError) -> Value {
        reads.wrappingAdd(1, ordering: .relaxed)
        return try database.lookUp(body)
    }

    func write<Value: Sendable>(_ body: @escaping SQLTransaction<Value>) async throws(StoreError) -> Value {
        try await database.write(body)
    }

    func writeBatched<Value: Sendable>(_ body: @escaping SQLTransaction<Value>) async throws(StoreError) -> Value {
        try await database.writeBatched(body)
    }

    func notifyClientWatchers() {
        database.notifyClientWatchers()
    }

    func watchClients(
        revision: @Sendable () async throws(StoreError) -> Int64, _ changed: @escaping @Sendable () -> Void
    ) async {
        await database.watchClients(revision: revision, changed)
    }
}
