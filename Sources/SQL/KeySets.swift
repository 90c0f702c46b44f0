/// The fetched key sets of one issuer.
struct SQLKeySets: KeySetStore {
    /// How far another node's clock may be ahead. A later attempt was recorded by a wrong clock.
    private static let maximumClockSkew: Duration = .seconds(60)
    /// The number of unused sets that one transaction removes.
    static let unusedStep = 100
    private static let selection = "SELECT \(RemoteKeySetRecord.columns.names) FROM remote_key_set WHERE issuer = $1"

    let database: any SQLDatabase

    func record(of url: String) async throws(StoreError) -> RemoteKeySetRecord? {
        try await database.read { db in try Self.record(of: url, db) }
    }

    private static func record(of url: String, _ db: any SQLConnection) throws -> RemoteKeySetRecord? {
        try db.first("\(selection) AND url = $2", [url]) { try RemoteKeySetRecord(&$0) }
    }

    func all() async throws(StoreError) -> [RemoteKeySetRecord] {
        try await database.all("\(Self.selection) ORDER BY url") { try RemoteKeySetRecord(&$0) }
    }

    func save(
        _ record: RemoteKeySetRecord, _ fetch: KeySetFetch?
    ) async throws(StoreError) -> RemoteKeySetRecord {
        try record.validate()
        let saved = try await database.writeBatched { db in
            let columns = RemoteKeySetRecord.columns
            let count = try db.execute(
                """
                INSERT INTO remote_key_set \(columns.values)
                ON CONFLICT (issuer, url) DO UPDATE SET \(columns.replacements)
                WHERE excluded.attempted_at >= remote_key_set.attempted_at
                """, record.sqlValues)
            if let fetch { try Self.add(fetch, to: record.url, db) }
            if count == 1 { try SQLExpirations.replace(at: record.url, with: record.certificates, db) }
            return count == 1 ? record : try Self.record(of: record.url, db)
        }
        return saved ?? record
    }

    private static func add(_ fetch: KeySetFetch, to url: String, _ db: any SQLConnection) throws {
        try db.execute(
            "INSERT INTO key_set_fetch \(KeySetFetch.columns.values) ON CONFLICT (issuer, url, at) DO NOTHING",
            [url] + fetch.sqlValues)
        try db.execute(
            """
            DELETE FROM key_set_fetch WHERE issuer = $1 AND url = $2 AND at <=
                (SELECT at FROM key_set_fetch WHERE issuer = $1 AND url = $2 ORDER BY at DESC LIMIT 1 OFFSET $3)
            """, [url, KeySetFetch.keptPerURL])
    }

    func fetches(of url: String) async throws(StoreError) -> [KeySetFetch] {
        try await database.all(
            """
            SELECT \(KeySetFetch.columns.names) FROM key_set_fetch
            WHERE issuer = $1 AND url = $2 ORDER BY at DESC
            """, [url]
        ) {
            _ = try $0.next(String.self)
            return try KeySetFetch(&$0)
        }
    }

    func claimRefresh(
        of url: String, for reason: RefreshReason, at now: UnixTime, lease: Duration
    ) async throws(StoreError) -> RemoteKeySetRecord? {
        try RemoteKeySetRecord.validate(url: url)
        let (column, latest) =
            switch reason {
            case .due: ("next_attempt_at", now)
            case .unknownKey(let coolDown): ("attempted_at", now - coolDown)
            }
        // One statement, so that nothing changes between the check and the write.
        let statement = """
            INSERT INTO remote_key_set (issuer, url, body, failures, attempted_at, next_attempt_at)
                VALUES ($1, $2, $3, 0, $4, $5)
            ON CONFLICT (issuer, url) DO UPDATE
                SET attempted_at = excluded.attempted_at, next_attempt_at = excluded.next_attempt_at
                WHERE remote_key_set.\(column) <= $6 OR remote_key_set.attempted_at > $7
            RETURNING \(RemoteKeySetRecord.columns.names)
            """
        return try await database.writeBatched { db in
            try db.first(statement, [url, [UInt8](), now, now + lease, latest, now + Self.maximumClockSkew]) {
                try RemoteKeySetRecord(&$0)
            }
        }
    }

