/// The logout notices of one issuer.
struct SQLLogoutNotices: LogoutNoticeStore {
    /// The maximum number of pending notices per client; further ones are dropped, because such a client has been down for hours.
    static let maximumPerClient = 10_000
    /// The most notices that wait for all clients together.
    static let maximumCount = 100_000

    let database: any SQLDatabase

    /// Adds the notices about a session that ends, within the transaction that ends it.
    static func add(session: String, of user: UserID, at now: UnixTime, _ db: any SQLConnection) throws {
        try db.execute(addition, [session, user, now, maximumPerClient, maximumCount])
    }

    /// The URI is looked for in the JSON of the client's choices, because engines read JSON in different ways. Within a JSON string a quotation
    /// mark is escaped, so only the member's name matches.
    static let addition = """
        INSERT INTO logout_notice (issuer, client, session, person, created_at, attempts, next_attempt_at)
        SELECT DISTINCT $1, client.id, $2, $3, $4, 0, $4
        FROM authorization_grant JOIN client ON client.issuer = $1 AND client.id = authorization_grant.client
        WHERE authorization_grant.issuer = $1 AND authorization_grant.person = $3
            AND authorization_grant.session = $2 AND client.is_enabled = 1 AND client.sign_in LIKE '%"backchannel_logout_uri"%'
            AND (SELECT count(*) FROM (
                SELECT 1 FROM logout_notice WHERE issuer = $1 AND logout_notice.client = client.id LIMIT $5
            ) AS own) < $5
            AND (SELECT count(*) FROM (SELECT 1 FROM logout_notice WHERE issuer = $1 LIMIT $6) AS waiting) < $6
        ON CONFLICT DO NOTHING
        """

    func dueClients(at now: UnixTime) async throws(StoreError) -> [ClientID] {
        try await database.read { db in
            try Self.clients(db).filter { client in
                try db.first(Self.anyDue, [client, now]) { try $0.next(String.self) } != nil
            }
        }
    }

    /// The clients that notices wait for. Each look-up skips the other notices of the client before.
    private static func clients(_ db: any SQLConnection) throws -> [ClientID] {
        var found: [ClientID] = []
        while let next = try db.first(nextClient, [found.last?.text ?? ""], row: { try $0.next(ClientID.self) }) {
            found.append(next)
        }
        return found
    }

    static let nextClient = "SELECT client FROM logout_notice WHERE issuer = $1 AND client > $2 ORDER BY client LIMIT 1"
    static let anyDue = """
        SELECT session FROM logout_notice WHERE issuer = $1 AND client = $2 AND next_attempt_at <= $3 LIMIT 1
        """

    func claim(
        of client: ClientID, limit: Int, at now: UnixTime, lease: Duration
    ) async throws(StoreError) -> [LogoutNoticeRecord] {
        let claimed = try await database.writeBatched { db in
            try db.all(Self.claim, [client, now, limit, now + lease]) { try LogoutNoticeRecord(&$0) }
        }
        return claimed.sorted { $0.createdAt < $1.createdAt }
    }

    /// One statement, so that nothing changes between the check and the write.
    static let claim = """
        UPDATE logout_notice SET attempts = attempts + 1, next_attempt_at = $5
        WHERE issuer = $1 AND client = $2 AND next_attempt_at <= $3 AND session IN (
            SELECT session FROM logout_notice WHERE issuer = $1 AND client = $2 AND next_attempt_at <= $3
            ORDER BY next_attempt_at LIMIT $4)
        RETURNING \(LogoutNoticeRecord.columns.names)
        """

    func remove(_ notice: LogoutNoticeRecord) async throws(StoreError) {
        _ = try await database.writeBatched { db in
            try db.execute(
                "DELETE FROM logout_notice WHERE issuer = $1 AND client = $2 AND session = $3",
                [notice.client, notice.session])
        }
    }

    func postpone(
        _ notice: LogoutNoticeRecord, until time: UnixTime, problem: String
    ) async throws(StoreError) {
        _ = try await database.writeBatched { db in
            try db.execute(
                """
                UPDATE logout_notice SET next_attempt_at = $5, problem = $6
                WHERE issuer = $1 AND client = $2 AND session = $3 AND attempts = $4
                """, [notice.client, notice.session, notice.attempts, time, Array(problem.utf8)])
        }
    }

    func removeAll(of client: ClientID, createdBy time: UnixTime) async throws(StoreError) -> Int {
        try await database.write { db in
            try db.execute(
                "DELETE FROM logout_notice WHERE issuer = $1 AND client = $2 AND created_at <= $3", [client, time])
        }
    }

    func backlogs() async throws(StoreError) -> [LogoutBacklog] {
        try await database.read { db in
            try Self.clients(db).map { client in
                let count = "SELECT count(*) FROM logout_notice WHERE issuer = $1 AND client = $2"
                return LogoutBacklog(
                    client: client, count: try db.first(count, [client]) { try $0.next(Int.self) } ?? 0,
                    oldestFailed: try db.first(Self.oldestFailed, [client]) { try LogoutNoticeRecord(&$0) })
            }
        }
    }

    private static let oldestFailed = """
        SELECT \(LogoutNoticeRecord.columns.names) FROM logout_notice
        WHERE issuer = $1 AND client = $2 AND problem IS NOT NULL ORDER BY created_at LIMIT 1
        """
}

extension LogoutNoticeRecord {
    /// The columns in the order of decoding. A problem may contain text of the client's server, so it is stored as bytes.
    static let columns = ColumnList([
        "session", "client", "person", "created_at", "attempts", "next_attempt_at", "problem",
    ])

    init(_ row: inout SQLRow) throws {
        row.subject = "a logout notice"
        self.init(
            session: try row.next(), client: try row.next(), user: try row.next(), createdAt: try row.next(),
            attempts: try row.next(), nextAttemptAt: try row.next(), problem: try row.nextFreeText())
    }
}

/// The table of logout notices, as the migration "10 logout notices" creates it; a later change is a migration of its own and leaves this text.
///
/// A notice outlives its person and its session, and so references neither.
package enum LogoutNoticeTable {
    package static func creation(_ dialect: Tables.Dialect) -> [String] {
        let integer = dialect.integer
        return [
            """
            CREATE TABLE logout_notice (
                issuer \(integer) NOT NULL, client TEXT NOT NULL, session TEXT NOT NULL, person TEXT NOT NULL,
                created_at \(integer) NOT NULL, attempts \(integer) NOT NULL, next_attempt_at \(integer) NOT NULL,
                problem \(dialect.bytes), PRIMARY KEY (issuer, client, session)
            )\(dialect.keyed)
            """,
            "CREATE INDEX logout_notice_by_next_attempt ON logout_notice (issuer, client, next_attempt_at)",
        ]
    }
}
