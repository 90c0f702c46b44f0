import Countersign
import SQLite
import Store
import TestSupport
import Testing

@testable import Server

@Suite("Metrics of what ends")
struct ExpiryMetricsTests {
    private static let now = TestClock.start

    private func store() throws -> SQLiteStore {
        try SQLiteStore(directory: TemporaryDirectory().path, clock: { Self.now })
    }

    private func values(_ store: SQLiteStore, at now: UnixTime = now) async -> [String: Double] {
        let metrics = ExpiryMetrics(store: store.expirations, certificateFile: nil, clock: { now })
        var values: [String: Double] = [:]
        for family in await metrics.families() {
            for sample in family.samples {
                guard case .number(let number) = sample.value else { continue }
                values[([family.name] + sample.labels.map(\.value)).joined(separator: " ")] = number
            }
        }
        return values
    }

    private func add(_ id: String, certificateEndsIn days: Int, to store: SQLiteStore) async throws {
        let facts = CertificateFacts(
            subject: "CN=\(id)", notBefore: .distantPast, notAfter: Self.now + .seconds(days * 86_400),
            thumbprintSHA1: "a", thumbprintSHA256: "b")
        try await store.clients.add(
            ClientRecord(id: ClientID(id), name: id, createdAt: Self.now),
            keys: [
                KeyRecord(
                    jwk: JWK(key: try SigningKey.generate(.es256).verificationKey, keyID: "secret-name"),
                    certificate: KeyCertificate(der: [1], facts: facts), addedAt: Self.now)
            ])
    }

    @Test("have the next end of each kind and how many end within 30, 7 and 1 days")
    func values() async throws {
        let store = try store()
        for (id, days) in [("a", 3), ("b", 20), ("c", 40), ("d", 400)] {
            try await add(id, certificateEndsIn: days, to: store)
        }
        let found = await values(store)
        #expect(found["countersign_expiry_seconds client_certificate"] == 259_200)
        #expect(found["countersign_expiry_seconds client_secret"] == nil)
        #expect(found["countersign_expiring client_certificate 30d"] == 2)
        #expect(found["countersign_expiring client_certificate 7d"] == 1)
        #expect(found["countersign_expiring client_certificate 1d"] == 0)
        #expect(found["countersign_expiring client_secret 7d"] == 0)
        // No client, key or subject is in a name or a label.
        #expect(found.keys.allSatisfy { !$0.contains("secret-name") && !$0.contains("CN=") })
        await store.close()
    }

    @Test("are negative for a week after an end, and then of the next one")
    func ended() async throws {
        let store = try store()
        try await add("a", certificateEndsIn: 1, to: store)
        try await add("b", certificateEndsIn: 30, to: store)
        func next(afterDays days: Int) async -> Double? {
            await values(store, at: Self.now + .seconds(days * 86_400))["countersign_expiry_seconds client_certificate"]
        }
        #expect(await next(afterDays: 2) == -86_400)
        #expect(await next(afterDays: 8) == -7 * 86_400)
        #expect(await next(afterDays: 9) == 21 * 86_400)
        let after = await values(store, at: Self.now + .seconds(2 * 86_400))
        #expect(after["countersign_expiring client_certificate 30d"] == 1)
        await store.close()
    }

    @Test("have each kind, also those of which nothing ends")
    func kinds() async throws {
        let store = try store()
        try await store.initialAccessTokens.add(
            InitialAccessToken(id: "00", digest: [1], createdAt: Self.now, expiresAt: Self.now + .seconds(60)))
        let found = await values(store)
        #expect(found["countersign_expiry_seconds registration_token"] == 60)
        #expect(found["countersign_expiring registration_token 1d"] == 1)
        #expect(found.keys.count { $0.hasPrefix("countersign_expiring ") } == Expiration.Kind.allCases.count * 3)
        await store.close()
    }

    @Test("do not exist while the store does not answer")
    func unavailable() async throws {
        struct Silent: ExpirationStore {
            func page(
                _ filter: ExpiryFilter, after position: ExpiryPosition?, limit: Int
            ) async throws(StoreError) -> [Expiration] { throw .unavailable("gone") }

            func count(_ filter: ExpiryFilter, upTo limit: Int) async throws(StoreError) -> FoundCount {
                throw .unavailable("gone")
            }

            func certificates(at url: String) async throws(StoreError) -> [PublishedCertificate] { [] }
        }
        let metrics = ExpiryMetrics(store: Silent(), certificateFile: nil, clock: { Self.now })
        #expect(await metrics.families().isEmpty)
    }
}
