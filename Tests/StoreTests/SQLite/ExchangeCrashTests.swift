import Countersign
import Store
import TestSupport
import Testing

@testable import SQLite

@Suite("SQLite: a crash between the steps of an exchange")
struct ExchangeCrashTests {
    private static let now = TestClock.start

    private static func redeem(_ store: SQLiteStore, for token: Int) async throws -> CodeRedemption {
        try await store.grants.redeem(
            Samples.secret(1), keyThumbprint: Samples.digest(9), accessExpiry: nil,
            refreshToken: Samples.refreshToken(token), at: now)
    }

    private static func rotate(_ store: SQLiteStore, _ number: Int, to next: Int) async throws -> Rotation {
        try await store.grants.rotate(
            Samples.secret(number, of: 1), to: Samples.refreshToken(next), sealedSuccessor: [UInt8(next)], at: now)
    }

    @Test("No code or refresh token is usable twice, and none that was handed out is lost")
    func steps() async throws {
        let bench = try SQLiteBench()
        let user = Samples.user()
        try await bench.store.users.add(user)
        try await bench.store.sessions.add(Samples.session(of: user.id), replacing: nil, passwordChangedAt: nil)
        let grant = Samples.grant(of: user.id)
        #expect(try await bench.crashed().sessions.session(Samples.digest(1))?.user == user)

        try await bench.store.grants.add(grant, code: Samples.code())
        #expect(try await Self.redeem(bench.crashed(), for: 1) == .redeemed)

        #expect(try await Self.redeem(bench.store, for: 1) == .redeemed)
        let afterExchange = try bench.crashed()
        #expect(
            try await afterExchange.grants.refreshToken(Samples.secret(1))?.grant.keyThumbprint == Samples.digest(9))
        #expect(try await Self.rotate(afterExchange, 1, to: 2) == .rotated)
        #expect(try await Self.redeem(bench.crashed(), for: 3) == .redeemedBefore)

        #expect(try await Self.rotate(bench.store, 1, to: 2) == .rotated)
        let afterRotation = try bench.crashed()
        let replaced = try #require(try await afterRotation.grants.refreshToken(Samples.secret(1))?.token)
        #expect(replaced.sealedSuccessor == [2])
        #expect(try await Self.rotate(afterRotation, 1, to: 4) == .replacedBefore(replaced))
        #expect(try await Self.rotate(afterRotation, 2, to: 5) == .rotated)

        try await bench.store.grants.revoke(grant.id, at: Self.now)
        try await bench.store.revokedTokens.revoke(Samples.digest(7), until: Self.now + .seconds(60))
        let afterRevocation = try bench.crashed()
        #expect(try await Self.rotate(afterRevocation, 2, to: 6) == .ended)
        #expect(try await afterRevocation.revokedTokens.isRevoked(Samples.digest(7)))
    }

    @Test("Each of many simultaneous exchanges that was answered is on disk", .timeLimit(.minutes(5)))
    func many() async throws {
        let bench = try SQLiteBench()
        let user = Samples.user()
        try await bench.store.users.add(user)
        try await bench.store.sessions.add(Samples.session(of: user.id), replacing: nil, passwordChangedAt: nil)
        let store = bench.store
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask {
                    try await store.grants.add(Samples.grant(number, of: user.id), code: Samples.code(number))
                    _ = try await store.grants.redeem(
                        Samples.secret(number), keyThumbprint: nil, accessExpiry: nil,
                        refreshToken: Samples.refreshToken(number),
                        at: Self.now)
                }
            }
            try await group.waitForAll()
        }
        let crashed = try bench.crashed()
        for number in 0..<200 {
            #expect(try await crashed.grants.refreshToken(Samples.secret(number)) != nil)
            let again = try await crashed.grants.redeem(
                Samples.secret(number), keyThumbprint: nil, accessExpiry: nil, refreshToken: nil, at: Self.now)
            #expect(again == .redeemedBefore)
        }
    }
}
