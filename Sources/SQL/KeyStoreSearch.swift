extension SQLKeyStore {
    func search(
        _ filter: KeyStoreFilter, at position: PagePosition, limit: Int, now: UnixTime
    ) async throws(StoreError) -> FoundPage<KeyStoreEntry> {
        guard let search = Self.search(filter, at: now) else { return .empty }
        return try await database.read { db in try search.page(at: position, limit: limit, db) }
    }

    /// - Returns: `nil` if nothing can match.
    static func search(_ filter: KeyStoreFilter, at now: UnixTime) -> TableSearch<KeyStoreEntry>? {
        var search = TableSearch(
            "key_store_entry", time: "not_after", key: "alias", selection: selection, row: { try KeyStoreEntry(&$0) })
        let ends = filter.ends(at: now)
        if let from = ends.from { search.require("not_after >= $", from) }
        if let until = ends.until { search.require("not_after < $", until) }
        if let isInForce = filter.isInForce { search.require("is_in_force = $", isInForce) }
        if !filter.text.isEmpty {
            guard let pattern = SearchKey.pattern(for: filter.text) else { return nil }
            search.requireText(pattern)
        }
        return search
    }
}

extension KeyStoreEntry {
    var searchKey: String {
        SearchKey.ofKeyStoreEntry(
            alias.text, subject: certificate.facts.subject,
            thumbprintSHA256: certificate.facts.thumbprintSHA256.text)
    }
}

/// What the migration "24 key store search" adds.
package enum KeyStoreSearchTables {
    /// The statements that add columns. Those of existing rows are filled next, and the index replaced last.
    package static func columns(_ dialect: Tables.Dialect) -> [String] {
        [
            "ALTER TABLE key_store_entry ADD COLUMN search_key TEXT NOT NULL DEFAULT ''",
            // Whether a client authenticates with it. The engine keeps it up to date with each change to the tables that it depends on.
            "ALTER TABLE key_store_entry ADD COLUMN is_in_force \(dialect.integer) NOT NULL DEFAULT 0",
        ]
    }

    /// The index holds all that a search filters by.
    package static let index = [
        "DROP INDEX key_store_entry_by_end",
        "CREATE INDEX key_store_entry_by_end ON key_store_entry (issuer, not_after, alias, is_in_force, search_key)",
    ]

    /// Computes the column again for all entries; a condition can follow. The rules are those of `SQLKeyStore.entryServing` and
    /// `ClientRegistration.keySource`.
    package static let update = """
        UPDATE key_store_entry SET is_in_force = CASE WHEN EXISTS (
            SELECT 1 FROM client
            WHERE client.issuer = key_store_entry.issuer AND lower(client.id) = lower(key_store_entry.alias)
                AND (client.id = key_store_entry.alias OR key_store_entry.is_from_java = 1)
                AND client.key_set_url IS NULL
                AND NOT EXISTS (
                    SELECT 1 FROM client_key
                    WHERE client_key.issuer = client.issuer AND client_key.client = client.id)
                AND (key_store_entry.is_from_java = 0 OR NOT EXISTS (
                    SELECT 1 FROM client AS other
                    WHERE other.issuer = client.issuer AND lower(other.id) = lower(client.id) AND other.id <> client.id))
                AND (client.id = key_store_entry.alias OR NOT EXISTS (
                    SELECT 1 FROM key_store_entry AS other
                    WHERE other.issuer = client.issuer AND lower(other.alias) = lower(client.id)
                        AND other.alias <> key_store_entry.alias
                        AND (other.is_from_java = 1 OR other.alias = client.id)))
        ) THEN 1 ELSE 0 END
        """
}
