import Countersign
import TestSupport
import Testing

@testable import Server

@Suite("RFC 7592 §2.2: a change of a registration undoes nothing that the operator decides", .timeLimit(.minutes(5)))
struct RegistrationChangeTests {
    private static let sectorURL: ExactString = "https://sector.example/uris.json"
    private static let sector: [(String, JSONValue?)] = [
        ("subject_type", "pairwise"), ("sector_identifier_uri", .string(sectorURL)),
    ]

    /// A bench at which a client has registered itself with a sector identifier.
    private static func withSector() async throws -> (bench: RegistrationBench, registered: Reply) {
        let bench = try await RegistrationBench(.open)
        let list = JSONValue.array([RegistrationBench.redirectURI]).render()
        bench.reader.answer(sectorURL, .received(Array(list.utf8), etag: nil, lifetime: nil))
        let registered = try await bench.register(sector)
        #expect(registered.status == 201, "\(registered.description)")
        return (bench, registered)
    }

    private static func set(_ keys: JSONObject...) -> JSONValue { .object(["keys": .array(keys)]) }

    private static func newKey() throws -> JSONObject { try KeySetBench.key("k2").object }

    @Test("A client that is disabled while its document is being read stays disabled and as it was")
    func disabledMeanwhile() async throws {
        let (bench, registered) = try await Self.withSector()
        let before = try await bench.client(registered)
        bench.reader.hold(Self.sectorURL)
        async let answer = bench.change(registered, Self.sector + [("client_name", "Newer")])
        await bench.reader.waitForHeld(1)
        try await bench.store.clients.setEnabled(false, before.client.id, at: TestClock.start)
        let number = try #require(before.keys.first?.number)
        try await bench.store.clientKeys.setStatus(
            .revoked(since: TestClock.start), number: number, of: before.client.id)
        bench.reader.letGo()
        let refused = try await answer
        #expect(refused.status == 401 && refused.error == "invalid_token")
        let after = try await bench.client(registered)
        #expect(!after.client.isEnabled && after.client.name == "New")
        #expect(after.keys.map(\.number) == [number] && after.keys.map(\.status) == [.revoked(since: TestClock.start)])
    }

