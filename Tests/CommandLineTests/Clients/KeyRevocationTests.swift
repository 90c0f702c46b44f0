import CountersignKeyFiles
import Foundation
import SQLite
import Store
import TestSupport
import Testing

@testable import Administration

@Suite("Revoking a client's key: the grants redeemed with it")
struct KeyRevocationTests {
    private static let later = Samples.now + .seconds(60)

    /// Adds a client with two keys, and returns a grant redeemed with each and one that was not redeemed.
    private func fill(_ store: any Store, endsGrants: Bool) async throws -> [AuthorizationGrantRecord] {
        let keys = try (1...2).map {
            JWK(key: try SigningKey.generate(.es256).verificationKey, keyID: ExactString("k\($0)"))
        }
        let client = Samples.client {
            $0.grants = [.authorizationCode, .refreshToken]
            $0.signIn.redirectURIs = ["https://billing.example/callback"]
            $0.signIn.revokesGrantsWithKey = endsGrants
        }
        try await store.clients.add(client, keys: keys.map { KeyRecord(jwk: $0, addedAt: Samples.now) })
        let user = UserRecord(name: "alice", createdAt: Samples.now)
        try await store.users.add(user)
        let session = SessionRecord(
            digest: [1], user: user.id, authenticatedAt: Samples.now, methods: ["pwd"],
            createdAt: Samples.now,
            expiresAt: Samples.now + .seconds(3600))
        try await store.sessions.add(session, replacing: nil, passwordChangedAt: nil)
        var grants: [AuthorizationGrantRecord] = []
        for (index, thumbprint) in (keys.map { Base64URL.decode($0.thumbprint) } + [nil]).enumerated() {
            let grant = AuthorizationGrantRecord(
                user: user.id, client: client.id, scopes: ["openid", "offline_access"], session: session.id,
                authenticatedAt: Samples.now, createdAt: Samples.now)
            let digest = [UInt8](repeating: UInt8(index), count: 32)
            try await store.grants.add(
                grant,
                code: AuthorizationCodeRecord(
                    digest: digest, redirectURI: "https://billing.example/callback",
                    expiresAt: Samples.now + .seconds(60)))
            if let thumbprint {
                let token = RefreshTokenRecord(digest: digest, expiresAt: Samples.now + .seconds(86_400))
                let result = try await store.grants.redeem(
                    GrantSecretDigest(grant: grant.id, digest: digest), keyThumbprint: thumbprint, accessExpiry: nil,
                    refreshToken: token, at: Samples.now)
                #expect(result == .redeemed)
            }
            grants.append(grant)
        }
        return grants
    }

    private func withStore(_ body: (any Store) async throws -> Void) async throws {
        let directory = TemporaryDirectory().path
        let store = try SQLiteStore(directory: directory, clock: { Samples.now })
        try await body(store)
        await store.close()
    }

    private func ends(
        _ grants: [AuthorizationGrantRecord], _ store: any Store
    ) async throws
        -> [UnixTime?]
    {
        var ends: [UnixTime?] = []
        for grant in grants { ends.append(try await store.grants.grant(grant.id)?.revokedAt) }
        return ends
    }

    @Test("end if the client is registered so, and stay otherwise", arguments: [true, false])
    func revoked(_ endsGrants: Bool) async throws {
        try await withStore { store in
            let grants = try await fill(store, endsGrants: endsGrants)
            let change = try await ClientAdministration(store).setStatus(
                .revoked(since: Self.later), ofKey: "k1", of: "billing")
            #expect(change.endedGrants == (endsGrants ? 1 : nil))
            #expect(
                try await ends(grants, store) == (endsGrants ? [Self.later, nil, nil] : [nil, nil, nil]))
        }
    }

    @Test(
        "end when the key is removed or replaced, and stay if it does under another kid",
        arguments: [
            (true, ["k1"], [], [later, nil, nil]), (false, ["k1"], [], [nil, nil, nil]),
            (true, nil, [0], [nil, later, nil]), (true, ["k1"], [0], [nil, nil, nil]),
            (true, nil, [], [later, later, nil]),
        ] as [(Bool, [String]?, [Int], [UnixTime?])])
    func removed(_ endsGrants: Bool, _ removed: [String]?, _ renamed: [Int], _ expected: [UnixTime?]) async throws {
        try await withStore { store in
            let grants = try await fill(store, endsGrants: endsGrants)
            let clients = ClientAdministration(store)
            let keys = try await clients.registration(of: "billing").keys
            let added = renamed.map { ImportedKey(jwk: JWK(key: keys[$0].jwk.key, keyID: "new")) }
            let new = ImportedKey(jwk: Samples.key)
            _ = try await clients.edit("billing", removing: removed, adding: added + [new], at: Self.later) { _ in }
            #expect(try await ends(grants, store) == expected)
        }
    }

    @Test("stay when the key is only retired")
    func retired() async throws {
        try await withStore { store in
            let grants = try await fill(store, endsGrants: true)
            let change = try await ClientAdministration(store).setStatus(
                .retiring(until: Self.later), ofKey: "k1", of: "billing")
            #expect(change.endedGrants == nil)
            #expect(try await ends(grants, store) == [nil, nil, nil])
        }
    }
}
