/// The consents of one issuer.
struct SQLConsents: ConsentStore {
    let database: any SQLDatabase

    static let selection = "SELECT \(ConsentRecord.columns.names) FROM consent WHERE issuer = $1 AND person = $2"

    func consent(of user: UserID, to client: ClientID) async throws(StoreError) -> ConsentRecord? {
        try database.lookUp { db in try Self.consent(of: user, to: client, db) }
    }

    private static func consent(of user: UserID, to client: ClientID, _ db: any SQLConnection) throws -> ConsentRecord?
    {
        try db.first("\(selection) AND client = $3", [user, client]) { try ConsentRecord(&$0) }
    }

    func consents(of user: UserID) async throws(StoreError) -> [ConsentRecord] {
        try await database.all("\(Self.selection) ORDER BY client", [user]) { try ConsentRecord(&$0) }
    }

    func give(_ consent: ConsentRecord) async throws(StoreError) {
        try await database.write { db in
            let person = try db.first("SELECT id FROM person WHERE issuer = $1 AND id = $2", [consent.user]) {
                try $0.next(UserID.self)
            }
            guard person != nil else { throw SQLUsers.notFound(consent.user) }
            let before = try Self.consent(of: consent.user, to: consent.client, db)
            let columns = ConsentRecord.columns
            try db.execute(
                """
                INSERT INTO consent \(columns.values)
                ON CONFLICT (issuer, person, client) DO UPDATE SET \(columns.replacements)
                """,
                [
                    consent.user, consent.client, Self.union(before?.scopes, consent.scopes),
                    Self.union(before?.resources, consent.resources), consent.givenAt, consent.usedAt,
                ])
        }
    }

    private static func union(_ before: [String]?, _ added: [String]) -> String {
        Set(before ?? []).union(added).sorted().joined(separator: " ")
    }

    func touch(user: UserID, client: ClientID, at now: UnixTime) async throws(StoreError) {
        _ = try await database.writeBatched { db in
            try db.execute(
                """
                UPDATE consent SET used_at = $4 WHERE issuer = $1 AND person = $2 AND client = $3 AND used_at < $4
                """, [user, client, now])
        }
    }

    func withdraw(of user: UserID, from client: ClientID, at now: UnixTime) async throws(StoreError) -> Bool {
        try await database.write { db in
            try db.execute(
                "\(SQLAuthorizationGrants.revocation) AND person = $3 AND client = $4", [now, user, client])
            return try db.execute(
                "DELETE FROM consent WHERE issuer = $1 AND person = $2 AND client = $3", [user, client]) == 1
        }
    }
}

extension ConsentRecord {
    /// The columns in the order of decoding.
    static let columns = ColumnList(["person", "client", "scopes", "resources", "given_at", "used_at"])

    init(_ row: inout SQLRow) throws {
        row.subject = "a consent"
        self.init(
            user: try row.next(), client: try row.next(), scopes: try row.nextWords(), resources: try row.nextWords(),
            givenAt: try row.next(), usedAt: try row.next())
    }
}
