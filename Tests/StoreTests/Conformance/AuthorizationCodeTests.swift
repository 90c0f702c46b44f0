import Countersign
import Store
import TestSupport
import Testing

@Suite("RFC 6749 §4.1: authorization codes in the store")
struct AuthorizationCodeTests {
    private static let now = TestClock.start + .seconds(5)

    @Test("A grant and its code are read back, also after reopening", arguments: Engine.all)
    func roundTrip(_ engine: Engine) async throws {
        let open = try engine.make()
        let user = try await open.signIn()
        let grant = AuthorizationGrantRecord(
            user: user, client: ClientID("https://app.example/client.json"), scopes: ["openid", "a:b"],
            resources: ["https://api.example/a", "https://api.example/b"], session: "session-1", nonce: "NUL\0é",
            authenticatedAt: TestClock.start, methods: ["pwd", "otp"], contextClass: "urn:1",
            claimsRequest: #"{"id_token":{}}"#, demandsAuthenticationTime: true, createdAt: Self.now)
        let code = AuthorizationCodeRecord(
            digest: Samples.digest(7), redirectURI: "http://127.0.0.1:3000/?a=b", hasRedirectURI: false,
            challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", expiresAt: Self.now + .seconds(60))
        try await open.store.grants.add(grant, code: code)
        let reopened = try await open.reopened()
        let found = try #require(
            try await reopened.grants.code(GrantSecretDigest(grant: grant.id, digest: code.digest)))
        #expect(found.code == code)
        #expect(found.grant == grant)
        #expect(try await reopened.grants.grant(grant.id) == grant)
        #expect(try await reopened.grants.code(GrantSecretDigest(grant: grant.id, digest: Samples.digest(8))) == nil)
        #expect(try await reopened.grants.grant(Array(repeating: 0, count: 16)) == nil)
    }

    @Test("A code is redeemed once; a second use revokes its grant", arguments: Engine.all)
    func once(_ engine: Engine) async throws {
        let open = try engine.make()
        let grant = Samples.grant(of: try await open.signIn())
        let grants = open.store.grants
        try await grants.add(grant, code: Samples.code())
        let thumbprint = Samples.digest(99)
        let token = Samples.refreshToken(50)
        let first = try await grants.redeem(
            Samples.secret(), keyThumbprint: thumbprint, accessExpiry: nil, refreshToken: token, at: Self.now)
        #expect(first == .redeemed)
        #expect(try await grants.grant(grant.id)?.keyThumbprint == thumbprint)
        #expect(try await grants.refreshToken(Samples.secret(50, of: 1))?.token == token)
        #expect(try await grants.refreshToken(Samples.secret(50, of: 1))?.grant.id == grant.id)
        let second = try await grants.redeem(
            Samples.secret(), keyThumbprint: Samples.digest(98), accessExpiry: nil,
            refreshToken: Samples.refreshToken(51),
            at: Self.now + .seconds(1))
        #expect(second == .redeemedBefore)
        let found = try #require(try await grants.grant(grant.id))
        #expect(found.revokedAt == Self.now + .seconds(1))
        #expect(found.keyThumbprint == thumbprint)
        #expect(try await grants.refreshToken(Samples.secret(51, of: 1)) == nil)
        // A third use does not change when the grant was revoked.
        let third = try await grants.redeem(
            Samples.secret(), keyThumbprint: nil, accessExpiry: nil, refreshToken: nil, at: Self.now + .seconds(9))
        #expect(third == .redeemedBefore)
        #expect(try await grants.grant(grant.id)?.revokedAt == Self.now + .seconds(1))
    }

    @Test("Of 64 simultaneous redemptions one wins, and its grant is revoked", arguments: Engine.all)
    func race(_ engine: Engine) async throws {
        let open = try engine.make()
        let grant = Samples.grant(of: try await open.signIn())
        let grants = open.store.grants
        try await grants.add(grant, code: Samples.code())
        let results = try await withThrowingTaskGroup(of: CodeRedemption.self) { group in
            for number in 0..<64 {
                group.addTask {
                    try await grants.redeem(
                        Samples.secret(), keyThumbprint: nil, accessExpiry: nil,
                        refreshToken: Samples.refreshToken(100 + number),
                        at: Self.now)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results.count { $0 == .redeemed } == 1)
        #expect(results.count { $0 == .redeemedBefore } == 63)
        #expect(try await grants.grant(grant.id)?.revokedAt == Self.now)
    }

    @Test("A code of a revoked grant, or an unknown one, cannot be redeemed", arguments: Engine.all)
    func ended(_ engine: Engine) async throws {
        let open = try engine.make()
        let grant = Samples.grant(of: try await open.signIn())
        let grants = open.store.grants
        try await grants.add(grant, code: Samples.code())
        #expect(try await grants.revoke(grant.id, at: Self.now))
        #expect(try await !grants.revoke(grant.id, at: Self.now + .seconds(1)))
        #expect(try await grants.grant(grant.id)?.revokedAt == Self.now)
        for secret in [Samples.secret(), Samples.secret(2)] {
            let result = try await grants.redeem(
                secret, keyThumbprint: nil, accessExpiry: nil, refreshToken: Samples.refreshToken(),
                at: Self.now)
            #expect(result == .ended)
        }
        #expect(try await grants.refreshToken(Samples.secret()) == nil)
    }

    @Test(
        "A code or refresh token is not found if it names another grant, or its digest differs", arguments: Engine.all)
    func otherGrant(_ engine: Engine) async throws {
        let open = try engine.make()
        let user = try await open.signIn()
        let grants = open.store.grants
        for number in [1, 2] { try await grants.add(Samples.grant(number, of: user), code: Samples.code(number)) }
        func redeem(_ code: GrantSecretDigest) async throws -> CodeRedemption {
            try await grants.redeem(
                code, keyThumbprint: nil, accessExpiry: nil, refreshToken: Samples.refreshToken(1), at: Self.now)
        }
        for other in [Samples.secret(1, of: 2), Samples.secret(3, of: 1)] {
            #expect(try await grants.code(other) == nil)
            #expect(try await redeem(other) == .ended)
        }
        #expect(try await redeem(Samples.secret(1)) == .redeemed)
        for other in [Samples.secret(1, of: 2), Samples.secret(3, of: 1)] {
            #expect(try await redeem(other) == .ended)
            #expect(try await grants.refreshToken(other) == nil)
            let rotation = try await grants.rotate(
                other, to: Samples.refreshToken(4), sealedSuccessor: [1], at: Self.now)
            #expect(rotation == .ended)
        }
        #expect(try await grants.grant(Samples.grantID(1))?.revokedAt == nil)
    }

    @Test("No grant is added for a person or a session that has ended", arguments: Engine.all)
    func added(_ engine: Engine) async throws {
        let open = try engine.make()
        let user = try await open.signIn()
        let other = try await open.signIn(Samples.user("bob"), session: 2)
        func add(_ grant: AuthorizationGrantRecord) async throws(StoreError) {
            try await open.store.grants.add(grant, code: Samples.code(Int(grant.id[0])))
        }
        let unsound = [
            Samples.grant(of: UserID("nobody")), Samples.grant(of: user, session: "session-3"),
            Samples.grant(of: user, session: "session-2"),
        ]
        for grant in unsound {
            await #expect(throws: StoreError.self) { try await add(grant) }
            #expect(try await open.store.grants.grant(grant.id) == nil)
        }
        try await add(Samples.grant(of: other, session: "session-2"))
        var disabled = try #require(try await open.store.users.user(user))
        disabled.isEnabled = false
        try await open.store.users.replace(disabled)
        await #expect(throws: StoreError.self) { try await add(Samples.grant(2, of: user)) }
    }
}
