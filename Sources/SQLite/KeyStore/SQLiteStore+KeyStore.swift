import Countersign
import CountersignJOSE
import GRDB
import Store

extension SQLiteStore {
    /// All entries of the key store, by the bytes of their aliases.
    package func entries() async throws(StoreError) -> [KeyStoreEntry] {
        try await read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM key_store_entry ORDER BY alias").map(KeyStoreRow.entry)
        }
    }

    /// The entry of an alias.
    package func entry(_ alias: ExactString) async throws(StoreError) -> KeyStoreEntry? {
        guard ClientID(alias).isRegistrable else { return nil }
        return try await read { db in try KeyStoreRow.entry(alias, db) }
    }

    /// Entries whose aliases equal this one without regard to ASCII case.
    package func entries(alike alias: ExactString) async throws(StoreError) -> [KeyStoreEntry] {
        guard ClientID(alias).isRegistrable else { return [] }
        return try await read { db in
            let query = try db.cachedStatement(
                sql: "SELECT * FROM key_store_entry WHERE alias = ? COLLATE NOCASE ORDER BY alias")
            return try Row.fetchAll(query, arguments: [alias.text]).map(KeyStoreRow.entry)
        }
    }

    /// Puts entries in, all or none.
    package func put(_ entries: [KeyStoreEntry], replaces: Bool) async throws(StoreError) -> [KeyStorePut] {
        for entry in entries { try entry.requireStorable() }
        return try await change { db in
            try entries.map { try KeyStoreRow.put($0, replaces: replaces, db) }
        }
    }

    /// Removes an entry.
    package func removeEntry(_ alias: ExactString) async throws(StoreError) {
        try await change { db in
            try db.execute(sql: "DELETE FROM key_store_entry WHERE alias = ?", arguments: [alias.text])
            guard db.changesCount == 1 else { throw StoreError.notFound("The key store entry '\(alias)'") }
        }
    }
}
