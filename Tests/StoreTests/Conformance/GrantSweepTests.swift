import Countersign
import Store
import TestSupport
import Testing

@Suite("Sweeping ended grants, codes and refresh tokens")
struct GrantSweepTests {
    private static let start = TestClock.start
    private static let accessTokenLifetime: Duration = .seconds(7200)

    /// - Returns: the number of steps that had something to remove.
    @discardableResult
    private static func sweep(_ store: any Store, at seconds: Int64) async throws -> Int {
        let now = start + .seconds(seconds)
        var steps = 0
        while try await store.grants.sweepStep(at: now, grantsCreatedBefore: now - accessTokenLifetime) { steps += 1 }
        return steps
    }

    @Test("A grant without refresh tokens stays until its code and its access tokens are out", arguments: Engine.all)
    func withoutRefreshToken(_ engine: Engine) async throws {
        let open = try engine.make()
        let grant = Samples.grant(of: try await open.signIn())
        try await open.store.grants.add(grant, code: Samples.code())
        _ = try await open.store.grants.redeem(
            Samples.secret(), keyThumbprint: nil, accessExpiry: nil, refreshToken: nil, at: Self.start)
        for seconds: Int64 in [0, 60, 3659, 3660, 7199, 7200] {
            try await Self.sweep(open.store, at: seconds)
            #expect(try await open.store.grants.code(Samples.secret()) != nil, "after \(seconds) s")
        }
        try await Self.sweep(open.store, at: 7201)
        #expect(try await open.store.grants.grant(grant.id) == nil)
    }

    @Test(
        "A grant whose only access token is known ends with it, and one whose code was not redeemed with the code",
        arguments: [(expiry: 5000, end: 5000), (60, 3660), (nil, 3660)])
    func knownExpiry(_ expiry: Int?, _ end: Int) async throws {
        let open = try Engine.sqlite.make()
        let grant = Samples.grant(of: try await open.signIn())
        try await open.store.grants.add(grant, code: Samples.code())
        if let expiry {
            _ = try await open.store.grants.redeem(
                Samples.secret(), keyThumbprint: nil, accessExpiry: Self.start + .seconds(expiry),
                refreshToken: nil, at: Self.start)
        }
        for seconds in [0, 3659, end - 1] {
            try await Self.sweep(open.store, at: Int64(seconds))
            #expect(try await open.store.grants.grant(grant.id) != nil, "after \(seconds) s")
        }
        try await Self.sweep(open.store, at: Int64(end))
        #expect(try await open.store.grants.grant(grant.id) == nil)
    }

    @Test("A redeemed grant stays while its session lives, because the client is told when that ends")
    func session() async throws {
        let open = try Engine.sqlite.make()
        let user = Samples.user()
        try await open.store.users.add(user)
        try await open.store.sessions.add(
            Samples.session(of: user.id, lasting: .seconds(50_000)), replacing: nil, passwordChangedAt: nil)
        let grant = Samples.grant(of: user.id)
        try await open.store.grants.add(grant, code: Samples.code())
        _ = try await open.store.grants.redeem(
            Samples.secret(), keyThumbprint: nil, accessExpiry: Self.start + .seconds(60), refreshToken: nil,
            at: Self.start)
        for seconds: Int64 in [3660, 49_999] {
            try await Self.sweep(open.store, at: seconds)
            #expect(try await open.store.grants.grant(grant.id) != nil, "after \(seconds) s")
        }
        try await Self.sweep(open.store, at: 50_000)
        #expect(try await open.store.grants.grant(grant.id) == nil)
    }

    @Test("A refresh token keeps a grant beyond its first access token")
    func moreAccessTokens() async throws {
        let open = try Engine.sqlite.make()
        let grant = Samples.grant(of: try await open.signIn())
        try await open.store.grants.add(grant, code: Samples.code())
        _ = try await open.store.grants.redeem(
            Samples.secret(), keyThumbprint: nil, accessExpiry: Self.start + .seconds(60),
            refreshToken: Samples.refreshToken(1, lasting: .seconds(4000)), at: Self.start)
        try await Self.sweep(open.store, at: 7200)
        #expect(try await open.store.grants.grant(grant.id) != nil)
        try await Self.sweep(open.store, at: 7201)
        #expect(try await open.store.grants.grant(grant.id) == nil)
    }

