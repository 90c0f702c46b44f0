import Countersign
import Foundation
import GRDB
import Store
import TestSupport
import Testing

@testable import SQLite

@Suite("SQLite: a database without people")
struct PeopleMigrationTests {
    private static let copied = UnixTime(seconds: 1_795_655_900)

    /// A database with every kind of row of the schema with issuers (see Fixtures/README.md).
    private static func database() throws -> TemporaryDirectory {
        let directory = TemporaryDirectory()
        try DataDirectory.prepare(directory.path)
        let fixtures = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let path = directory.path + "/countersign.sqlite"
        try FileManager.default.copyItem(atPath: fixtures.path + "/Fixtures/before-issuers.sqlite", toPath: path)
        let database = try DatabaseQueue(path: path)
        try Migrations.all.migrate(database, upTo: "5 issuers")
        try database.close()
        return directory
    }

    private static func rows(_ directory: TemporaryDirectory) throws -> [String: Int] {
        let database = try DatabaseQueue(path: directory.path + "/countersign.sqlite")
        return try database.read { db in
            let tables = try String.fetchAll(
                db, sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'grdb%' ORDER BY name")
            return try tables.reduce(into: [:]) { $0[$1] = try Int.fetchOne(db, sql: "SELECT count(*) FROM \($1)") }
        }
    }

    @Test("Every row survives, and people can be added")
    func migrated() async throws {
        let directory = try Self.database()
        let before = try Self.rows(directory)
        let store = try SQLiteStore(directory: directory.path, clock: { Self.copied })
        let after = try Self.rows(directory)
        for (table, count) in before where !["sqlite_sequence", "replay_log"].contains(table) {
            #expect(after[table] == count, "\(table)")
        }
        #expect(before.values.reduce(0, +) > 20)
        let billing = try #require(try await store.clients.registration(of: ClientID("billing")))
        #expect(billing.client.signIn == SignInOptions())
        #expect(billing.keys.count == 2)
        var client = billing.client
        client.signIn = Samples.unusualSignIn
        try await store.clients.replace(client)
        #expect(try await store.clients.registration(of: ClientID("billing"))?.client == client)
        try await store.users.add(Samples.user())
        #expect(try await store.users.user(named: "alice") != nil)
    }

    @Test("Consents stay where that widens nothing; others allow nothing, and can be seen and withdrawn")
    func consents() async throws {
        let directory = try Self.database()
        let path = directory.path + "/countersign.sqlite"
        let database = try DatabaseQueue(path: path)
        try Migrations.all.migrate(database, upTo: "8 server keys")
        let user = Samples.user()
        try await database.write { db in
            try db.execute(
                sql: """
                    INSERT INTO person (issuer, id, name, name_key, claims, group_names, is_enabled, created_at, updated_at)
                        VALUES (1, '\(user.id.text)', 'alice', 'alice', '{}', '', 1, 1, 1);
                    INSERT INTO consent VALUES (1, '\(user.id.text)', 'bank', 'openid read', 'https://a.example', 1, 1);
                    INSERT INTO consent VALUES (1, '\(user.id.text)', 'cafe', 'openid', 'https://a.example https://b.example', 1, 1);
                    INSERT INTO consent VALUES (1, '\(user.id.text)', 'shop', 'openid read', '', 1, 2);
                    """)
        }
        try database.close()
        let store = try SQLiteStore(directory: directory.path, clock: { Self.copied })
        let consents = try await store.consents.consents(of: user.id)
        #expect(consents.map(\.client.text) == ["bank", "cafe", "shop"])
        #expect(consents.map { $0.covers(scopes: ["openid"], resources: []) } == [false, false, true])
        #expect(
            consents.map { $0.covers(scopes: ["openid"], resources: ["https://a.example"]) } == [false, false, false])
        #expect(consents.last?.scopes == ["openid", "read"])
        #expect(try await store.consents.withdraw(of: user.id, from: ClientID("cafe"), at: Self.copied))
        #expect(try await store.consents.consents(of: user.id).count == 2)
    }

    @Test(
        "Sign-in options that this version cannot read are reported as damage",
        arguments: [
            (#"{"subject_type":"secret"}"#, "client 'billing' has a 'subject_type' that is not 'public' or 'pairwise'"),
            (#"{"#, nil), (#"[]"#, nil),
        ])
    func corrupt(_ example: (json: String, message: String?)) async throws {
        let bench = try SQLiteBench()
        try await bench.store.clients.add(Samples.client(), keys: [])
        try bench.onWriter("UPDATE client SET sign_in = '\(example.json)'")
        do {
            _ = try await bench.store.clients.registration(of: ClientID("billing"))
            Issue.record("read")
        } catch .corrupt(let message) {
            #expect(example.message == nil || message == example.message)
        }
    }

    @Test("Default sign-in options are stored as NULL")
    func defaults() async throws {
        let bench = try SQLiteBench()
        try await bench.store.clients.add(Samples.client(), keys: [])
        #expect(try bench.number("SELECT count(*) FROM client WHERE sign_in IS NULL") == 1)
    }
}
