/// All of one issuer's tables that ends at a known time.
struct SQLExpirations: ExpirationStore {
    let database: any SQLDatabase

    func page(
        _ filter: ExpiryFilter, after position: ExpiryPosition?, limit: Int
    ) async throws(StoreError) -> [Expiration] {
        try await database.read { db in
            let found = try ExpirySource.all(filter).flatMap { source in
                try db.all(
                    source.selection(ofClient: filter.client != nil),
                    source.values(filter, after: position, limit: limit)
                ) { row in
                    row.subject = "what ends (\(source.kind.rawValue))"
                    return try source.read(&row)
                }
            }
            // Those of one kind are in order already, and the sort keeps their order.
            return Array(
                found.sorted { ($0.at, $0.kind.order) < ($1.at, $1.kind.order) }.prefix(limit))
        }
    }

    func count(_ filter: ExpiryFilter, upTo limit: Int) async throws(StoreError) -> FoundCount {
        try await database.read { db in
            var (sum, hasMore) = (0, false)
            for source in ExpirySource.all(filter) {
                let number = try db.first(
                    source.count(ofClient: filter.client != nil),
                    source.values(filter, after: nil, limit: limit + 1)
                ) { try $0.next(Int.self) }
                sum += min(number ?? 0, limit)
                hasMore = hasMore || (number ?? 0) > limit
            }
            return FoundCount(sum, hasMore: hasMore)
        }
    }

    func certificates(at url: String) async throws(StoreError) -> [PublishedCertificate] {
        try await database.read { try Self.certificates(at: url, $0) }
    }

    static func certificates(at url: String, _ db: any SQLConnection) throws -> [PublishedCertificate] {
        try db.all(
            "SELECT name, subject, ends_at FROM key_set_certificate WHERE issuer = $1 AND url = $2 ORDER BY number",
            [url]
        ) { row in
            PublishedCertificate(
                name: try row.next(), subject: try row.nextFreeText() ?? "", notAfter: try row.next())
        }
    }

    /// Replaces the certificates of a URL, if they have changed.
    static func replace(at url: String, with certificates: [PublishedCertificate], _ db: any SQLConnection) throws {
        guard try Self.certificates(at: url, db) != certificates else { return }
        try db.execute("DELETE FROM key_set_certificate WHERE issuer = $1 AND url = $2", [url])
        for certificate in certificates.prefix(PublishedCertificate.maximumCount) {
            try db.execute(
                "INSERT INTO key_set_certificate (issuer, url, name, subject, ends_at) VALUES ($1, $2, $3, $4, $5)",
                [url, certificate.name, Array(certificate.subject.utf8), certificate.notAfter])
        }
    }

    /// Replaces the ends of a client's secrets, if they have changed.
    static func replace(of client: ClientRecord, _ db: any SQLConnection) throws {
        let wanted = client.secrets.compactMap { secret in secret.expiresAt.map { (secret.name, $0) } }
        let known = try db.all(
            "SELECT name, ends_at FROM client_secret_end WHERE issuer = $1 AND client = $2 ORDER BY number",
            [client.id]
        ) { (try $0.next(String.self), try $0.next(UnixTime.self)) }
        guard !wanted.elementsEqual(known, by: ==) else { return }
        try db.execute("DELETE FROM client_secret_end WHERE issuer = $1 AND client = $2", [client.id])
        for (name, end) in wanted {
            try db.execute(
                "INSERT INTO client_secret_end (issuer, client, name, ends_at) VALUES ($1, $2, $3, $4)",
                [client.id, name, end])
        }
    }
}

/// One kind of what ends: where it is stored, and by which index it is found.
struct ExpirySource: Sendable {
    let kind: Expiration.Kind
    let table: String
    private let end: String
    /// The column that orders those that end at the same time.
    private let key: String
    private var isNumbered = true
    /// Of `client`, `name`, `subject` and `url`, except for the kinds of keys.
    private let columns: String
    private var condition = ""
    /// Whether the name is in a JWK.
    private var hasKey = false
    /// The condition in place of `condition` that limits it to the client `$6`; `nil` if no client depends on it.
    private var ofClient: String?

