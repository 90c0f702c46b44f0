/// The clients of one issuer.
struct SQLClients: ClientStore {
    let database: any SQLDatabase

    private static let selection = "SELECT \(ClientRecord.columns.names) FROM client WHERE issuer = $1"

    func add(_ registrations: [ClientRegistration]) async throws(StoreError) {
        for registration in registrations { try registration.client.validate() }
        try await database.changeClients { db in
            for registration in registrations {
                try Self.recording(registration.client.id, db) { try Self.insert(registration, db) }
            }
        }
    }

    static func insert(_ registration: ClientRegistration, _ db: any SQLConnection) throws {
        let client = registration.client
        let count = try db.execute(
            "INSERT INTO client \(ClientRecord.columns.values) ON CONFLICT DO NOTHING", client.sqlValues)
        guard count == 1 else { throw StoreError.conflict("A client '\(client.id)'") }
        if !client.secrets.isEmpty { try SQLExpirations.replace(of: client, db) }
        try SQLClientKeys.insert(registration.keys, of: client.id, db)
    }

    func registration(of id: ClientID) async throws(StoreError) -> ClientRegistration? {
        guard id.isRegistrable else { return nil }
        return try await database.read { db in try Self.registration(of: id, db) }
    }

    static func registration(of id: ClientID, _ db: any SQLConnection) throws -> ClientRegistration? {
        let client = try db.first("\(selection) AND id = $2", [id]) { try ClientRecord(&$0) }
        guard let client else { return nil }
        let serving = try SQLKeyStore.entryServing(id, db)
        return ClientRegistration(
            client: client, keys: try SQLClientKeys.keys(of: id, db), keyStoreEntry: serving.entry,
            aliasAmbiguity: serving.ambiguity, dynamic: try SQLDynamicRegistrations.registration(of: id, db))
    }

    /// Makes a change and records what it has changed about a client and its keys.
    static func recording<Value>(_ id: ClientID, _ db: any SQLConnection, _ change: () throws -> Value) throws -> Value
    {
        try db.recording(.client(id), { try facts(of: id, db) }, change)
    }

    static func facts(of id: ClientID, _ db: any SQLConnection) throws -> JSONObject? {
        let client = try db.first("\(selection) AND id = $2", [id]) { try ClientRecord(&$0) }
        guard let client else { return nil }
        return ClientRegistration(
            client: client, keys: try SQLClientKeys.keys(of: id, db),
            dynamic: try SQLDynamicRegistrations.registration(of: id, db)
        ).facts
    }

    func ids(ignoringCaseOf id: ExactString) async throws(StoreError) -> [ClientID] {
        guard ClientID(id).isRegistrable else { return [] }
        return try await database.read { db in try Self.ids(ignoringCaseOf: id, limit: 100, db) }
    }

    static func ids(ignoringCaseOf id: ExactString, limit: Int, _ db: any SQLConnection) throws -> [ClientID] {
        try db.all(idsIgnoringCase, [id, limit]) { try $0.next() }
    }

    static let idsIgnoringCase =
        "SELECT id FROM client WHERE issuer = $1 AND lower(id) = lower($2) ORDER BY id LIMIT $3"

    func page(after id: ClientID?, limit: Int) async throws(StoreError) -> [ClientRecord] {
        try await database.all("\(Self.selection) AND id > $2 ORDER BY id LIMIT $3", [id?.text ?? "", limit]) {
            try ClientRecord(&$0)
        }
    }

    func scopes(limit: Int) async throws(StoreError) -> [String] {
        try await database.read { db in
            var (tokens, known): ([String], Set<String>) = ([], [])
            // Many clients have the same scopes; comparing the text skips them.
            var last: String?
            try db.run("SELECT scopes FROM client WHERE issuer = $1 AND is_enabled = 1 ORDER BY number", []) {
                let scopes = try $0.next(String.self)
                guard scopes != last else { return true }
                last = scopes
                for token in SQLRow.words(scopes)
                where tokens.count < limit && known.insert(token).inserted { tokens.append(token) }
                return tokens.count < limit
            }
            return tokens
        }
    }

    private static func update(_ client: ClientRecord, _ keys: [KeyRecord], _ db: any SQLConnection) throws {
        let assignments = ClientRecord.columns.columns.enumerated().dropFirst().map { index, column in
            // The time of registration does not change.
            column == "created_at" ? "created_at = coalesce(created_at, $\(index + 2))" : "\(column) = $\(index + 2)"
        }
        let count = try db.execute(
            "UPDATE client SET \(assignments.joined(separator: ", ")) WHERE issuer = $1 AND id = $2", client.sqlValues)
        guard count == 1 else { throw notFound(client.id) }
        try SQLExpirations.replace(of: client, db)
        let removed = try SQLClientKeys.replace(of: client.id, with: keys, db)
        guard client.signIn.revokesGrantsWithKey else { return }
        // A key that stays, also under another name, keeps its grants.
        let usable = Set(keys.filter { $0.status.allowsUse(at: client.updatedAt) }.map(\.jwk.key.thumbprintDigest))
        for thumbprint in removed.subtracting(usable) {
            _ = try SQLAuthorizationGrants.revokeAll(
                to: client.id, keyThumbprint: thumbprint, at: client.updatedAt, db)
        }
    }

