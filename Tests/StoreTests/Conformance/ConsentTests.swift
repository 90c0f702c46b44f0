import Countersign
import Store
import TestSupport
import Testing

@Suite("The consents of an issuer")
struct ConsentTests {
    private static let shop = ClientID("shop")
    private static let later = TestClock.start + .seconds(5)

    private static func consent(
        _ user: UserID, to client: ClientID = shop, _ scopes: [String], _ resources: [String] = [],
        at time: UnixTime = TestClock.start
    ) -> ConsentRecord {
        ConsentRecord(user: user, client: client, scopes: scopes, resources: resources, givenAt: time)
    }

    @Test("A second consent adds to the first", arguments: Engine.all)
    func added(_ engine: Engine) async throws {
        let open = try engine.make()
        let user = try await open.signIn()
        let consents = open.store.consents
        #expect(try await consents.consent(of: user, to: Self.shop) == nil)
        try await consents.give(Self.consent(user, ["profile", "openid"], ["https://b.example"]))
        try await consents.give(
            Self.consent(user, ["email", "openid"], ["https://a.example"], at: Self.later))
        try await consents.give(Self.consent(user, ["read", "openid"], ["https://a.example"], at: Self.later))
        try await consents.give(Self.consent(user, ["openid"], at: Self.later))
        let expected = ConsentRecord(
            user: user, client: Self.shop,
            allowed: [
                "https://a.example": ["email", "openid", "read"], "https://b.example": ["openid", "profile"],
                ConsentRecord.noResource: ["openid"],
            ], givenAt: Self.later)
        let reopened = try await open.reopened()
        #expect(try await reopened.consents.consent(of: user, to: Self.shop) == expected)
        #expect(try await reopened.consents.consents(of: user) == [expected])
        #expect(expected.scopes == ["email", "openid", "profile", "read"])
        #expect(expected.resources == ["https://a.example", "https://b.example"])
    }

    @Test(
        "A request is covered if each scope was allowed at each resource",
        arguments: [
            (["read"], ["https://a.example"], true), (["read", "write"], ["https://a.example"], true),
            (["read"], ["https://a.example", "https://b.example"], true), (["write"], ["https://b.example"], false),
            (["read", "write"], ["https://a.example", "https://b.example"], false), (["admin"], [], true),
            (["read"], [], false), (["admin"], ["https://a.example"], false), ([], ["https://c.example"], false),
        ])
    func covered(_ scopes: [String], _ resources: [String], _ isCovered: Bool) {
        let consent = ConsentRecord(
            user: Samples.user().id, client: Self.shop,
            allowed: ["https://a.example": ["read", "write"], "https://b.example": ["read"], "": ["admin"]],
            givenAt: TestClock.start)
        #expect(consent.covers(scopes: scopes, resources: resources) == isCovered)
    }

    @Test("Consents are of one person and one client, registered or known by its URL", arguments: Engine.all)
    func listed(_ engine: Engine) async throws {
        let open = try engine.make()
        let user = try await open.signIn()
        let other = try await open.signIn(Samples.user("bob"), session: 2)
        let consents = open.store.consents
        for client in ["shop", "https://app.example/client.json", "bank"] {
            try await consents.give(
                Self.consent(user, to: ClientID(ExactString(client)), [client == "bank" ? "a" : "b"]))
        }
        #expect(
            try await consents.consents(of: user).map(\.client.text) == [
                "bank", "https://app.example/client.json", "shop",
            ])
        #expect(try await consents.consent(of: user, to: ClientID("bank"))?.scopes == ["a"])
        #expect(try await consents.consents(of: other) == [])
    }

    @Test("The last use never goes back", arguments: Engine.all)
    func touched(_ engine: Engine) async throws {
        let open = try engine.make()
        let user = try await open.signIn()
        try await open.store.consents.give(Self.consent(user, []))
        for seconds: Int64 in [20, 10] {
            try await open.store.consents.touch(
                user: user, client: Self.shop, at: TestClock.start + .seconds(seconds))
        }
        try await open.store.consents.touch(user: user, client: ClientID("bank"), at: Self.later)
        let found = try await open.store.consents.consents(of: user)
        #expect(found.map(\.usedAt) == [TestClock.start + .seconds(20)])
        #expect(found.map(\.givenAt) == [TestClock.start])
    }

    @Test("Withdrawing a consent revokes the client's grants from this person, and only these", arguments: Engine.all)
    func withdrawn(_ engine: Engine) async throws {
        let open = try engine.make()
        let user = try await open.signIn()
        let other = try await open.signIn(Samples.user("bob"), session: 2)
        let grants = [
            Samples.grant(0, of: user), Samples.grant(1, of: user, to: "bank"),
            Samples.grant(2, of: other, session: "session-2"),
        ]
        for (number, grant) in grants.enumerated() {
            try await open.store.grants.add(grant, code: Samples.code(number))
            try await open.store.consents.give(Self.consent(grant.user, to: grant.client, ["openid"]))
        }
        #expect(try await open.store.consents.withdraw(of: user, from: Self.shop, at: Self.later))
        var revoked: [UnixTime?] = []
        for grant in grants { revoked.append(try await open.store.grants.grant(grant.id)?.revokedAt) }
        #expect(revoked == [Self.later, nil, nil])
        #expect(try await open.store.consents.consents(of: user).map(\.client.text) == ["bank"])
        #expect(try await open.store.consents.consents(of: other).count == 1)
        #expect(try await !open.store.consents.withdraw(of: user, from: Self.shop, at: Self.later))
    }
}