    /// The sources that a filter asks.
    static func all(_ filter: ExpiryFilter) -> [ExpirySource] {
        all.filter { source in
            (filter.kind.map { $0 == source.kind } ?? true) && (filter.client == nil || source.ofClient != nil)
        }
    }

    static let all: [ExpirySource] = [
        ExpirySource(
            kind: .clientCertificate, table: "client_key", end: "not_after", key: "number",
            columns: "client, jwk, subject, NULL",
            condition: """
                 AND not_after IS NOT NULL AND status <> 'revoked' AND (status = 'active' OR status_time > not_after)
                """, hasKey: true,
            ofClient: """
                 AND status IN ('active', 'retiring') AND (status = 'active' OR status_time > not_after) AND client = $6
                """),
        ExpirySource(
            kind: .clientKey, table: "client_key", end: "status_time", key: "number",
            columns: "client, jwk, NULL, NULL",
            condition: " AND status = 'retiring'", hasKey: true,
            ofClient: " AND status || '' = 'retiring' AND client = $6"),
        ExpirySource(
            kind: .keyStoreCertificate, table: "key_store_entry", end: "not_after", key: "alias", isNumbered: false,
            columns: """
                coalesce(
                    (SELECT id FROM client WHERE client.issuer = key_store_entry.issuer AND id = alias),
                    CASE WHEN is_from_java = 1 THEN
                        (SELECT min(id) FROM client
                         WHERE client.issuer = key_store_entry.issuer AND lower(id) = lower(alias)) END
                ), alias, subject, NULL
                """, ofClient: " AND lower(alias) = lower($6) AND (alias = $6 OR is_from_java = 1)"),
        ExpirySource(
            kind: .keySetCertificate, table: "key_set_certificate", end: "ends_at", key: "number",
            columns: """
                (SELECT id FROM client WHERE client.issuer = key_set_certificate.issuer AND key_set_url = url
                    ORDER BY is_enabled DESC, id LIMIT 1), name, subject, url
                """, ofClient: " AND url = (SELECT key_set_url FROM client WHERE issuer = $1 AND id = $6)"),
        ExpirySource(
            kind: .clientSecret, table: "client_secret_end", end: "ends_at", key: "number",
            columns: "client, name, NULL, NULL", ofClient: " AND client = $6"),
        ExpirySource(
            kind: .registrationToken, table: "initial_access_token", end: "expires_at", key: "id", isNumbered: false,
            columns: "NULL, id, CAST(note AS BLOB), NULL"),
        ExpirySource(
            kind: .serverKey, table: "signing_key", end: "published_until", key: "number",
            columns: "NULL, key_id, CAST(algorithm AS BLOB), NULL", condition: " AND published_until IS NOT NULL"),
    ]

    /// Of one client, the rows are found by the client: the end is an expression then, and the condition none of an index of ends, so that
    /// the engine cannot read all rows by time.
    private func rows(ofClient isOfClient: Bool) -> String {
        let end = isOfClient ? "\(end) + 0" : end
        let condition = isOfClient ? ofClient ?? "" : condition
        return """
            FROM \(table) WHERE issuer = $1 AND (\(end), \(key)) > ($2, $3) AND \(end) < $4\(condition)
            ORDER BY \(end), \(key) LIMIT $5
            """
    }

    func selection(ofClient isOfClient: Bool) -> String {
        "SELECT \(end), \(key), \(columns) \(rows(ofClient: isOfClient))"
    }

    func count(ofClient isOfClient: Bool) -> String {
        "SELECT count(*) FROM (SELECT 1 \(rows(ofClient: isOfClient))) AS found"
    }

    func values(_ filter: ExpiryFilter, after position: ExpiryPosition?, limit: Int) -> [any SQLConvertible] {
        var (start, key) = (filter.from, "")
        if let position, position.at >= filter.from {
            // Those of an earlier kind at the same time were before.
            start = position.kind.order > kind.order ? position.at + .milliseconds(1) : position.at
            if position.kind == kind { key = position.key }
        }
        let first: any SQLConvertible = isNumbered ? Int64(key) ?? .min : key
        return [start, first, filter.until, limit] + (filter.client.map { [$0] } ?? [])
    }