    static let urlsInUse = """
        SELECT DISTINCT key_set_url FROM client
        WHERE issuer = $1 AND key_set_url > $2 AND is_enabled = 1 AND NOT EXISTS
            (SELECT 1 FROM client_key WHERE client_key.issuer = client.issuer AND client_key.client = client.id)
            AND NOT EXISTS
            (SELECT 1 FROM dynamic_registration AS stranger
             WHERE stranger.issuer = client.issuer AND stranger.client = client.id AND stranger.origin = 'open')
        ORDER BY key_set_url LIMIT $3
        """

    func urlsInUse(after url: String?, limit: Int) async throws(StoreError) -> [String] {
        try await database.all(Self.urlsInUse, [url ?? "", limit]) { try $0.next() }
    }

    /// The sets are searched without the write lock; only those found are checked again under it.
    func removeUnused(attemptedBefore time: UnixTime) async throws(StoreError) -> Bool {
        let isUnused = """
            issuer = $1 AND attempted_at < $2 AND NOT EXISTS
                (SELECT 1 FROM client WHERE client.issuer = remote_key_set.issuer AND key_set_url = remote_key_set.url)
            """
        let urls = try await database.all(
            "SELECT url FROM remote_key_set WHERE \(isUnused) LIMIT $3", [time, Self.unusedStep]
        ) { try $0.next(String.self) }
        guard !urls.isEmpty else { return false }
        try await database.write { db in
            for url in urls {
                try db.execute("DELETE FROM remote_key_set WHERE \(isUnused) AND url = $3", [time, url])
            }
        }
        return true
    }
}

extension RemoteKeySetRecord {
    /// The columns in the order of `sqlValues` and of decoding. Text from a server may contain any character, so it is stored as bytes.
    static let columns = ColumnList([
        "url", "body", "etag", "fetched_at", "expires_at", "attempted_at", "next_attempt_at", "failures", "problem",
    ])

    var sqlValues: [any SQLConvertible] {
        [
            url, body, etag.map { Array($0.utf8) }, fetchedAt, expiresAt, attemptedAt, nextAttemptAt, failures,
            problem.map { Array($0.utf8) },
        ]
    }

    init(_ row: inout SQLRow) throws {
        self.init(
            url: try row.next(), body: try row.next(), etag: try row.nextFreeText(), fetchedAt: try row.next(),
            expiresAt: try row.next(), attemptedAt: try row.next(), nextAttemptAt: try row.next(),
            failures: try row.next(), problem: try row.nextFreeText())
    }
}

extension KeySetFetch {
    /// The columns in the order of the URL, `sqlValues` and of decoding.
    static let columns = ColumnList(["url", "at", "duration", "keys", "refused", "is_changed", "problem"])

    var sqlValues: [any SQLConvertible] {
        let (keys, refused, isChanged, problem): (Int?, Int?, Bool, String?) =
            switch outcome {
            case .received(let keys, let refused, let isChanged): (keys, refused, isChanged, nil)
            case .notModified: (nil, nil, false, nil)
            case .failed(let problem): (nil, nil, false, problem)
            }
        return [
            at, Int(duration / .milliseconds(1)), keys, refused, isChanged, problem.map { Array($0.utf8) },
        ]
    }

    init(_ row: inout SQLRow) throws {
        let (at, duration): (UnixTime, Int) = (try row.next(), try row.next())
        let (keys, refused): (Int?, Int?) = (try row.next(), try row.next())
        let isChanged: Bool = try row.next()
        let problem = try row.nextFreeText()
        let outcome: Outcome =
            if let problem {
                .failed(problem: problem)
            } else if let keys {
                .received(keys: keys, refused: refused ?? 0, isChanged: isChanged)
            } else {
                .notModified
            }
        self.init(at: at, duration: .milliseconds(duration), outcome: outcome)
    }
}
