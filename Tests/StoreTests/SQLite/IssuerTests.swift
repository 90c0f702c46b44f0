import Countersign
import Crypto
import Foundation
import GRDB
import Store
import TestSupport
import Testing

@testable import SQLite

@Suite("SQLite: the issuer comes first in every key")
struct IssuerTests {
    /// Copies a database of the last version without issuers, with every kind of row (see Fixtures/README.md).
    private static func databaseWithoutIssuers() throws -> TemporaryDirectory {
        let directory = TemporaryDirectory()
        try DataDirectory.prepare(directory.path)
        let fixtures = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        try FileManager.default.copyItem(
            atPath: fixtures.path + "/Fixtures/before-issuers.sqlite", toPath: directory.path + "/countersign.sqlite")
        return directory
    }

    private static let masterKey = "aVjHgy5uDy4WZCoE7_LWs696ZIFmBZnFkJG5Lm47p2E"
    private static let copied = UnixTime(seconds: 1_795_655_900)

    private static func claim(_ jti: String, of client: String) -> ReplayClaim {
        ReplayClaim(
            client: ClientID(client), digest: Array(SHA256.hash(data: Array(jti.utf8)).prefix(16)),
            expiry: copied + .seconds(120))
    }

    @Test("Clients, keys and the key store of a database without issuers survive")
    func clients() async throws {
        let store = try SQLiteStore(directory: Self.databaseWithoutIssuers().path, clock: { Self.copied })
        let billing = try #require(try await store.clients.registration(of: ClientID("billing")))
        #expect(billing.client.name == "Billing job")
        #expect(billing.client.scopes == ["invoices.read", "invoices.write"])
        #expect(billing.client.options.signingAlgorithm == .es256)
        #expect(billing.client.options.audienceProfile == .strict)
        #expect(billing.client.accessTokenLifetime == .seconds(900))
        #expect(billing.client.createdAt == UnixTime(milliseconds: 1_795_655_806_088))
        #expect(billing.keys.map(\.number) == [1, 3])
        #expect(
            billing.keys.map(\.status) == [.active, .revoked(since: UnixTime(milliseconds: 1_795_655_838_772))])
        let page = try await store.clients.page(after: nil, limit: 10)
        #expect(page.map(\.id.text) == ["Old-Client", "agent", "billing", "legacy-erp"])
        #expect(try await store.clients.revision() >= 13)
        let served = try await store.clients.registration(of: ClientID("Old-Client"))
        #expect(served?.keySource == .keyStore(alias: "old-client"))
        #expect(try await store.keyStore.entries().map(\.isFromJava) == [true, false])
        try await store.clientKeys.add(try Samples.key(), to: ClientID("agent"))
        #expect(try await store.clients.registration(of: ClientID("agent"))?.keys.map(\.number) == [4])
    }

    @Test("Key sets, uses, sealed keys, audit entries and proven client URLs survive")
    func others() async throws {
        let store = try SQLiteStore(directory: Self.databaseWithoutIssuers().path, clock: { Self.copied })
        let url = "https://agent.example.com/jwks.json"
        let keySet = try #require(try await store.keySets.record(of: url))
        #expect(keySet.body == Array(#"{"keys":[]}"#.utf8))
        #expect(keySet.etag == #""v1""#)
        #expect(keySet.failures == 2)
        #expect(try await store.keySets.urlsInUse(after: nil, limit: 2) == [url])
        #expect(
            try await store.keyUses.latest(of: ClientID("billing")) == [
                "N5R_w9_m0q9TfNvoG5xbgewJmGDQrBKWBhtdAjJEH4E": UnixTime(milliseconds: 1_795_655_839_801)
            ])
        #expect(try await store.keyUses.latest(of: ClientID("legacy-erp")).count == 1)
        let masterKey = try MasterKey(text: Self.masterKey)
        let signing = try #require(try await store.signingKeys.all().first)
        #expect(signing.keyID == "g1jnUjygmPL4qqbiWtURqCR_WbuJ5m5rV0cGtDyPO-0")
        _ = try signing.open(with: masterKey)
        #expect(try await store.sealingKeys.all().map(\.number) == [1])
        for key in try await store.sealingKeys.all() { _ = try key.open(with: masterKey) }
        let refused = try await store.audit.latest(10, onlyProven: false)
        #expect(Set(refused.map(\.reference.text)) == ["RHI3H5GP", "KMY4LT4U", "7GX2XBQ3", "L3IKOAYX"])
        #expect(try await store.audit.entry(Reference("L3IKOAYX"))?.clientID == "billing")
        #expect(
            try await store.provenClientURLs.all() == [
                ProvenClientURL(
                    id: ClientID("https://app.example.com/client.json"),
                    provenAt: UnixTime(milliseconds: 1_795_655_700_000))
            ])
    }

    @Test("Used jtis of a database without issuers stay used")
    func claims() async throws {
        let store = try SQLiteStore(directory: Self.databaseWithoutIssuers().path, clock: { Self.copied })
        #expect(try await store.replay.facts().claims == 2)
        #expect(try await store.replay.claim(Self.claim("used-before-issuers", of: "billing")) == .replayed)
        #expect(try await store.replay.claim(Self.claim("second", of: "legacy-erp")) == .replayed)
        #expect(try await store.replay.claim(Self.claim("second", of: "billing")) == .firstUse)
    }

    @Test("Two issuers share a database but no records", .timeLimit(.minutes(5)))
    func twoIssuers() async throws {
        let bench = try SQLiteBench()
        let (first, second) = (bench.store, bench.store.issuer(IssuerNumber(rawValue: 2)))
        let revision = try await second.clients.revision()
        try await first.clients.add(Samples.client(), keys: [try Samples.key("first")])
        #expect(try await second.clients.registration(of: ClientID("billing")) == nil)
        #expect(try await second.clients.revision() == revision)
        try await second.clients.add(Samples.client(), keys: [try Samples.key("second"), try Samples.key("third")])
        #expect(try await first.clients.registration(of: ClientID("billing"))?.keys.count == 1)
        #expect(try await second.clients.registration(of: ClientID("billing"))?.keys.count == 2)
        #expect(try await first.replay.claim(Samples.claim("a")) == .firstUse)
        #expect(try await second.replay.claim(Samples.claim("a")) == .firstUse)
        #expect(try await first.replay.claim(Samples.claim("a")) == .replayed)
        #expect(try await second.replay.claim(Samples.claim("a")) == .replayed)
        second.audit.record(Samples.auditEntry("AAAAAAAA"))
        await second.audit.flush()
        #expect(try await first.audit.entry(Reference("AAAAAAAA")) == nil)
        #expect(try await second.audit.entry(Reference("AAAAAAAA")) != nil)
        try await second.clients.remove(ClientID("billing"))
        #expect(try await first.clients.registration(of: ClientID("billing")) != nil)
    }

    @Test("A change through one handle of an issuer is reported to the watchers of another", .timeLimit(.minutes(5)))
    func watchers() async throws {
        let directory = TemporaryDirectory()
        var settings = SQLiteSettings()
        // Longer than the test, so that only a notification can report the change.
        settings.clientWatchInterval = .seconds(3600)
        let store = try SQLiteStore(directory: directory.path, settings: settings)
        let number = IssuerNumber(rawValue: 2)
        let (stream, continuation) = AsyncStream<Void>.makeStream()
        let watch = Task { await store.issuer(number).clients.watch { continuation.yield() } }
        var calls = stream.makeAsyncIterator()
        _ = await calls.next()
        try await store.issuer(number).clients.add(Samples.client(), keys: [try Samples.key()])
        #expect(await calls.next() != nil)
        watch.cancel()
        await watch.value
    }

    @Test("Each unique index begins with the issuer")
    func keys() async throws {
        let bench = try SQLiteBench()
        let columns = try await bench.store.pool.read { db in
            try String.fetchAll(
                db,
                sql: """
                    SELECT (SELECT name FROM pragma_index_info(indexes.name) WHERE seqno = 0)
                    FROM sqlite_master AS tables JOIN pragma_index_list(tables.name) AS indexes
                    WHERE tables.type = 'table' AND tables.name NOT LIKE 'grdb%' AND tables.name NOT LIKE 'sqlite%'
                    """)
        }
        #expect(columns.count >= 12)
        #expect(Set(columns) == ["issuer"])
    }
}