    @Test("What is taken away and revoked while its document is being read stays so, and the rest is changed")
    func changedMeanwhile() async throws {
        let (bench, registered) = try await Self.withSector()
        let before = try await bench.client(registered)
        let key = try #require(before.keys.first)
        bench.reader.hold(Self.sectorURL)
        let keys = Self.set(key.jwk.object, try Self.newKey())
        async let answer = bench.change(registered, Self.sector + [("client_name", "Newer"), ("jwks", keys)])
        await bench.reader.waitForHeld(1)
        var client = before.client
        client.scopes = ["openid"]
        client.signIn.requiresProofKey = true
        try await bench.store.clients.replace(client)
        try await bench.store.clientKeys.setStatus(
            .revoked(since: TestClock.start), number: try #require(key.number), of: client.id)
        bench.reader.letGo()
        let changed = try await answer
        #expect(changed.status == 200 && changed.object["scope"] == "openid", "\(changed.description)")
        let after = try await bench.client(registered)
        #expect(after.client.name == "Newer" && after.client.scopes == ["openid"])
        #expect(after.client.signIn.requiresProofKey == true)
        #expect(after.keys.map(\.status) == [.revoked(since: TestClock.start), .active])
    }

    @Test("A client that is removed while its document is being read does not come back")
    func removedMeanwhile() async throws {
        let (bench, registered) = try await Self.withSector()
        let id = ClientID(try #require(registered.id))
        bench.reader.hold(Self.sectorURL)
        async let answer = bench.change(registered, Self.sector + [("client_name", "Newer")])
        await bench.reader.waitForHeld(1)
        try await bench.store.clients.remove(id)
        bench.reader.letGo()
        #expect(try await answer.status == 401)
        #expect(try await bench.store.clients.registration(of: id) == nil)
    }

    @Test("A key that the operator retires stays so, also under another kid", arguments: [-60, 60])
    func retiredKey(_ seconds: Int) async throws {
        let bench = try await RegistrationBench.shared()
        let registered = try await bench.register()
        let before = try await bench.client(registered)
        let key = try #require(before.keys.first)
        let retiring = KeyAvailability.retiring(until: TestClock.start + .seconds(seconds))
        try await bench.store.clientKeys.setStatus(
            retiring, number: try #require(key.number), of: before.client.id)
        func statuses() async throws -> [KeyAvailability] {
            try await bench.client(registered).keys.filter { $0.jwk.thumbprint == key.jwk.thumbprint }.map(\.status)
        }
        var renamed = key.jwk.object
        renamed.set("kid", "other")
        let alone = try await bench.change(registered, [("jwks", Self.set(renamed)), ("client_name", "Newer")])
        #expect(alone.status == (seconds < 0 ? 400 : 200))
        #expect(try await statuses() == [retiring])
        let elsewhere: [(String, JSONValue?)] = [("jwks", nil), ("jwks_uri", "https://new.example/jwks")]
        #expect(try await bench.change(registered, elsewhere).error == "invalid_client_metadata")
        // Without it, it ends at once, and does not come back.
        let other = try Self.newKey()
        let without = try await bench.change(registered, [("jwks", Self.set(other))])
        #expect(without.status == 200 && without.object["jwks"] == Self.set(other))
        let ended = [KeyAvailability.retiring(until: TestClock.start + .seconds(min(seconds, 0)))]
        #expect(try await statuses() == ended)
        let again = try await bench.change(
            registered, [("jwks", Self.set(renamed, other)), ("client_name", "Newest")])
        #expect(again.status == 200 && again.object["jwks"] == Self.set(other))
        #expect(try await statuses() == ended)
    }

    @Test(
        "OpenID Connect Core §8.1: a client moves to no other sector, and does not change its subject type",
        arguments: [
            ("pairwise", [("subject_type", "pairwise"), ("redirect_uris", ["https://other.example/cb"])]),
            ("pairwise", [("subject_type", "pairwise"), ("redirect_uris", ["http://127.0.0.1/cb"])]),
            ("pairwise", [("subject_type", "pairwise"), ("sector_identifier_uri", .string(sectorURL))]),
            ("pairwise", [("client_name", "Newer")]), ("pairwise", [("subject_type", "public")]),
            ("public", [("subject_type", "pairwise")]),
        ] as [(ExactString, [(String, JSONValue?)])])
    func sectors(_ type: ExactString, _ changes: [(String, JSONValue?)]) async throws {
        let bench = try await RegistrationBench(.open)
        let registered = try await bench.register([("subject_type", .string(type))])
        let before = try await bench.client(registered).client
        let refused = try await bench.change(registered, changes)
        #expect(refused.status == 400 && refused.error == "invalid_client_metadata")
        #expect(refused.description.contains("register a new client"))
        #expect(bench.reader.calls.isEmpty)
        #expect(try await bench.client(registered).client == before)
        let within: [(String, JSONValue?)] = [
            ("subject_type", .string(type)), ("redirect_uris", ["https://new.example/other"]),
        ]
        #expect(try await bench.change(registered, within).status == 200)
    }

    @Test(
        "A key that a PUT leaves out ends the grants that it began, if the client is registered so, and one under another kid does not",
        arguments: [(true, true, true), (true, false, false), (false, true, false)])
    func grantsOfKey(_ endsGrants: Bool, _ isLeftOut: Bool, _ isEnded: Bool) async throws {
        let bench = try await RegistrationBench(.open)
        let registered = try await bench.register()
        var client = try await bench.client(registered).client
        client.signIn.revokesGrantsWithKey = endsGrants
        try await bench.store.clients.replace(client)
        let key = try #require(try await bench.client(registered).keys.first).jwk
        let session = SessionRecord(
            digest: RandomBytes.make(32), user: bench.bench.alice.id, authenticatedAt: TestClock.start,
            methods: ["pwd"], createdAt: TestClock.start, expiresAt: TestClock.start + .seconds(86_400))
        try await bench.store.sessions.add(session, replacing: nil, passwordChangedAt: nil)
        let grant = AuthorizationGrantRecord(
            user: bench.bench.alice.id, client: client.id, scopes: ["openid"], session: session.id,
            authenticatedAt: TestClock.start, createdAt: TestClock.start)
        let code = GrantSecretDigest(grant: grant.id, digest: RandomBytes.make(32))
        try await bench.store.grants.add(
            grant,
            code: AuthorizationCodeRecord(
                digest: code.digest, redirectURI: RegistrationBench.redirectURI,
                expiresAt: TestClock.start + .seconds(60)))
        let redemption = try await bench.store.grants.redeem(
            code, keyThumbprint: key.key.thumbprintDigest, accessExpiry: nil, refreshToken: nil, at: TestClock.start)
        #expect(redemption == .redeemed)
        var renamed = key.object
        renamed.set("kid", "other")
        let keys = Self.set(isLeftOut ? try Self.newKey() : renamed)
        #expect(try await bench.change(registered, [("jwks", keys)]).status == 200)
        #expect((try await bench.store.grants.grant(grant.id)?.revokedAt != nil) == isEnded)
    }

    @Test("A PUT that changes nothing writes nothing and reads no document")
    func nothing() async throws {
        let (bench, registered) = try await Self.withSector()
        bench.bench.clock.advance(by: .seconds(5))
        let (before, revision) = (try await bench.client(registered).client, try await bench.store.clients.revision())
        let same = Self.sector + [("jwks", registered.object["jwks"])]
        for _ in 0..<20 {
            let answer = try await bench.change(registered, same)
            #expect(answer.status == 200 && answer.object == registered.object)
        }
        #expect(try await bench.store.clients.revision() == revision)
        #expect(try await bench.client(registered).client == before)
        #expect(bench.reader.calls.count == 1)
    }

    @Test("Changes that are refused, or change nothing, have a limit too, before they are read")
    func refusedChanges() async throws {
        let bench = try await RegistrationBench(.open)
        let (open, other) = (try await bench.register(), try await bench.register())
        func put(_ registered: Reply) async throws -> Reply {
            try await bench.send("PUT", registered.path, body: Array("{".utf8), token: registered.accessToken)
        }
        for _ in 0..<100 { #expect(try await put(open).status == 400) }
        #expect(try await put(open).status == 429)
        #expect(try await bench.send("GET", open.path, token: open.accessToken).status == 200)
        #expect(try await put(other).status == 400)
        bench.bench.clock.advance(by: .seconds(360))
        #expect(try await put(open).status == 400)
    }

    @Test("An open registration changes ten times in an hour, then 429 says when to try again")
    func limited() async throws {
        let bench = try await RegistrationBench(.open)
        let (open, other) = (try await bench.register(), try await bench.register())
        let vouched = try await bench.register(token: try await bench.token())
        func change(_ registered: Reply, _ number: Int) async throws -> Reply {
            try await bench.change(registered, [("client_name", .string(ExactString("N\(number)")))])
        }
        for number in 0..<10 { #expect(try await change(open, number).status == 200) }
        let refused = try await change(open, 10)
        #expect(refused.status == 429 && refused.error == "temporarily_unavailable")
        #expect(refused.response.headers["Retry-After"] == "360")
        #expect(try await bench.client(open).client.name == "N9")
        #expect(try await change(other, 0).status == 200)
        for number in 0..<12 { #expect(try await change(vouched, number).status == 200) }
        bench.bench.clock.advance(by: .seconds(360))
        #expect(try await change(open, 11).status == 200)
        #expect(try await change(open, 12).status == 429)
    }
}
