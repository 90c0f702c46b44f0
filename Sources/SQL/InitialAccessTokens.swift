/// The initial access tokens of one issuer.
struct SQLInitialAccessTokens: InitialAccessTokenStore {
    private static let selection =
        "SELECT \(InitialAccessToken.columns.names) FROM initial_access_token WHERE issuer = $1"

    let database: any SQLDatabase

    func all() async throws(StoreError) -> [InitialAccessToken] {
        try await database.all("\(Self.selection) ORDER BY created_at, id") { try InitialAccessToken(&$0) }
    }

    func add(_ token: InitialAccessToken) async throws(StoreError) {
        try token.validate()
        try await database.write { db in
            try Self.recording(token.id, db) {
                let count = try db.execute(
                    "INSERT INTO initial_access_token \(InitialAccessToken.columns.values) ON CONFLICT DO NOTHING",
                    token.sqlValues)
                guard count == 1 else { throw StoreError.conflict("A registration token '\(token.id)'") }
            }
        }
    }

    func token(_ digest: [UInt8]) async throws(StoreError) -> InitialAccessToken? {
        try await database.read { db in
            try db.first("\(Self.selection) AND digest = $2", [digest]) { try InitialAccessToken(&$0) }
        }
    }

    static func token(_ id: String, _ db: any SQLConnection) throws -> InitialAccessToken? {
        try db.first("\(selection) AND id = $2", [id]) { try InitialAccessToken(&$0) }
    }

    func remove(_ id: String) async throws(StoreError) {
        try await database.write { db in
            try Self.recording(id, db) {
                let count = try db.execute("DELETE FROM initial_access_token WHERE issuer = $1 AND id = $2", [id])
                guard count == 1 else { throw StoreError.notFound("The registration token '\(id)'") }
            }
        }
    }

    private static func recording(_ id: String, _ db: any SQLConnection, _ change: () throws -> Void) throws {
        func facts() throws -> JSONObject? {
            try db.first("\(selection) AND id = $2", [id]) { try InitialAccessToken(&$0).facts }
        }
        try db.recording(ChangeSubject(.registrationToken, ExactString(id)), facts, change)
    }

    /// Counts one use of a token, if it can still be used.
    static let use = """
        UPDATE initial_access_token SET uses = uses + 1
        WHERE issuer = $1 AND id = $2 AND uses < maximum_uses AND expires_at > $3
        """
}

extension InitialAccessToken {
    /// The columns in the order of `sqlValues` and of decoding.
    static let columns = ColumnList([
        "id", "digest", "note", "scopes", "grants", "allows_reuse", "maximum_uses", "uses", "created_at", "expires_at",
    ])

    fileprivate var sqlValues: [any SQLConvertible] {
        [
            id, digest, note, scopes?.joined(separator: " "), grants?.map(\.rawValue).joined(separator: " "),
            allowsReuse, maximumUses, uses, createdAt, expiresAt,
        ]
    }

    fileprivate init(_ row: inout SQLRow) throws {
        let id = try row.next(String.self)
        row.subject = "the registration token '\(id)'"
        self.init(
            id: id, digest: try row.next(), note: try row.next(), scopes: try row.nextOptionalWords(),
            grants: try row.nextOptionalGrants(), allowsReuse: try row.next(),
            maximumUses: try row.next(), uses: try row.next(), createdAt: try row.next(), expiresAt: try row.next())
    }
}