    func read(_ row: inout SQLRow) throws -> Expiration {
        let at = try row.next(UnixTime.self)
        let key = isNumbered ? String(try row.next(Int64.self)) : try row.next(String.self)
        let client = try row.next(ClientID?.self)
        let name: ExactString
        if hasKey {
            let jwk = try row.nextKey()
            name = jwk.keyID ?? ExactString(jwk.thumbprint)
        } else {
            name = try row.next()
        }
        return Expiration(
            kind, at: at, key: key, client: client, name: name, subject: try row.nextFreeText(),
            url: try row.next(String?.self))
    }
}

/// What the migration "20 expiry" adds.
package enum ExpiryTables {
    /// What the migration "22 expiry of keys in use" changes: the index of the certificates of keys has those alone that the keys live to see
    /// end. Retired keys stay registered for years, and every look at what ends read them all.
    package static let certificatesOfKeysInUse = [
        "DROP INDEX client_key_by_certificate_end",
        """
        CREATE INDEX client_key_by_certificate_end ON client_key (issuer, not_after, number)
            WHERE not_after IS NOT NULL AND status <> 'revoked' AND (status = 'active' OR status_time > not_after)
        """,
    ]

    package static func creation(_ dialect: Tables.Dialect) -> [String] {
        let (integer, bytes, serial) = (dialect.integer, dialect.bytes, dialect.serial)
        return [
            """
            CREATE INDEX client_key_by_certificate_end ON client_key (issuer, not_after, number)
                WHERE not_after IS NOT NULL AND status <> 'revoked'
            """,
            "CREATE INDEX client_key_by_retirement ON client_key (issuer, status_time, number) WHERE status = 'retiring'",
            "CREATE INDEX key_store_entry_by_end ON key_store_entry (issuer, not_after, alias)",
            "CREATE INDEX initial_access_token_by_end ON initial_access_token (issuer, expires_at, id)",
            """
            CREATE INDEX signing_key_by_end ON signing_key (issuer, published_until, number)
                WHERE published_until IS NOT NULL
            """,
            // The certificates in the key sets of clients, as they were last read.
            """
            CREATE TABLE key_set_certificate (
                number \(serial), issuer \(integer) NOT NULL, url TEXT NOT NULL, name TEXT NOT NULL,
                subject \(bytes) NOT NULL, ends_at \(integer) NOT NULL,
                FOREIGN KEY (issuer, url) REFERENCES remote_key_set (issuer, url) ON DELETE CASCADE
            )\(dialect.options)
            """,
            "CREATE INDEX key_set_certificate_of_url ON key_set_certificate (issuer, url, number)",
            "CREATE INDEX key_set_certificate_by_end ON key_set_certificate (issuer, ends_at, number)",
            // The ends of secrets, which the column of the client's secrets has in a text.
            """
            CREATE TABLE client_secret_end (
                number \(serial), issuer \(integer) NOT NULL, client TEXT NOT NULL, name TEXT NOT NULL,
                ends_at \(integer) NOT NULL,
                FOREIGN KEY (issuer, client) REFERENCES client (issuer, id) ON DELETE CASCADE
            )\(dialect.options)
            """,
            "CREATE INDEX client_secret_end_of_client ON client_secret_end (issuer, client, number)",
            "CREATE INDEX client_secret_end_by_end ON client_secret_end (issuer, ends_at, number)",
            // The secret address of a person's calendar.
            "ALTER TABLE person ADD COLUMN calendar_feed \(bytes)",
            "ALTER TABLE person ADD COLUMN calendar_feed_at \(integer)",
            "CREATE UNIQUE INDEX person_by_calendar_feed ON person (issuer, calendar_feed) WHERE calendar_feed IS NOT NULL",
        ]
    }

    /// Fills the ends of secrets for the clients of earlier versions.
    ///
    /// - Parameter secrets: the text of the column `secrets`.
    package static func ends(_ secrets: String) -> [(name: String, end: UnixTime)] {
        secrets.split(separator: " ").compactMap { ClientSecretRecord(text: String($0)) }.compactMap { secret in
            secret.expiresAt.map { (secret.name, $0) }
        }
    }
}