    func change<Refusal: Error>(
        _ id: ClientID,
        _ decide: @escaping @Sendable (ClientRegistration) throws(Refusal) -> (client: ClientRecord, keys: [KeyRecord])?
    ) async throws(StoreError) -> Result<ClientRegistration, Refusal> {
        guard id.isRegistrable else { throw Self.notFound(id) }
        return try await database.changeClients { db in
            guard let current = try Self.registration(of: id, db) else { throw Self.notFound(id) }
            let decision = Result { () throws(Refusal) in try decide(current) }
            guard case .success(let change?) = decision else { return decision.map { _ in current } }
            try change.client.validate()
            try Self.recording(id, db) { try Self.update(change.client, change.keys, db) }
            guard let after = try Self.registration(of: id, db) else { throw Self.notFound(id) }
            return .success(after)
        }
    }

    func setEnabled(_ isEnabled: Bool, _ id: ClientID, at now: UnixTime) async throws(StoreError) {
        guard id.isRegistrable else { throw Self.notFound(id) }
        try await database.changeClients { db in
            try Self.recording(id, db) {
                let count = try db.execute(
                    "UPDATE client SET is_enabled = $3, updated_at = $4 WHERE issuer = $1 AND id = $2",
                    [id, isEnabled, now])
                guard count == 1 else { throw Self.notFound(id) }
            }
        }
    }

    func remove(_ id: ClientID) async throws(StoreError) {
        guard id.isRegistrable else { throw Self.notFound(id) }
        try await database.changeClients { db in
            guard try Self.recording(id, db, { try Self.remove(id, db) }) else { throw Self.notFound(id) }
        }
    }

    /// Removes a client with all that people have allowed it.
    ///
    /// - Returns: whether there was such a client.
    static func remove(_ id: ClientID, _ db: any SQLConnection) throws -> Bool {
        guard try db.execute("DELETE FROM client WHERE issuer = $1 AND id = $2", [id]) == 1 else { return false }
        for table in ["authorization_grant", "consent"] {
            try db.execute("DELETE FROM \(table) WHERE issuer = $1 AND client = $2", [id])
        }
        return true
    }

    static func notFound(_ id: ClientID) -> StoreError { .notFound("Client '\(id)'") }

    /// - Throws: `notFound`.
    static func requireClient(_ id: ClientID, _ db: any SQLConnection) throws {
        let sql = "SELECT id FROM client WHERE issuer = $1 AND id = $2"
        guard id.isRegistrable, try db.first(sql, [id], row: { try $0.next(ClientID.self) }) != nil else {
            throw notFound(id)
        }
    }

    func revision() async throws(StoreError) -> Int64 {
        try await database.read { db in try Self.revision(db) }
    }

    func forEachID(_ body: @escaping @Sendable (ClientID) -> Void) async throws(StoreError) -> Int64 {
        try await database.read { db in
            try db.run("SELECT id FROM client WHERE issuer = $1", []) {
                body(try $0.next())
                return true
            }
            return try Self.revision(db)
        }
    }

    private static func revision(_ db: any SQLConnection) throws -> Int64 {
        try db.first("SELECT revision FROM client_revision WHERE issuer = $1") { try $0.next() } ?? 0
    }

    func watch(_ changed: @escaping @Sendable () -> Void) async {
        await database.watchClients(revision: { () throws(StoreError) in try await revision() }, changed)
    }
}

extension ClientRecord {
    /// The columns in the order of `sqlValues` and of decoding; the identifier comes first. The last one is only written.
    static let columns = ColumnList([
        "id", "name", "description", "is_enabled", "grants", "scopes", "authentication_method", "signing_algorithm",
        "audience_profile", "allows_reuse", "requires_explicit_typing", "certificate_validity", "key_set_url",
        "access_token_format", "access_token_lifetime", "sign_in", "created_at", "updated_at", "secrets",
        "search_key",
    ])

    var sqlValues: [any SQLConvertible] {
        [
            id, name, description, isEnabled, grants.map(\.rawValue).joined(separator: " "),
            scopes.joined(separator: " "), authenticationMethod, options.signingAlgorithm, options.audienceProfile,
            options.allowsReuse, options.requiresExplicitTyping, options.certificateValidity, keySetURL,
            accessTokenFormat, accessTokenLifetime, signIn == SignInOptions() ? String?.none : signIn.json.render(),
            createdAt, updatedAt,
            secrets.map(\.text).joined(separator: " "), searchKey,
        ]
    }

    init(_ row: inout SQLRow) throws {
        let id = try row.next(ClientID.self)
        row.subject = "client '\(id)'"
        self.init(
            id: id, name: try row.next(), description: try row.next(), isEnabled: try row.next(),
            grants: try row.nextGrants(), scopes: try row.nextWords(), authenticationMethod: try row.next(),
            options: ClientOptions(
                signingAlgorithm: try row.next(), audienceProfile: try row.next(), allowsReuse: try row.next(),
                requiresExplicitTyping: try row.next(), certificateValidity: try row.next()), keySetURL: try row.next(),
            accessTokenFormat: try row.next(), accessTokenLifetime: try row.next(),
            signIn: try row.nextSignInOptions(), createdAt: try row.next(), updatedAt: try row.next())
        secrets = try row.nextSecrets()
    }

    /// What the migration "13 client secrets" adds.
    package static let secretsColumn = "ALTER TABLE client ADD COLUMN secrets TEXT NOT NULL DEFAULT ''"
}

extension SQLRow {
    fileprivate mutating func nextSecrets() throws(StoreError) -> [ClientSecretRecord] {
        try nextWords().map { word throws(StoreError) in
            guard let secret = ClientSecretRecord(text: word) else { throw .corrupt("\(subject) has a broken secret") }
            return secret
        }
    }

    fileprivate mutating func nextSignInOptions() throws(StoreError) -> SignInOptions {
        guard let object = try nextOptionalObject() else { return SignInOptions() }
        do {
            return try SignInOptions(json: object)
        } catch {
            throw .corrupt("\(subject) has \(error.problem)")
        }
    }
}
