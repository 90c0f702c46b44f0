import Countersign
import Foundation
import GRDB
import Store
import TestSupport
import Testing

@testable import SQLite

@Suite("SQLite: a database without searches")
struct SearchMigrationTests {
    /// A database with more clients than the migration reads at once, and a client that registered itself, a person and refusals.
    private static func database() throws -> TemporaryDirectory {
        let directory = TemporaryDirectory()
        try DataDirectory.prepare(directory.path)
        let database = try DatabaseQueue(path: directory.path + "/countersign.sqlite")
        try Migrations.all.migrate(database, upTo: "14 grants by time")
        try database.write { db in
            for number in 1...2001 {
                try db.execute(
                    sql: """
                        INSERT INTO client (issuer, id, name, description, is_enabled, grants, scopes, authentication_method,
                            requires_explicit_typing, access_token_format, created_at, updated_at)
                        VALUES (1, ?, 'ÄRA', '', 1, '', '', 'private_key_jwt', 0, 'jwt', 0, 0)
                        """, arguments: ["c\(number)"])
            }
            try db.execute(
                sql: """
                    INSERT INTO dynamic_registration VALUES (1, 'c2001', 'open', NULL, x'01', 0, NULL, 9);
                    INSERT INTO person VALUES (1, 'p', 'Alice', 'alice', 'a@b.example', '{"name":"Ärger","email":"A@b.example"}',
                        '["admin"]', NULL, NULL, 1, 0, 0);
                    INSERT INTO audit_entry VALUES
                        (1, 0, 1, 'AAAAAAAA', 5, x'6300', 'expired', '/oauth2/token', '192.0.2.1', '{"rules":[]}'),
                        (1, 1, 1, 'BBBBBBBB', 6, NULL, 'replayed', '/oauth2/token', NULL, '{"rules":[]}');
                    """)
        }
        try database.close()
        return directory
    }

    @Test("Its clients, people and refusals are found")
    func migrated() async throws {
        let store = try SQLiteStore(directory: try Self.database().path)
        var clients = ClientFilter()
        clients.text = "ära"
        #expect(try await store.clients.search(clients, at: .first, limit: 1).count == FoundCount(1000, hasMore: true))
        clients.text = "C2001"
        let found = try await store.clients.search(clients, at: .first, limit: 2)
        #expect(found.items.map(\.client.id.text) == ["c2001"])
        #expect(found.items.map(\.registration) == [.open])
        var people = UserFilter()
        people.text = "ärger"
        #expect(try await store.users.search(people, at: .first, limit: 2).items.map(\.name) == ["Alice"])
        people.text = "a@B"
        #expect(try await store.users.search(people, at: .first, limit: 2).items.map(\.name) == ["Alice"])
        for (change, reference) in [
            ({ $0.client = "c\0" }, "AAAAAAAA"), ({ $0.address = "192.0.2.1" }, "AAAAAAAA"),
            ({ $0.code = "replayed" }, "BBBBBBBB"),
        ] as [((inout RefusalFilter) -> Void, String)] {
            var filter = RefusalFilter()
            change(&filter)
            let page = try await store.audit.page(filter, after: nil, limit: 9)
            #expect(page.entries.map(\.reference.text) == [reference])
        }
    }

    @Test("The entries of its key store are found by text and by their use")
    func keyStore() async throws {
        let directory = TemporaryDirectory()
        try DataDirectory.prepare(directory.path)
        let database = try DatabaseQueue(path: directory.path + "/countersign.sqlite")
        try Migrations.all.migrate(database, upTo: "23 refusals by kind")
        let jwk = try Samples.key().jwk.object.render()
        try await database.write { db in
            try db.execute(
                sql: """
                    INSERT INTO client (issuer, id, name, description, is_enabled, grants, scopes, authentication_method,
                        requires_explicit_typing, access_token_format, created_at, updated_at)
                    VALUES (1, 'C17', '', '', 1, '', '', 'private_key_jwt', 0, 'jwt', 0, 0)
                    """)
            for number in 1...1001 {
                try db.execute(
                    sql: """
                        INSERT INTO key_store_entry VALUES (1, ?, ?, x'00', CAST('O=Ärger' AS BLOB), 0, 5, '', 'q83v', 1, 0)
                        """, arguments: ["c\(number)", jwk])
            }
        }
        try database.close()
        let store = try SQLiteStore(directory: directory.path)
        var filter = KeyStoreFilter()
        filter.text = "ärger"
        let found = try await store.keyStore.search(filter, at: .first, limit: 1, now: TestClock.start)
        #expect(found.count == FoundCount(1000, hasMore: true))
        filter.text = "AB:CD"
        filter.isInForce = true
        let used = try await store.keyStore.search(filter, at: .first, limit: 9, now: TestClock.start)
        #expect(used.items.map(\.alias) == ["c17"])
    }

    @Test("The indexes of refusals that earlier versions made are replaced")
    func indexes() throws {
        let earlier = try DatabaseQueue()
        try Migrations.all.migrate(earlier, upTo: "22 expiry of keys in use")
        try earlier.write { db in
            for name in ["time", "code", "client", "address"] {
                try db.execute(
                    sql: "CREATE INDEX audit_entry_by_\(name) ON audit_entry (issuer, at, is_proven, number)")
            }
        }
        try Migrations.all.migrate(earlier)
        let new = try DatabaseQueue()
        try Migrations.all.migrate(new)
        let query = "SELECT sql FROM sqlite_master WHERE tbl_name = 'audit_entry' AND sql IS NOT NULL ORDER BY name"
        func statements(_ database: DatabaseQueue) throws -> [String] {
            try database.read { db in try String.fetchAll(db, sql: query) }
        }
        #expect(try statements(earlier) == statements(new))
        #expect(try statements(new).count { $0.contains("is_proven, at") } == 5)
    }
}
