/// The initial access tokens of one issuer.
struct SQLInitialAccessTokens: InitialAccessTokenStore {
    private static let selection =
        "SELECT \(InitialAccessToken.columns.names) FROM initial_access_token WHERE issuer = $1"

    let database: any SQLDatabase

    func all() async throws(StoreError) -> [InitialAccessToken] {
        try await database.all("\(Self.selection) ORDER BY created_at, id") { try InitialAccessToken(&$0) }
    }

    func page(
        in state: InitialAccessToken.State?, after position: InitialAccessTokenPosition?, newestFirst: Bool, limit: Int,
        at now: UnixTime
    ) async throws(StoreError) -> [InitialAccessToken] {
        var values: [any SQLConvertible] = [limit]
        if state != nil { values.append(now) }
        if let position { values += [position.createdAt, position.id] as [any SQLConvertible] }
        return try await database.all(Self.page(in: state, newestFirst: newestFirst, isFirst: position == nil), values)
        {
            try InitialAccessToken(&$0)
        }
    }

    static func page(in state: InitialAccessToken.State?, newestFirst: Bool, isFirst: Bool) -> String {
        let order = newestFirst ? " DESC" : ""
        let filter = state.map { " AND \(condition($0, now: "$3"))" } ?? ""
        let place = state == nil ? "($3, $4)" : "($4, $5)"
        let start = isFirst ? "" : " AND (created_at, id) \(newestFirst ? "<" : ">") \(place)"
        return "\(selection)\(filter)\(start) ORDER BY created_at\(order), id\(order) LIMIT $2"
    }

    /// - Parameter now: the name of the value.
    private static func condition(_ state: InitialAccessToken.State, now: String) -> String {
        // The sign keeps the engine from the index by end, which would make it sort all that it finds.
        switch state {
        case .usable: "+expires_at > \(now) AND uses < maximum_uses"
        case .used: "+expires_at > \(now) AND uses >= maximum_uses"
        case .expired: "+expires_at <= \(now)"
        }
    }

    func counts(
        at now: UnixTime, bound: Int
    ) async throws(StoreError) -> (total: FoundCount, states: [InitialAccessToken.State: Int]) {
        let states = InitialAccessToken.State.allCases
        let sums = states.map { "coalesce(sum(CASE WHEN \(Self.condition($0, now: "$2")) THEN 1 ELSE 0 END), 0)" }
        let sql = """
            SELECT count(*), \(sums.joined(separator: ", ")) FROM (
                SELECT expires_at, uses, maximum_uses FROM initial_access_token WHERE issuer = $1
                    ORDER BY created_at DESC, id DESC LIMIT $3
            ) AS latest
            """
        let next = "SELECT id FROM initial_access_token WHERE issuer = $1 ORDER BY created_at, id LIMIT 1 OFFSET $2"
        return try await database.read { db in
            let numbers = try db.first(sql, [now, bound]) { row in
                try (0...states.count).map { _ in try row.next(Int.self) }
            }
            let hasMore = try db.first(next, [bound]) { try $0.next(String.self) } != nil
            let counts = zip(states, (numbers ?? []).dropFirst())
            return (
                FoundCount(numbers?.first ?? 0, hasMore: hasMore), Dictionary(uniqueKeysWithValues: counts)
            )
        }
    }

    func token(named id: String) async throws(StoreError) -> InitialAccessToken? {
        // A NUL would end the text.
        guard !id.utf8.contains(0) else { return nil }
        return try await database.read { db in try Self.token(id, db) }
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
