import Countersign
import Store
import Foundation
import GRDB
import TestSupport
import Testing

@testable import SQLite

@Suite("SQLite: a database of an earlier version")
struct MigrationTests {
    private static let billing = ClientID("billing")

    /// Creates a database of the first version, with a client and its key.
    private static func firstVersion(_ jwk: JWK) throws -> TemporaryDirectory {
        let directory = TemporaryDirectory()
        try DataDirectory.prepare(directory.path)
        let database = try DatabaseQueue(path: DatabaseFile(directory: directory.path).path)
        try Migrations.all.migrate(database, upTo: "1 audit entries")
        try database.write { db in
            try db.execute(
                sql: """
                    INSERT INTO client (id, name, description, is_enabled, grants, scopes, authentication_method,
                        audience_profile, requires_explicit_typing, access_token_format, created_at, updated_at)
                    VALUES ('billing', 'Billing job', '', 1, 'client_credentials', 'invoices.read', 'private_key_jwt',
                        'strict', 0, 'jwt', ?1, ?1);
                    """, arguments: [TestClock.start.milliseconds])
            try db.execute(
                sql: "INSERT INTO client_key (client, jwk, added_at) VALUES (1, ?, ?)",
                arguments: [jwk.object.render(), TestClock.start.milliseconds])
        }
        try database.close()
        return directory
    }

    @Test("It is migrated, and its records keep their meaning")
    func opened() async throws {
        let jwk = try Samples.key("2026-05").jwk
        let directory = try Self.firstVersion(jwk)
        let store = try SQLiteStore(directory: directory.path)
        var expected = Samples.client()
        expected.options.audienceProfile = .strict
        let found = try #require(try await store.clients.registration(of: Self.billing))
        #expect(found.client == expected)
        #expect(found.keys.map(\.jwk.object) == [jwk.object])
        #expect(found.keys.map(\.status) == [.active])
        #expect(found.keySource == .own)
        #expect(try await store.keyStore.entries().isEmpty)
        #expect(try await store.keySets.urlsInUse(after: nil, limit: 1) == [])
        #expect(try await store.sealingKeys.all() == [])
    }

    @Test("Later features work in it")
    func used() async throws {
        let store = try SQLiteStore(directory: try Self.firstVersion(try Samples.key().jwk).path)
        let number = try #require(try await store.clients.registration(of: Self.billing)?.keys.first?.number)
        try await store.clientKeys.setStatus(.revoked(since: TestClock.start), number: number, of: Self.billing)
        #expect(
            try await store.clients.registration(of: Self.billing)?.keys.map(\.status) == [
                .revoked(since: TestClock.start)
            ])
        try await store.clients.replace(Samples.client(keySetURL: "https://client.example/jwks"), keys: [])
        #expect(try await store.keySets.urlsInUse(after: nil, limit: 2) == ["https://client.example/jwks"])
        try await store.keyUses.record([KeyUse(client: Self.billing, thumbprint: "a", at: TestClock.start)])
        #expect(try await store.keyUses.latest(of: Self.billing) == ["a": TestClock.start])
    }

    @Test("Key store entries have no known origin and are matched byte for byte")
    func keyStoreEntries() async throws {
        let jwk = try Samples.key().jwk
        let directory = try Self.firstVersion(jwk)
        let database = try DatabaseQueue(path: DatabaseFile(directory: directory.path).path)
        try Migrations.all.migrate(database, upTo: "3 certified clients")
        try await database.write { db in
            for alias in ["billing", "Billing"] {
                try db.execute(
                    sql: """
                        INSERT INTO key_store_entry (alias, jwk, certificate, subject, not_before, not_after, thumbprint_sha1,
                            thumbprint_sha256, added_at) VALUES (?, ?, x'00', x'00', 0, 0, '', '', 0)
                        """, arguments: [alias, jwk.object.render()])
            }
            try db.execute(sql: "DELETE FROM client_key")
        }
        try database.close()
        let store = try SQLiteStore(directory: directory.path)
        try await store.clients.add(Samples.client("BILLING"), keys: [])
        #expect(try await store.keyStore.entries().map(\.isFromJava) == [false, false])
        #expect(try await store.clients.registration(of: Self.billing)?.keySource == .keyStore(alias: "billing"))
        #expect(try await store.clients.registration(of: ClientID("BILLING"))?.keySource == KeySource.none)
    }

    @Test("Administration migrates it only while no server uses the directory")
    func administration() throws {
        let directory = try Self.firstVersion(try Samples.key().jwk)
        let server = try DataDirectoryLock(directory.path)
        let reason = """
            the database must be migrated, but a server (process \(getpid())) uses it, possibly of an earlier version. \
            Stop it first, or start the server of this version
            """
        #expect(throws: StoreError.unavailable(reason)) {
            try SQLiteStore(directory: directory.path, role: .administration)
        }
        server.release()
        _ = try SQLiteStore(directory: directory.path, role: .administration)
        // No migration is left, so a running server is no obstacle.
        let next = try SQLiteStore(directory: directory.path)
        _ = try SQLiteStore(directory: directory.path, role: .administration)
        withExtendedLifetime(next) {}
    }
}