    @Test("A used code is remembered for an hour after its expiry, however short tokens live", arguments: Engine.all)
    func usedCode(_ engine: Engine) async throws {
        let open = try engine.make()
        try await open.store.grants.add(Samples.grant(of: try await open.signIn()), code: Samples.code())
        func redeem(at seconds: Int64) async throws -> CodeRedemption {
            try await open.store.grants.redeem(
                Samples.secret(), keyThumbprint: nil, accessExpiry: nil, refreshToken: nil,
                at: Self.start + .seconds(seconds))
        }
        #expect(try await redeem(at: 0) == .redeemed)
        let end = Self.start + .seconds(3659)
        #expect(try await !open.store.grants.sweepStep(at: end, grantsCreatedBefore: end))
        #expect(try await redeem(at: 3659) == .redeemedBefore)
        let next = Self.start + .seconds(3660)
        #expect(try await open.store.grants.sweepStep(at: next, grantsCreatedBefore: next))
        #expect(try await redeem(at: 3660) == .ended)
    }

    @Test("A grant stays while it has refresh tokens, also those that a rotation added", arguments: Engine.all)
    func withRefreshTokens(_ engine: Engine) async throws {
        let open = try engine.make()
        let grant = Samples.grant(of: try await open.signIn())
        let grants = open.store.grants
        try await grants.add(grant, code: Samples.code())
        _ = try await grants.redeem(
            Samples.secret(), keyThumbprint: nil,
            accessExpiry: nil, refreshToken: Samples.refreshToken(1, lasting: .seconds(20_000)), at: Self.start)
        try await Self.sweep(open.store, at: 19_000)
        let rotation = try await grants.rotate(
            Samples.secret(1), to: Samples.refreshToken(2, lasting: .seconds(40_000)), sealedSuccessor: [1],
            at: Self.start + .seconds(19_000))
        #expect(rotation == .rotated)
        try await Self.sweep(open.store, at: 39_999)
        #expect(try await grants.refreshToken(Samples.secret(2, of: 1))?.grant == grant)
        try await Self.sweep(open.store, at: 40_000)
        #expect(try await grants.grant(grant.id) == nil)
        #expect(try await grants.refreshToken(Samples.secret(2, of: 1)) == nil)
    }

    @Test("A sweep takes small steps, and each grant that stays is looked at once", arguments: Engine.all)
    func steps(_ engine: Engine) async throws {
        let open = try engine.make()
        let user = try await open.signIn()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<450 {
                group.addTask {
                    let grant = Samples.grant(number, of: user)
                    try await open.store.grants.add(grant, code: Samples.code(number))
                    let token = Samples.refreshToken(number, lasting: .seconds(number % 2 == 0 ? 7201 : 90_000))
                    _ = try await open.store.grants.redeem(
                        Samples.secret(number), keyThumbprint: nil, accessExpiry: nil, refreshToken: token,
                        at: Self.start)
                }
            }
            try await group.waitForAll()
        }
        #expect(try await Self.sweep(open.store, at: 7200) == 3)
        #expect(try await Self.sweep(open.store, at: 7200) == 0)
        #expect(try await Self.sweep(open.store, at: 7201) == 2)
        #expect(try await Self.sweep(open.store, at: 90_000) == 2)
        #expect(try await open.store.grants.code(Samples.secret(1)) == nil)
    }

    @Test("A background sweep removes what has ended", .timeLimit(.minutes(5)), arguments: Engine.all)
    func background(_ engine: Engine) async throws {
        let open = try engine.make()
        let grant = Samples.grant(of: try await open.signIn())
        try await open.store.grants.add(grant, code: Samples.code())
        // A day before the clock's time, and an instant later: one that the clock being ahead would bring back.
        try await open.store.revokedTokens.revoke(Samples.digest(1), until: Self.start + .seconds(7201 - 86_400))
        try await open.store.revokedTokens.revoke(
            Samples.digest(2), until: Self.start + .seconds(7201 - 86_400) + .milliseconds(1))
        open.clock.advance(by: .seconds(7201))
        let clock = open.clock
        let store = open.store
        let sweep = Task {
            await withDiscardingTaskGroup { group in
                group.addTask {
                    await store.grants.sweep(
                        accessTokenLifetime: Self.accessTokenLifetime, clock: { clock.now },
                        report: { Issue.record("\($0)") })
                }
                group.addTask {
                    await store.revokedTokens.sweep(clock: { clock.now }, report: { Issue.record("\($0)") })
                }
                group.addTask {
                    await store.sessions.sweep(
                        idleLimit: .seconds(60), clock: { clock.now }, report: { Issue.record("\($0)") })
                }
            }
        }
        while try await store.grants.grant(grant.id) != nil { await Task.yield() }
        while try await store.revokedTokens.isRevoked(Samples.digest(1)) { await Task.yield() }
        while try await store.sessions.session(Samples.digest(1)) != nil { await Task.yield() }
        sweep.cancel()
        await sweep.value
        #expect(try await open.store.revokedTokens.isRevoked(Samples.digest(2)))
    }
}
