import Countersign
import Store
import TestSupport
import Testing

@Suite("RFC 6749 §1.5: refresh tokens in the store")
struct RefreshTokenTests {
    private static let now = TestClock.start + .seconds(5)

    /// Adds a grant whose code was redeemed for the refresh token 1.
    private static func grant(_ open: OpenStore) async throws -> AuthorizationGrantRecord {
        let grant = Samples.grant(of: try await open.signIn())
        try await open.store.grants.add(grant, code: Samples.code())
        _ = try await open.store.grants.redeem(
            Samples.secret(), keyThumbprint: nil, accessExpiry: nil, refreshToken: Samples.refreshToken(),
            at: TestClock.start)
        return grant
    }

    @Test("A token is replaced once, by a token of the same grant", arguments: Engine.all)
    func rotated(_ engine: Engine) async throws {
        let open = try engine.make()
        let grant = try await Self.grant(open)
        let successor = Samples.refreshToken(2, at: Self.now)
        let first = try await open.store.grants.rotate(
            Samples.secret(1), to: successor, sealedSuccessor: [1, 2, 3], at: Self.now)
        #expect(first == .rotated)
        let reopened = try await open.reopened().grants
        let replaced = RefreshTokenRecord(
            digest: Samples.digest(1), expiresAt: Samples.refreshToken().expiresAt, replacedAt: Self.now,
            sealedSuccessor: [1, 2, 3])
        #expect(try await reopened.refreshToken(Samples.secret(1))?.token == replaced)
        let found = try #require(try await reopened.refreshToken(Samples.secret(2, of: 1)))
        #expect(found.token == successor)
        #expect(found.grant == grant)
        let second = try await reopened.rotate(
            Samples.secret(1), to: Samples.refreshToken(3), sealedSuccessor: [9], at: Self.now + .seconds(1))
        #expect(second == .replacedBefore(replaced))
        #expect(try await reopened.refreshToken(Samples.secret(3, of: 1)) == nil)
    }

    @Test("Of 64 simultaneous rotations one replaces the token; the others get its successor", arguments: Engine.all)
    func race(_ engine: Engine) async throws {
        let open = try engine.make()
        _ = try await Self.grant(open)
        let grants = open.store.grants
        let results = try await withThrowingTaskGroup(of: (Int, Rotation).self) { group in
            for number in 100..<164 {
                group.addTask {
                    let rotation = try await grants.rotate(
                        Samples.secret(1), to: Samples.refreshToken(number), sealedSuccessor: [UInt8(number)],
                        at: Self.now)
                    return (number, rotation)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let winners = results.filter { $0.1 == .rotated }.map(\.0)
        #expect(winners.count == 1)
        let winner = try #require(winners.first)
        let replaced = try #require(try await grants.refreshToken(Samples.secret(1))?.token)
        #expect(replaced.sealedSuccessor == [UInt8(winner)])
        #expect(results.count { $0.1 == .replacedBefore(replaced) } == 63)
        for (number, _) in results {
            #expect(try await (grants.refreshToken(Samples.secret(number, of: 1)) != nil) == (number == winner))
        }
    }

    @Test("A token of a revoked grant, or an unknown one, is not replaced", arguments: Engine.all)
    func ended(_ engine: Engine) async throws {
        let open = try engine.make()
        let grant = try await Self.grant(open)
        let grants = open.store.grants
        func rotate(_ number: Int, to next: Int) async throws -> Rotation {
            try await grants.rotate(
                Samples.secret(number, of: 1), to: Samples.refreshToken(next), sealedSuccessor: [1], at: Self.now)
        }
        #expect(try await rotate(7, to: 8) == .ended)
        #expect(try await rotate(1, to: 2) == .rotated)
        try await grants.revoke(grant.id, at: Self.now)
        #expect(try await rotate(1, to: 3) == .ended)
        #expect(try await rotate(2, to: 3) == .ended)
        #expect(try await grants.refreshToken(Samples.secret(2, of: 1))?.grant.revokedAt == Self.now)
        #expect(try await grants.refreshToken(Samples.secret(3, of: 1)) == nil)
    }
}
