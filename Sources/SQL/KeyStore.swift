/// The key store of one issuer.
struct SQLKeyStore: KeyStore {
    let database: any SQLDatabase

    static let selection = "SELECT \(KeyStoreEntry.columns.names) FROM key_store_entry WHERE issuer = $1"

    func entries() async throws(StoreError) -> [KeyStoreEntry] {
        try await database.all("\(Self.selection) ORDER BY alias") { try KeyStoreEntry(&$0) }
    }

    func entry(_ alias: ExactString) async throws(StoreError) -> KeyStoreEntry? {
        guard ClientID(alias).isRegistrable else { return nil }
        return try await database.all("\(Self.selection) AND alias = $2", [alias]) { try KeyStoreEntry(&$0) }.first
    }

    func entries(ignoringCaseOf alias: ExactString) async throws(StoreError) -> [KeyStoreEntry] {
        guard ClientID(alias).isRegistrable else { return [] }
        return try await database.all(
            "\(Self.selection) AND lower(alias) = lower($2) ORDER BY alias", [alias]
        ) { try KeyStoreEntry(&$0) }
    }

    func put(_ entries: [KeyStoreEntry], replaces: Bool) async throws(StoreError) -> [KeyStorePutResult] {
        for entry in entries { try entry.validate() }
        return try await database.changeClients { db in
            try entries.map { entry in
                try Self.recording(entry.alias, db) { try Self.put(entry, replaces: replaces, db) }
            }
        }
    }

    private static func recording<Value>(
        _ alias: ExactString, _ db: any SQLConnection, _ change: () throws -> Value
    ) throws -> Value {
        func facts() throws -> JSONObject? {
            try db.first("\(selection) AND alias = $2", [alias]) { try KeyStoreEntry(&$0).facts }
        }
        return try db.recording(ChangeSubject(.keyStoreEntry, alias), facts, change)
    }

    private static func put(
        _ entry: KeyStoreEntry, replaces: Bool, _ db: any SQLConnection
    ) throws -> KeyStorePutResult {
        let known = try db.first(
            "SELECT certificate, is_from_java FROM key_store_entry WHERE issuer = $1 AND alias = $2", [entry.alias]
        ) { (certificate: try $0.next([UInt8].self), isFromJava: try $0.next(Bool.self)) }
        let result: KeyStorePutResult
        switch known {
        case nil: result = .added
        case let known? where known.certificate == entry.certificate.der:
            guard entry.isFromJava, !known.isFromJava else { return .unchanged }
            result = .markedAsJava
        case .some:
            guard replaces else {
                throw StoreError.conflict("A key store entry '\(entry.alias)' with another certificate")
            }
            result = .replaced
        }
        let columns = KeyStoreEntry.columns
        try db.execute(
            """
            INSERT INTO key_store_entry \(columns.values)
            ON CONFLICT (issuer, alias) DO UPDATE SET \(columns.replacements)
            """, entry.sqlValues)
        return result
    }

    func remove(_ alias: ExactString) async throws(StoreError) {
        try await database.changeClients { db in
            try Self.recording(alias, db) {
                let count = try db.execute("DELETE FROM key_store_entry WHERE issuer = $1 AND alias = $2", [alias])
                guard count == 1 else { throw StoreError.notFound("The key store entry '\(alias)'") }
            }
        }
    }

    /// The entry with the client's identifier as its alias comes first, then entries from Java key stores whose aliases differ in case.
    static let servingEntries = """
        \(selection) AND lower(alias) = lower($2) AND (alias = $2 OR is_from_java = 1)
        ORDER BY alias <> $2, alias LIMIT 9
        """

    /// Returns the entry that serves a client. It is chosen when the client is read, so the order of registration does not matter.
    static func entryServing(
        _ id: ClientID, _ db: any SQLConnection
    ) throws -> (entry: KeyStoreEntry?, ambiguity: AliasAmbiguity?) {
        let entries = try db.all(servingEntries, [id]) { try KeyStoreEntry(&$0) }
        let exact = entries.first { $0.alias == id.value }
        guard let entry = exact ?? entries.first else { return (nil, nil) }
        guard entry.isFromJava else { return (entry, nil) }
        let clients = try SQLClients.ids(ignoringCaseOf: id.value, limit: 8, db)
        if clients.count > 1 { return (nil, .severalClients(alias: entry.alias, clients)) }
        if exact != nil || entries.count == 1 { return (entry, nil) }
        return (nil, .severalEntries(entries.map(\.alias)))
    }
}

extension KeyStoreEntry {
    /// The columns in the order of `sqlValues` and of decoding. The last one is only written.
    static let columns = ColumnList(
        ["alias"] + KeyCertificate.columns + ["jwk", "is_from_java", "added_at", "search_key"])

    var sqlValues: [any SQLConvertible] {
        [alias] + KeyCertificate.sqlValues(certificate) + [jwk.object.render(), isFromJava, addedAt, searchKey]
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
