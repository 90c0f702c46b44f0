import Countersign
import CountersignJOSE
import GRDB
import Store

struct SQLiteKeyStore: KeyStore {
    let store: SQLiteStore

    /// All entries of the key store, by the bytes of their aliases.
    func entries() async throws(StoreError) -> [KeyStoreEntry] {
        try await store.read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM key_store_entry ORDER BY alias").map(KeyStoreRow.entry)
        }
    }

    /// The entry of an alias.
    func entry(_ alias: ExactString) async throws(StoreError) -> KeyStoreEntry? {
        guard ClientID(alias).isRegistrable else { return nil }
        return try await store.read { db in try KeyStoreRow.entry(alias, db) }
    }

    /// Entries whose aliases equal this one without regard to ASCII case.
    func entries(alike alias: ExactString) async throws(StoreError) -> [KeyStoreEntry] {
        guard ClientID(alias).isRegistrable else { return [] }
        return try await store.read { db in
            let query = try db.cachedStatement(
                sql: "SELECT * FROM key_store_entry WHERE alias = ? COLLATE NOCASE ORDER BY alias")
            return try Row.fetchAll(query, arguments: [alias.text]).map(KeyStoreRow.entry)
        }
    }

    /// Puts entries in, all or none.
    func put(_ entries: [KeyStoreEntry], replaces: Bool) async throws(StoreError) -> [KeyStorePut] {
        for entry in entries { try entry.requireStorable() }
        return try await store.change { db in
            try entries.map { try KeyStoreRow.put($0, replaces: replaces, db) }
        }
    }

    /// Removes an entry.
    func remove(_ alias: ExactString) async throws(StoreError) {
        try await store.change { db in
            try db.execute(sql: "DELETE FROM key_store_entry WHERE alias = ?", arguments: [alias.text])
            guard db.changesCount == 1 else { throw StoreError.notFound("The key store entry '\(alias)'") }
        }
    }
}
