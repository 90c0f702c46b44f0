import Foundation
import GRDB
import SQL

extension Migrations {
    /// The number of rows in memory at once.
    private static let step = 1000

    /// Fills the columns that "16 searches" adds, for the rows of earlier versions.
    static func fillSearches(_ db: Database) throws {
        try eachRow(of: "client", ["id", "name"], db) { row in
            try db.execute(
                sql: """
                    UPDATE client SET search_key = ?, origin =
                        (SELECT origin FROM dynamic_registration AS dynamic
                         WHERE dynamic.issuer = client.issuer AND dynamic.client = client.id)
                    WHERE rowid = ?
                    """, arguments: [SearchKey.ofClient(row["id"], name: row["name"]), row["place"] as Int64])
        }
        try eachRow(of: "person", ["name", "claims"], db) { row in
            let claims = try JSONObject(parsing: Array((row["claims"] as String).utf8))
            try db.execute(
                sql: "UPDATE person SET search_key = ? WHERE rowid = ?",
                arguments: [SearchKey.ofUser(row["name"], claims: claims), row["place"] as Int64])
        }
        // At most twenty thousand, because that was the capacity.
        let refusals = try Row.fetchAll(
            db, sql: "SELECT issuer, is_proven, number, client, remote_address, endpoint FROM audit_entry")
        for row in refusals {
            let client: Data? = row["client"]
            let texts: [String?] = [
                client.map { String(decoding: $0, as: UTF8.self) }, row["remote_address"], row["endpoint"],
            ]
            let place: [Int64?] = [row["issuer"], row["is_proven"], row["number"]]
            try db.execute(
                sql: """
                    UPDATE audit_entry SET client_number = ?, address_number = ?, endpoint_number = ?
                    WHERE issuer = ? AND is_proven = ? AND number = ?
                    """,
                arguments: StatementArguments(texts.map { $0.map(AuditEntry.indexNumber) } + place))
        }
    }

    /// Fills the table that "20 expiry" adds for secrets. The certificates of key sets are filled when the sets are next read.
    static func fillSecretEnds(_ db: Database) throws {
        try eachRow(of: "client", ["issuer", "id", "secrets"], db) { row in
            for (name, end) in ExpiryTables.ends(row["secrets"]) {
                try db.execute(
                    sql: "INSERT INTO client_secret_end (issuer, client, name, ends_at) VALUES (?, ?, ?, ?)",
                    arguments: [row["issuer"] as Int64, row["id"] as String, name, end.milliseconds])
            }
        }
    }

    /// Fills the columns that "24 key store search" adds, and creates the triggers that keep `is_in_force` up to date.
    static func fillKeyStoreSearch(_ db: Database) throws {
        try eachRow(of: "key_store_entry", ["alias", "subject", "thumbprint_sha256"], db) { row in
            let key = SearchKey.ofKeyStoreEntry(
                row["alias"], subject: String(decoding: row["subject"] as Data, as: UTF8.self),
                thumbprintSHA256: row["thumbprint_sha256"])
            try db.execute(
                sql: "UPDATE key_store_entry SET search_key = ? WHERE rowid = ?",
                arguments: [key, row["place"] as Int64])
        }
        try db.execute(sql: KeyStoreSearchTables.update)
        for (table, name, changes) in [
            ("client", "id", ["INSERT", "UPDATE OF key_set_url", "DELETE"]),
            ("client_key", "client", ["INSERT", "DELETE"]),
            ("key_store_entry", "alias", ["INSERT", "UPDATE OF is_from_java", "DELETE"]),
        ] {
            for change in changes {
                let row = change == "DELETE" ? "old" : "new"
                try db.execute(
                    sql: """
                        CREATE TRIGGER \(table)_in_force_after_\(change.prefix(6).lowercased()) AFTER \(change) ON \(table) BEGIN
                            \(KeyStoreSearchTables.update)
                            WHERE issuer = \(row).issuer AND lower(alias) = lower(\(row).\(name));
                        END
                        """)
            }
        }
    }

    private static func eachRow(
        of table: String, _ columns: [String], _ db: Database, _ body: (Row) throws -> Void
    ) throws {
        var last: Int64 = .min
        while true {
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT rowid AS place, \(columns.joined(separator: ", ")) FROM \(table) WHERE rowid > ? ORDER BY rowid LIMIT ?
                    """, arguments: [last, step])
            for row in rows { try body(row) }
            guard let row = rows.last else { return }
            last = row["place"]
        }
    }
}
