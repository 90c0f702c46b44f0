import Countersign
import Store
import TestSupport
import Testing

@Suite("The clients with access to a person's account")
struct ClientAccessTests {
    private static let start = TestClock.start
    private static func at(_ seconds: Int64) -> UnixTime { start + .seconds(seconds) }

    private static func add(
        _ number: Int, to client: String, of user: UserID, _ scopes: [String] = ["openid"], _ resources: [String] = [],
        at time: UnixTime = start, session: Int = 1, in open: OpenStore
    ) async throws -> AuthorizationGrantRecord {
        let grant = AuthorizationGrantRecord(
            user: user, client: ClientID(ExactString(client)), scopes: scopes, resources: resources,
            session: "session-\(session)", authenticatedAt: time, createdAt: time)
        try await open.store.grants.add(grant, code: Samples.code(number))
        return grant
    }

    private static func consent(
        _ user: UserID, to client: String, _ scopes: [String], at time: UnixTime = start
    )
        -> ConsentRecord
    {
        ConsentRecord(user: user, client: ClientID(ExactString(client)), scopes: scopes, givenAt: time)
    }

    @Test("Grants in force and consents make one entry for each client, in order", arguments: Engine.all)
    func listed(_ engine: Engine) async throws {
        let open = try engine.make()
        let user = try await open.signIn()
        let other = try await open.signIn(Samples.user("bob"), session: 2)
        let trusted = "https://trusted.example/client.json"
        _ = try await Self.add(
            1, to: trusted, of: user, ["openid", "read"], ["https://a.example"], at: Self.at(3), in: open)
        _ = try await Self.add(2, to: trusted, of: user, ["openid", "write"], [], at: Self.at(1), in: open)
        _ = try await Self.add(3, to: trusted, of: user, ["openid"], ["https://b.example"], at: Self.at(2), in: open)
        _ = try await Self.add(4, to: "shop", of: user, ["openid"], at: Self.at(9), in: open)
        let revoked = try await Self.add(5, to: "gone", of: user, in: open)
        try await open.store.grants.revoke(revoked.id, at: Self.start)
        _ = try await Self.add(6, to: "foreign", of: other, session: 2, in: open)
        let shop = Self.consent(user, to: "shop", ["email", "openid"], at: Self.at(4))
        let allowed = Self.consent(user, to: "allowed", ["profile"], at: Self.at(5))
        for consent in [shop, allowed] { try await open.store.consents.give(consent) }

        let expected = [
            ClientAccess(client: allowed.client, consent: allowed, grants: nil),
            ClientAccess(
                client: ClientID(ExactString(trusted)), consent: nil,
                grants: GrantSummary(
                    scopes: ["openid", "read", "write"], resources: ["https://a.example", "https://b.example"],
                    oldest: Self.at(1), newest: Self.at(3))),
            ClientAccess(
                client: shop.client, consent: shop,
                grants: GrantSummary(scopes: ["openid"], oldest: Self.at(9), newest: Self.at(9))),
        ]
        let consents = try await open.reopened().consents
        #expect(try await consents.access(of: user, limit: 10) == expected)
        #expect(try await consents.access(of: user, limit: 2) == Array(expected.prefix(2)))
        #expect(try await consents.access(of: user, to: shop.client) == expected[2])
        #expect(try await consents.access(of: user, to: ClientID("gone")) == nil)
        #expect(try await consents.access(of: other, limit: 10).map(\.client.text) == ["foreign"])
        #expect(expected[2]?.scopes == ["email", "openid"])
        #expect(expected.map { $0?.since } == [Self.at(5), Self.at(1), Self.at(4)])
        #expect(expected.map { $0?.lastUse } == [Self.at(5), Self.at(3), Self.at(9)])
    }

    @Test("A client with more grants than are read hides no other", arguments: Engine.all)
    func manyGrants(_ engine: Engine) async throws {
        let open = try engine.make()
        let user = try await open.signIn()
        try await withThrowingTaskGroup { group in
            for number in 0..<1100 {
                group.addTask { _ = try await Self.add(number, to: "busy", of: user, ["s\(number % 7)"], in: open) }
            }
            try await group.waitForAll()
        }
        _ = try await Self.add(2000, to: "shop", of: user, in: open)
        let found = try await open.store.consents.access(of: user, limit: 10)
        #expect(found.map(\.client.text) == ["busy", "shop"])
        #expect(found.first?.scopes == (0..<7).map { "s\($0)" })
    }

    @Test("Withdrawing ends the access of a client without a consent too", arguments: Engine.all)
    func ended(_ engine: Engine) async throws {
        let open = try engine.make()
        let user = try await open.signIn()
        let grants = [
            try await Self.add(1, to: "shop", of: user, in: open),
            try await Self.add(2, to: "shop", of: user, in: open),
            try await Self.add(3, to: "bank", of: user, in: open),
        ]
        #expect(try await !open.store.consents.withdraw(of: user, from: ClientID("shop"), at: Self.at(5)))
        var revoked: [UnixTime?] = []
        for grant in grants { revoked.append(try await open.store.grants.grant(grant.id)?.revokedAt) }
        #expect(revoked == [Self.at(5), Self.at(5), nil])
        #expect(try await open.store.consents.access(of: user, limit: 10).map(\.client.text) == ["bank"])
    }
}
