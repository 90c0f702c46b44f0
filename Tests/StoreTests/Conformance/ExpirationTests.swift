import Countersign
import Store
import TestSupport
import Testing

@Suite("What ends")
struct ExpirationTests {
    private static func end(_ days: Int) -> UnixTime { TestClock.start + .seconds(days * 86_400) }

    private static func certificate(_ days: Int) -> KeyCertificate {
        let facts = CertificateFacts(
            subject: "CN=NUL\0inside", notBefore: TestClock.start, notAfter: end(days), thumbprintSHA1: "c2hhMQ",
            thumbprintSHA256: "c2hhMjU2")
        return KeyCertificate(der: [UInt8(days)], facts: facts)
    }

    /// One thing of each kind that a store has, and some that must be left out.
    private func fill(_ store: any Store) async throws {
        var billing = Samples.client("billing")
        billing.secrets = [
            ClientSecretRecord(
                digest: [UInt8](repeating: 1, count: 32), createdAt: TestClock.start, expiresAt: Self.end(5)),
            ClientSecretRecord(digest: [UInt8](repeating: 2, count: 32), createdAt: TestClock.start),
        ]
        try await store.clients.add(
            billing,
            keys: [
                try Samples.key("a", certificate: Self.certificate(1)),
                try Samples.key("b", certificate: Self.certificate(9), status: .retiring(until: Self.end(2))),
                try Samples.key("c", certificate: Self.certificate(3), status: .revoked(since: TestClock.start)),
            ])
        try await store.clients.add(
            Samples.client("remote", keySetURL: "https://remote.example/jwks"), keys: [])
        _ = try await store.keyStore.put(
            [
                KeyStoreEntry(
                    alias: "BILLING", certificate: Self.certificate(4), jwk: try Samples.key().jwk, isFromJava: true,
                    addedAt: TestClock.start)
            ], replaces: false)
        var set = Samples.keySet("https://remote.example/jwks", body: [1])
        set.certificates = [PublishedCertificate(name: "r", subject: "CN=r", notAfter: Self.end(6))]
        try await store.keySets.save(set)
        try await store.initialAccessTokens.add(
            InitialAccessToken(
                id: "0011aabb", digest: [1], createdAt: TestClock.start, expiresAt: Self.end(7)))
    }

    private static let expected: [(Expiration.Kind, String?, String)] = [
        (.clientCertificate, "billing", "a"), (.clientKey, "billing", "b"),
        (.keyStoreCertificate, "billing", "BILLING"),
        (.clientSecret, "billing", "AQEBAQEB"), (.keySetCertificate, "remote", "r"),
        (.registrationToken, nil, "0011aabb"),
    ]

    private func walk(_ store: any Store, _ filter: ExpiryFilter, limit: Int) async throws -> [Expiration] {
        var (found, position): ([Expiration], ExpiryPosition?) = ([], nil)
        while true {
            let page = try await store.expirations.page(filter, after: position, limit: limit)
            #expect(page.count <= limit)
            found += page
            guard let last = page.last else { return found }
            // The place in an address is the same place.
            position = ExpiryPosition(last.position.text)
            #expect(position == last.position)
        }
    }

    @Test("Each kind is found once, by time, whatever the page's length", arguments: Engine.all, [1, 2, 100])
    func pages(_ engine: Engine, _ limit: Int) async throws {
        let store = try engine.make().store
        try await fill(store)
        let found = try await walk(store, ExpiryFilter(), limit: limit)
        #expect(found.map(\.kind) == Self.expected.map(\.0))
        #expect(found.map { $0.client?.text } == Self.expected.map(\.1))
        #expect(found.map(\.name.text) == Self.expected.map(\.2))
        #expect(found.map(\.at) == [1, 2, 4, 5, 6, 7].map(Self.end))
        #expect(try await store.expirations.count(ExpiryFilter(), upTo: 10) == FoundCount(6))
    }

    @Test(
        "A certificate is left out once its key retires before it ends, and is back with the key", arguments: Engine.all
    )
    func retired(_ engine: Engine) async throws {
        let store = try engine.make().store
        try await store.clients.add(
            Samples.client("billing"), keys: [try Samples.key("a", certificate: Self.certificate(5))])
        let number = try #require(
            try await store.clients.registration(of: ClientID("billing"))?.keys.first?.number)
        func ends(_ status: KeyAvailability) async throws -> Int {
            try await store.clientKeys.setStatus(status, number: number, of: ClientID("billing"))
            return try await walk(store, ExpiryFilter(kind: .clientCertificate), limit: 5).count
        }
        #expect(try await ends(.retiring(until: Self.end(5))) == 0)
        #expect(try await ends(.retiring(until: Self.end(6))) == 1)
        #expect(try await ends(.active) == 1)
    }

    @Test("A filter by kind, client or time is that part of the list", arguments: Engine.all)
    func filters(_ engine: Engine) async throws {
        let store = try engine.make().store
        try await fill(store)
        let all = try await walk(store, ExpiryFilter(), limit: 100)
        for kind in Expiration.Kind.allCases {
            #expect(
                try await walk(store, ExpiryFilter(kind: kind), limit: 1) == all.filter { $0.kind == kind })
        }
        for client in ["billing", "remote", "nobody"] {
            let filter = ExpiryFilter(client: ClientID(client))
            #expect(try await walk(store, filter, limit: 2) == all.filter { $0.client?.text == client })
        }
        let some = ExpiryFilter(from: Self.end(2), until: Self.end(6))
        #expect(try await walk(store, some, limit: 2) == all.filter { $0.at >= Self.end(2) && $0.at < Self.end(6) })
    }

    @Test("Many that end at the same time are each found once", arguments: Engine.all)
    func same(_ engine: Engine) async throws {
        let store = try engine.make().store
        for number in 0..<7 {
            try await store.clients.add(
                Samples.client("c\(number)"), keys: [try Samples.key("k\(number)", certificate: Self.certificate(1))])
            _ = try await store.keyStore.put(
                [
                    KeyStoreEntry(
                        alias: ExactString("e\(number)"), certificate: Self.certificate(1), jwk: try Samples.key().jwk,
                        addedAt: TestClock.start)
                ], replaces: false)
        }
        let found = try await walk(store, ExpiryFilter(), limit: 3)
        #expect(found.count == 14 && Set(found.map(\.position)).count == 14)
    }

    @Test("What is removed no longer ends, and what is changed ends when it ends now", arguments: Engine.all)
    func changes(_ engine: Engine) async throws {
        let store = try engine.make().store
        try await fill(store)
        var set = Samples.keySet("https://remote.example/jwks", body: [2], at: Self.end(1))
        try await store.keySets.save(set)
        #expect(try await walk(store, ExpiryFilter(kind: .keySetCertificate), limit: 5).isEmpty)
        set.certificates = (0..<50).map {
            PublishedCertificate(name: ExactString("\($0)"), subject: "", notAfter: Self.end($0))
        }
        try await store.keySets.save(set)
        #expect(
            try await walk(store, ExpiryFilter(kind: .keySetCertificate), limit: 5).count
                == PublishedCertificate.maximumCount)
        var client = try #require(try await store.clients.registration(of: ClientID("billing"))?.client)
        client.secrets = []
        try await store.clients.replace(client)
        #expect(try await walk(store, ExpiryFilter(kind: .clientSecret), limit: 5).isEmpty)
        try await store.clients.remove(ClientID("billing"))
        let found = try await walk(store, ExpiryFilter(client: ClientID("billing")), limit: 5)
        #expect(found.allSatisfy { $0.kind == .keyStoreCertificate })
    }
}
