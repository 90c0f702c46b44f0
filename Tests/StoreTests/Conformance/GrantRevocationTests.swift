import Countersign
import Store
import TestSupport
import Testing

@Suite("Revoking authorization grants together")
struct GrantRevocationTests {
    private static let now = TestClock.start + .seconds(5)

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var user: String?
        var client: String?
        var key: Int?
        /// The grants that are revoked, of those of `fill`.
        let revoked: [Int]

        static let all = [
            Case(testDescription: "no condition", revoked: []),
            Case(testDescription: "person", user: "alice", revoked: [0, 1, 2]),
            Case(testDescription: "client", client: "shop", revoked: [0, 2, 3]),
            Case(testDescription: "key", key: 91, revoked: [0, 1, 3]),
            Case(testDescription: "client and key", client: "shop", key: 91, revoked: [0, 3]),
            Case(testDescription: "person and client", user: "alice", client: "shop", revoked: [0, 2]),
            Case(testDescription: "all conditions", user: "alice", client: "shop", key: 91, revoked: [0]),
            Case(testDescription: "a person without grants", user: "nobody", revoked: []),
        ]
    }

    private static func fill(_ open: OpenStore) async throws -> [AuthorizationGrantRecord] {
        for name in ["alice", "bob"] { try await open.store.users.add(Samples.user(name, id: UserID(name))) }
        let sessions = [(1, "alice"), (2, "alice"), (3, "bob")]
        for (number, name) in sessions {
            try await open.store.sessions.add(
                Samples.session(number, of: UserID(name)), replacing: nil, passwordChangedAt: nil)
        }
        let rows = [
            ("alice", "shop", 1, 91), ("alice", "bank", 1, 91), ("alice", "shop", 2, 92), ("bob", "shop", 3, 91),
        ]
        var grants: [AuthorizationGrantRecord] = []
        for (index, row) in rows.enumerated() {
            var grant = Samples.grant(index, of: UserID(row.0), to: row.1, session: "session-\(row.2)")
            try await open.store.grants.add(grant, code: Samples.code(index))
            let result = try await open.store.grants.redeem(
                Samples.secret(index), keyThumbprint: Samples.digest(row.3), accessExpiry: nil, refreshToken: nil,
                at: now)
            #expect(result == .redeemed)
            grant.keyThumbprint = Samples.digest(row.3)
            grants.append(grant)
        }
        return grants
    }

    @Test("All conditions given must match, and the revoked grants are returned", arguments: Case.all)
    func conditions(_ example: Case) async throws {
        let open = try Engine.sqlite.make()
        var expected = try await Self.fill(open)
        for index in example.revoked { expected[index].revokedAt = Self.now }
        func revoke() async throws -> [AuthorizationGrantRecord] {
            try await open.store.grants.revokeAll(
                of: example.user.map { UserID($0) }, to: example.client.map { ClientID(ExactString($0)) },
                keyThumbprint: example.key.map(Samples.digest), at: Self.now)
        }
        let revoked = try await revoke()
        #expect(revoked.count == example.revoked.count)
        #expect(revoked.allSatisfy(expected.contains))
        for grant in expected { #expect(try await open.store.grants.grant(grant.id) == grant) }
        #expect(try await revoke() == [])
    }
}
