/// The key store of one issuer.
struct SQLKeyStore: KeyStore {
    let database: any SQLDatabase
    let issuer: IssuerNumber

    func entries() async throws(StoreError) -> [KeyStoreEntry] {
        try await entries("SELECT \(KeyStoreEntry.columns.names) FROM key_store_entry WHERE issuer = $1 ORDER BY alias")
    }

    func entry(_ alias: ExactString) async throws(StoreError) -> KeyStoreEntry? {
        guard ClientID(alias).isRegistrable else { return nil }
        return try await entries(
            "SELECT \(KeyStoreEntry.columns.names) FROM key_store_entry WHERE issuer = $1 AND alias = $2", alias
        ).first
    }

    func entries(alike alias: ExactString) async throws(StoreError) -> [KeyStoreEntry] {
        guard ClientID(alias).isRegistrable else { return [] }
        return try await entries(
            """
            SELECT \(KeyStoreEntry.columns.names) FROM key_store_entry
            WHERE issuer = $1 AND lower(alias) = lower($2) ORDER BY alias
            """, alias)
    }

    private func entries(_ sql: String, _ alias: ExactString? = nil) async throws(StoreError) -> [KeyStoreEntry] {
        try await database.read { [issuer] db in
            var entries: [KeyStoreEntry] = []
            try db.run(sql, [issuer] + (alias.map { [$0] } ?? [])) {
                entries.append(try KeyStoreEntry(&$0))
                return true
            }
            return entries
        }
    }

    func put(_ entries: [KeyStoreEntry], replaces: Bool) async throws(StoreError) -> [KeyStorePut] {
        for entry in entries { try entry.requireStorable() }
        return try await database.change { [issuer] db in
            try entries.map { try Self.put($0, replaces: replaces, issuer, db) }
        }
    }

    private static func put(
        _ entry: KeyStoreEntry, replaces: Bool, _ issuer: IssuerNumber, _ db: any SQLConnection
    ) throws -> KeyStorePut {
        let known = try db.first(
            "SELECT certificate, is_from_java FROM key_store_entry WHERE issuer = $1 AND alias = $2", issuer,
            entry.alias
        ) { (certificate: try $0.next([UInt8].self), isFromJava: try $0.next(Bool.self)) }
        let result: KeyStorePut
        switch known {
        case nil: result = .added
        case let known? where known.certificate == entry.certificate.der:
            guard entry.isFromJava, !known.isFromJava else { return .unchanged }
            result = .recognised
        case .some:
            guard replaces else {
                throw StoreError.conflict("A key store entry '\(entry.alias)' with another certificate")
            }
            result = .replaced
        }
        let columns = KeyStoreEntry.columns
        try db.execute(
            """
            INSERT INTO key_store_entry (issuer, \(columns.names)) VALUES ($1, \(columns.parameters))
            ON CONFLICT (issuer, alias) DO UPDATE SET \(columns.replacements)
            """, [issuer] + entry.sqlValues)
        return result
    }

    func remove(_ alias: ExactString) async throws(StoreError) {
        try await database.change { [issuer] db in
            let count = try db.execute("DELETE FROM key_store_entry WHERE issuer = $1 AND alias = $2", issuer, alias)
            guard count == 1 else { throw StoreError.notFound("The key store entry '\(alias)'") }
        }
    }

    /// The entry with the client's identifier as its alias, and entries from Java key stores whose aliases differ in case.
    static let servingEntries = """
        SELECT \(KeyStoreEntry.columns.names) FROM key_store_entry WHERE issuer = $1 AND alias = $2
        UNION ALL
        SELECT \(KeyStoreEntry.columns.names) FROM key_store_entry
            WHERE issuer = $1 AND lower(alias) = lower($2) AND is_from_java = 1 AND alias <> $2
        ORDER BY alias LIMIT 9
        """

    /// Returns the entry that serves a client. It is chosen when the client is read, so the order of registration does not matter.
    static func serving(
        _ id: ClientID, _ issuer: IssuerNumber, _ db: any SQLConnection
    ) throws -> (entry: KeyStoreEntry?, ambiguity: AliasAmbiguity?) {
        let entries = try db.all(servingEntries, issuer, id) { try KeyStoreEntry(&$0) }
        let exact = entries.first { $0.alias == id.value }
        guard let entry = exact ?? entries.first else { return (nil, nil) }
        guard entry.isFromJava else { return (entry, nil) }
        let clients = try SQLClients.ids(alike: id.value, limit: 8, issuer, db)
        if clients.count > 1 { return (nil, .severalClients(alias: entry.alias, clients)) }
        if exact != nil || entries.count == 1 { return (entry, nil) }
        return (nil, .severalEntries(entries.map(\.alias)))
    }
}

extension KeyStoreEntry {
    /// The columns in the order of `sqlValues` and of decoding.
    static let columns = ColumnList(["alias"] + KeyCertificate.columns + ["jwk", "is_from_java", "added_at"])

    var sqlValues: [any SQLConvertible] {
        [alias] + KeyCertificate.sqlValues(certificate) + [jwk.object.render(), isFromJava, addedAt]
    }

    init(_ row: inout SQLRow) throws {
        let alias = try row.next(ExactString.self)
        row.subject = "the key store entry '\(alias)'"
        guard let certificate = try KeyCertificate.read(&row) else {
            throw StoreError.corrupt("\(row.subject) has no certificate")
        }
        self.init(
            alias: alias, certificate: certificate, jwk: try row.nextKey(), isFromJava: try row.next(),
            addedAt: try row.next())
    }
}
