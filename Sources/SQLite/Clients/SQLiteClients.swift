import Countersign
import CountersignJOSE
import GRDB
import Store

struct SQLiteClients: ClientStore {
    let store: SQLiteStore

    /// Registers clients with their own keys, all or none: one transaction, one wait for the disk.
    func add(_ registrations: [ClientRegistration]) async throws(StoreError) {
        for registration in registrations { try registration.client.requireRegistrable() }
        try await store.change { db in
            let columns = ColumnList(ClientRow.columns)
            let insertion = try db.cachedStatement(
                sql: "INSERT OR IGNORE INTO client (\(columns.names)) VALUES (\(columns.placeholders))")
            for registration in registrations {
                try insertion.execute(arguments: ClientRow.values(registration.client))
                guard db.changesCount == 1 else { throw StoreError.conflict("A client '\(registration.client.id)'") }
                try KeyRow.insert(registration.keys, of: db.lastInsertedRowID, db)
            }
        }
    }

    /// A client, its keys and the key store's entry for it, read in one snapshot.
    func registration(of id: ClientID) async throws(StoreError) -> ClientRegistration? {
        guard id.isRegistrable else { return nil }
        return try await store.read { db in
            let query = try db.cachedStatement(sql: "SELECT * FROM client WHERE id = ?")
            return try Row.fetchOne(query, arguments: [id.text]).map { try Self.registration($0, db) }
        }
    }

    /// A page of clients with certificates, by their numbers.
    func certified(after position: Int64?, limit: Int) async throws(StoreError) -> [CertifiedClient] {
        try await store.read { db in
            let numbers = try Int64.fetchAll(
                db.cachedStatement(sql: Self.certifiedNumbers), arguments: [position ?? .min, limit])
            let query = try db.cachedStatement(sql: "SELECT * FROM client WHERE number = ?")
            return try numbers.compactMap { number in
                try Row.fetchOne(query, arguments: [number]).map { row in
                    CertifiedClient(position: number, registration: try Self.registration(row, db))
                }
            }
        }
    }

    /// The numbers come from an index of the keys with a certificate, and from the key store. CROSS JOIN keeps SQLite from walking
    /// through all clients to see which of them are in the key store. A client that an alias of Java's could mean is among them even
    /// where others could be meant too.
    static let certifiedNumbers = """
        SELECT client FROM
            (SELECT DISTINCT client FROM client_key WHERE certificate IS NOT NULL AND client > ?1 ORDER BY client LIMIT ?2)
        UNION
        SELECT client.number FROM key_store_entry CROSS JOIN client ON client.id = alias WHERE client.number > ?1
        UNION
        SELECT client.number FROM key_store_entry CROSS JOIN client ON client.id = alias COLLATE NOCASE
            WHERE is_from_java AND client.number > ?1
        ORDER BY 1 LIMIT ?2
        """

    private static func registration(_ row: Row, _ db: Database) throws -> ClientRegistration {
        let client = try ClientRow.client(row)
        let serving = try ServingEntry(of: client.id, db)
        return ClientRegistration(
            client: client, keys: try KeyRow.keys(of: row["number"], db), keyStoreEntry: serving.entry,
            aliasAmbiguity: serving.ambiguity)
    }

    /// Identifiers that equal this one without regard to ASCII case.
    func ids(alike id: ExactString) async throws(StoreError) -> [ClientID] {
        guard ClientID(id).isRegistrable else { return [] }
        return try await store.read { db in
            try String.fetchAll(db.cachedStatement(sql: ServingEntry.clientsAlike), arguments: [id.text, 100]).map {
                ClientID($0)
            }
        }
    }

    /// A page of clients.
    func page(after id: ClientID?, limit: Int) async throws(StoreError) -> [ClientRecord] {
        try await store.read { db in
            let query = try db.cachedStatement(sql: "SELECT * FROM client WHERE id > ? ORDER BY id LIMIT ?")
            return try Row.fetchAll(query, arguments: [id?.text ?? "", limit]).map(ClientRow.client)
        }
    }

