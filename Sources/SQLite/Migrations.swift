import GRDB
import SQL

/// The migrations in order. Released migrations never change.
enum Migrations {
    static var all: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        func add(_ name: String, _ sql: String) { migrator.registerMigration(name) { try $0.execute(sql: sql) } }
        add("1 clients", clients)
        add("1 signing keys", signingKeys)
        add("1 time slices", timeSlices)
        add("1 used jtis", usedJTIs)
        add("1 access tokens", accessTokens)
        add("1 audit entries", auditEntries)
        add("2 key sources", keySources)
        add("2 key store", keyStore)
        add("2 key uses", keyUses)
        add("2 remote key sets", remoteKeySets)
        migrator.registerMigration("3 replay log", migrate: createReplayLog)
        add("3 sealing keys", sealingKeys)
        add("3 no access tokens", noAccessTokens)
        add("3 certified clients", certifiedClients)
        add("4 proven client URLs", provenClientURLs)
        add("4 aliases of Java", javaAliases)
        migrator.registerMigration("5 issuers", migrate: addIssuers)
        migrator.registerMigration("6 people") { db in
            for statement in PeopleTables.creation(.sqlite) { try db.execute(sql: statement) }
            try countChanges(of: "resource", db)
        }
        migrator.registerMigration("8 server keys") { db in
            for statement in SQLSigningKeys.alteration(.sqlite) { try db.execute(sql: statement) }
        }
        migrator.registerMigration("9 consents") { db in
            for statement in ConsentTable.alteration(.sqlite) { try db.execute(sql: statement) }
        }
        migrator.registerMigration("10 logout notices") { db in
            for statement in LogoutNoticeTable.creation(.sqlite) { try db.execute(sql: statement) }
        }
        migrator.registerMigration("11 registration") { db in
            for statement in RegistrationTables.creation(.sqlite) { try db.execute(sql: statement) }
        }
        migrator.registerMigration("12 grant expiry") { db in
            for statement in GrantExpiry.alteration(.sqlite) { try db.execute(sql: statement) }
        }
        add("13 client secrets", ClientRecord.secretsColumn)
        migrator.registerMigration("14 grants by time") { db in
            for statement in GrantTables.replacement(.sqlite) { try db.execute(sql: statement) }
        }
        migrator.registerMigration("15 changes") { db in
            for statement in ChangeTables.creation(.sqlite) { try db.execute(sql: statement) }
        }
        migrator.registerMigration("16 searches") { db in
            for statement in SearchTables.columns(.sqlite) { try db.execute(sql: statement) }
            try fillSearches(db)
            for statement in SearchTables.indexes { try db.execute(sql: statement) }
        }
        migrator.registerMigration("17 figures") { db in
            for statement in FigureTable.creation(.sqlite) { try db.execute(sql: statement) }
        }
        migrator.registerMigration("18 uses by hour") { db in
            for statement in UsesByHour.creation(.sqlite) { try db.execute(sql: statement) }
        }
        migrator.registerMigration("19 change search") { db in
            for statement in ChangeTables.searchIndexes { try db.execute(sql: statement) }
        }
        migrator.registerMigration("20 expiry") { db in
            for statement in ExpiryTables.creation(.sqlite) { try db.execute(sql: statement) }
            try fillSecretEnds(db)
        }
        migrator.registerMigration("21 pages") { db in
            for statement in ChangeTables.pageIndexes { try db.execute(sql: statement) }
        }
        migrator.registerMigration("22 expiry of keys in use") { db in
            for statement in ExpiryTables.certificatesOfKeysInUse + [UsesByHour.index] {
                try db.execute(sql: statement)
            }
        }
        migrator.registerMigration("23 refusals by kind") { db in
            for statement in SearchTables.refusalIndexes { try db.execute(sql: statement) }
        }
        migrator.registerMigration("24 key store search") { db in
            for statement in KeyStoreSearchTables.columns(.sqlite) { try db.execute(sql: statement) }
            try fillKeyStoreSearch(db)
            for statement in KeyStoreSearchTables.index { try db.execute(sql: statement) }
        }
        return migrator
    }

    /// Adds the issuer to every key: recreates the tables and copies all rows as the first issuer's.
    ///
    /// The replay log stays unchanged: its rows are digests, and those of the first issuer remain the same.
    private static func addIssuers(_ db: Database) throws {
        let oldObjects = try Row.fetchAll(
            db, sql: "SELECT type, name FROM sqlite_master WHERE type IN ('trigger', 'index') AND sql IS NOT NULL")
        for row in oldObjects { try db.execute(sql: "DROP \(row["type"] as String) \(row["name"] as String)") }
        for table in Tables.names { try db.execute(sql: "ALTER TABLE \(table) RENAME TO old_\(table)") }
        for statement in Tables.creation(.sqlite) { try db.execute(sql: statement) }
        for table in Tables.names {
            let kept = Set(try db.columns(in: table).map(\.name))
            let columns = try db.columns(in: "old_\(table)").map(\.name).filter(kept.contains)
            // Clients were referenced by number.
            let byNumber = ["client_key", "key_use"].contains(table)
            let values = columns.map {
                byNumber && $0 == "client" ? "(SELECT id FROM old_client WHERE old_client.number = client)" : $0
            }
            try db.execute(
                sql: """
                    INSERT INTO \(table) (issuer, \(columns.joined(separator: ", ")))
                        SELECT \(IssuerNumber.first.rawValue), \(values.joined(separator: ", ")) FROM old_\(table)
                    """)
        }
        // Numbers of removed keys are not reused.
        try db.execute(
            sql: """
                DELETE FROM sqlite_sequence WHERE name = 'client_key';
                UPDATE sqlite_sequence SET name = 'client_key' WHERE name = 'old_client_key';
                """)
        for table in Tables.names.reversed() { try db.execute(sql: "DROP TABLE old_\(table)") }
        for table in ["client", "client_key", "key_store_entry"] { try countChanges(of: table, db) }
    }

    /// Creates the triggers that count each change to a table in the client revision of its issuer.
    private static func countChanges(of table: String, _ db: Database) throws {
        for (change, row) in [("INSERT", "new"), ("UPDATE", "new"), ("DELETE", "old")] {
            try db.execute(
                sql: """
                    CREATE TRIGGER \(table)_after_\(change.lowercased()) AFTER \(change) ON \(table) BEGIN
                        INSERT INTO client_revision (issuer, revision) VALUES (\(row).issuer, 1)
                            ON CONFLICT (issuer) DO UPDATE SET revision = revision + 1;
                    END
                    """)
        }
    }
}
