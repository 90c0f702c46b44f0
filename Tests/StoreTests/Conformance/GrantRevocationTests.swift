import Countersign
import Store
import TestSupport
import Testing

@Suite("Revoking the authorization grants that a key began")
struct GrantRevocationTests {
    private static let now = TestClock.start + .seconds(5)

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let client: String
        let key: Int
        /// The grants that are revoked, of those of `fill`.
        let revoked: [Int]

        static let all = [
            Case(testDescription: "of two people", client: "shop", key: 91, revoked: [0, 3]),
            Case(testDescription: "of another key", client: "shop", key: 92, revoked: [2]),
            Case(testDescription: "of another client with the same key", client: "bank", key: 91, revoked: [1]),
            Case(testDescription: "a key without grants", client: "bank", key: 92, revoked: []),
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

    @Test("Client and key must match, and the revoked grants are counted", arguments: Engine.all, Case.all)
    func conditions(_ engine: Engine, _ example: Case) async throws {
        let open = try engine.make()
        var expected = try await Self.fill(open)
        for index in example.revoked { expected[index].revokedAt = Self.now }
        func revoke() async throws -> Int {
            try await open.store.grants.revokeAll(
                to: ClientID(ExactString(example.client)), keyThumbprint: Samples.digest(example.key), at: Self.now)
        }
        #expect(try await revoke() == example.revoked.count)
        for grant in expected { #expect(try await open.store.grants.grant(grant.id) == grant) }
        #expect(try await revoke() == 0)
    }
}