    /// The scope tokens of enabled clients.
    func scopes(limit: Int) async throws(StoreError) -> [String] {
        try await store.read { db in
            var (tokens, known): ([String], Set<String>) = ([], [])
            let query = try db.cachedStatement(sql: "SELECT scopes FROM client WHERE is_enabled ORDER BY number")
            let rows = try String.fetchCursor(query)
            // Many clients have the same scopes, and their text is enough to see that.
            var last: String?
            while tokens.count < limit, let scopes = try rows.next() {
                guard scopes != last else { continue }
                last = scopes
                for token in scopes.split(separator: " ").map(String.init)
                where tokens.count < limit && known.insert(token).inserted { tokens.append(token) }
            }
            return tokens
        }
    }

    /// Replaces what is registered.
    func update(_ client: ClientRecord, keys: [KeyRecord]?) async throws(StoreError) {
        try client.requireRegistrable()
        try await store.change { db in
            let number = try Self.number(of: client.id, db)
            let assignments = ClientRow.columns.map { column in
                // It stays what it was.
                column == "created_at" ? "created_at = coalesce(created_at, ?)" : "\(column) = ?"
            }
            let update = try db.cachedStatement(
                sql: "UPDATE client SET \(assignments.joined(separator: ", ")) WHERE number = ?")
            try update.execute(arguments: ClientRow.values(client) + [number])
            if let keys { try KeyRow.replace(of: number, with: keys, id: client.id, db) }
        }
    }

    /// Lets a client in, or keeps it out.
    func setEnabled(_ isEnabled: Bool, _ id: ClientID, at now: UnixTime) async throws(StoreError) {
        try await store.change { db in
            try db.execute(
                sql: "UPDATE client SET is_enabled = ?, updated_at = ? WHERE number = ?",
                arguments: [isEnabled, now.milliseconds, try Self.number(of: id, db)])
        }
    }

    /// Removes a client and its keys; its used `jti`s name it by its identifier and stay.
    func remove(_ id: ClientID) async throws(StoreError) {
        try await store.change { db in
            try db.execute(sql: "DELETE FROM client WHERE number = ?", arguments: [try Self.number(of: id, db)])
        }
    }

    static func number(of id: ClientID, _ db: Database) throws -> Int64 {
        let query = try db.cachedStatement(sql: "SELECT number FROM client WHERE id = ?")
        guard id.isRegistrable, let number = try Int64.fetchOne(query, arguments: [id.text]) else {
            throw StoreError.notFound("Client '\(id)'")
        }
        return number
    }

    /// Calls `changed` at once, after each change made through this store, and soon after a change by another process.
    func watch(_ changed: @escaping @Sendable () -> Void) async {
        let number = store.clientWatchers.add(changed)
        defer { store.clientWatchers.remove(number) }
        // The revision is read first and `changed` called after it: a change between the two is seen by both.
        var seen: Int64?
        var isFirst = true
        while !Task.isCancelled {
            // A revision that cannot be read counts as another one: when it can be read again, clients are read again too.
            let revision = try? await revision()
            if isFirst || revision != seen { changed() }
            isFirst = false
            seen = revision
            try? await Task.sleep(for: store.settings.clientWatchInterval)
        }
    }

    /// Counts the changes of clients and their keys, made by any process.
    func revision() async throws(StoreError) -> Int64 {
        try await store.read { db in try Self.revision(db) }
    }

    /// Calls `body` with each client's identifier.
    func forEachID(
        _ body: @escaping @Sendable (ClientID) -> Void
    ) async throws(StoreError) -> Int64 {
        try await store.read { db in
            let rows = try Row.fetchCursor(db.cachedStatement(sql: "SELECT id FROM client"))
            while let row = try rows.next() { body(ClientID(row[0] as String)) }
            return try Self.revision(db)
        }
    }

    private static func revision(_ db: Database) throws -> Int64 {
        try Int64.fetchOne(db.cachedStatement(sql: "SELECT revision FROM client_revision")) ?? 0
    }
}
