import Countersign
import CountersignJOSE
import Foundation
import GRDB
import Store

/// A certificate of the key store as a row of the table `key_store_entry`.
enum KeyStoreRow {
    /// The columns that are written; `number` is given by the database.
    private static let columns = ColumnList(["alias", "jwk", "is_from_java", "added_at"] + CertificateColumns.names)

    static func entry(_ alias: ExactString, _ db: Database) throws -> KeyStoreEntry? {
        let query = try db.cachedStatement(sql: "SELECT * FROM key_store_entry WHERE alias = ?")
        return try Row.fetchOne(query, arguments: [alias.text]).map(entry)
    }

    static func entry(_ row: Row) throws -> KeyStoreEntry {
        let alias: String = row["alias"]
        guard let certificate = CertificateColumns.certificate(row) else {
            throw StoreError.corrupt("the key store entry '\(alias)' has no certificate")
        }
        return KeyStoreEntry(
            alias: ExactString(alias), certificate: certificate,
            jwk: try StoredJWK.read(row["jwk"], of: "the key store entry '\(alias)'"), isFromJava: row["is_from_java"],
            addedAt: UnixTime(milliseconds: row["added_at"]))
    }

    /// Puts one entry in, within a transaction that has the write lock.
    static func put(_ entry: KeyStoreEntry, replaces: Bool, _ db: Database) throws -> KeyStorePut {
        let query = try db.cachedStatement(sql: "SELECT certificate, is_from_java FROM key_store_entry WHERE alias = ?")
        guard let known = try Row.fetchOne(query, arguments: [entry.alias.text]) else {
            try write(entry, db)
            return .added
        }
        if (known["certificate"] as Data).elementsEqual(entry.certificate.der) {
            guard entry.isFromJava, !(known["is_from_java"] as Bool) else { return .unchanged }
            try write(entry, db)
            return .recognised
        }
        guard replaces else { throw StoreError.conflict("A key store entry '\(entry.alias)' with another certificate") }
        try write(entry, db)
        return .replaced
    }

    private static func write(_ entry: KeyStoreEntry, _ db: Database) throws {
        let upsert = try db.cachedStatement(
            sql: """
                INSERT INTO key_store_entry (\(columns.names)) VALUES (\(columns.placeholders))
                ON CONFLICT (alias) DO UPDATE SET \(columns.replacements)
                """)
        let values: [(any DatabaseValueConvertible)?] = [
            entry.alias.text, StoredJWK.text(entry.jwk), entry.isFromJava, entry.addedAt.milliseconds,
        ]
        try upsert.execute(arguments: StatementArguments(values + CertificateColumns.values(entry.certificate)))
    }
}
