/// The consents of one issuer.
struct SQLConsents: ConsentStore {
    let database: any SQLDatabase

    static let selection = "SELECT \(ConsentRow.columns.names) FROM consent WHERE issuer = $1 AND person = $2"

    func consent(of user: UserID, to client: ClientID) async throws(StoreError) -> ConsentRecord? {
        try database.lookUp { db in try Self.consent(of: user, to: client, db) }
    }

    static func consent(
        of user: UserID, to client: ClientID, _ db: any SQLConnection
    ) throws -> ConsentRecord? {
        ConsentRecord(try db.all("\(selection) AND client = $3", [user, client]) { try ConsentRow(&$0) })
    }

    func give(_ consent: ConsentRecord) async throws(StoreError) {
        try await database.write { db in
            let person = try db.first("SELECT id FROM person WHERE issuer = $1 AND id = $2", [consent.user]) {
                try $0.next(UserID.self)
            }
            guard person != nil else { throw SQLUsers.notFound(consent.user) }
            for (resource, scopes) in consent.allowed {
                let key: [any SQLConvertible] = [consent.user, consent.client, resource]
                let before = try db.first(
                    "SELECT scopes FROM consent WHERE issuer = $1 AND person = $2 AND client = $3 AND resource = $4",
                    key
                ) { try $0.nextWords() }
                let all = scopes.union(before ?? []).sorted().joined(separator: " ")
                try db.execute(
                    """
                    INSERT INTO consent \(ConsentRow.columns.values)
                    ON CONFLICT (issuer, person, client, resource) DO UPDATE SET \(ConsentRow.columns.replacements)
                    """, key + [all, consent.givenAt, consent.usedAt])
            }
        }
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
            func facts() throws -> JSONObject? {
                let access = try Self.access(of: user, to: client, db)
                return ["access": .object(JSONObject(access.map { [(client.text, .object($0.facts))] } ?? []))]
            }
            return try db.recording(.user(user), facts) {
                try db.execute(SQLAuthorizationGrants.revocationOfAccess, [now, user, client])
                return try db.execute(
                    "DELETE FROM consent WHERE issuer = $1 AND person = $2 AND client = $3", [user, client]) > 0
            }
        }
    }
}

/// What a person has allowed a client at one resource.
private struct ConsentRow {
    /// The columns in the order of decoding.
    static let columns = ColumnList(["person", "client", "resource", "scopes", "given_at", "used_at"])

    let user: UserID
    let client: ClientID
    let resource: String
    let scopes: Set<String>
    let givenAt: UnixTime
    let usedAt: UnixTime

    init(_ row: inout SQLRow) throws {
        row.subject = "a consent"
        user = try row.next()
        client = try row.next()
        resource = try row.next()
        scopes = Set(try row.nextWords())
        givenAt = try row.next()
        usedAt = try row.next()
    }
}

extension ConsentRecord {
    /// - Parameter rows: of one person and client.
    fileprivate init?(_ rows: [ConsentRow]) {
        guard let first = rows.first else { return nil }
        self.init(
            user: first.user, client: first.client,
            allowed: Dictionary(rows.map { ($0.resource, $0.scopes) }, uniquingKeysWith: { first, _ in first }),
            givenAt: rows.map(\.givenAt).max() ?? first.givenAt, usedAt: rows.map(\.usedAt).max() ?? first.usedAt)
    }
}

/// The table of consents by resource, as the migration "9 consents" creates it. Never edited; later changes are new migrations.
package enum ConsentTable {
    package static func alteration(_ dialect: Tables.Dialect) -> [String] {
        let integer = dialect.integer
        return [
            "DROP INDEX consent_to_client", "ALTER TABLE consent RENAME TO old_consent",
            """
            CREATE TABLE consent (
                issuer \(integer) NOT NULL, person TEXT NOT NULL, client TEXT NOT NULL, resource TEXT NOT NULL,
                scopes TEXT NOT NULL, given_at \(integer) NOT NULL, used_at \(integer) NOT NULL,
                PRIMARY KEY (issuer, person, client, resource),
                FOREIGN KEY (issuer, person) REFERENCES person (issuer, id) ON DELETE CASCADE
            )\(dialect.keyed)
            """,
            "CREATE INDEX consent_to_client ON consent (issuer, client)",
            // Which scope was allowed at which resource is not known, so those rows allow nothing any more. They stay for the person to
            // see and withdraw.
            """
            INSERT INTO consent (issuer, person, client, resource, scopes, given_at, used_at)
            SELECT issuer, person, client, resources, CASE resources WHEN '' THEN scopes ELSE '' END, given_at, used_at
            FROM old_consent
            """,
            "DROP TABLE old_consent",
        ]
    }
}
