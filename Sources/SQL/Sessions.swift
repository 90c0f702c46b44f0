/// The sessions of one issuer.
struct SQLSessions: SessionStore {
    /// The number of rows that one step of a sweep removes.
    static let sweepStep = 200

    let database: any SQLDatabase

    func add(
        _ session: SessionRecord, replacing digest: [UInt8]?, passwordChangedAt: UnixTime?
    ) async throws(StoreError) {
        try await database.write { db in
            let person = "SELECT password_changed_at FROM person WHERE issuer = $1 AND id = $2 AND is_enabled = 1"
            let found = try db.first(person, [session.user]) { try $0.next(UnixTime?.self) }
            guard let found, found == passwordChangedAt else { throw SQLUsers.notFound(session.user) }
            if let digest { try Self.replace(digest, by: session, db) }
            // The new session may continue another of the same person under its `sid`.
            try db.execute(
                "DELETE FROM session WHERE issuer = $1 AND id = $2 AND person = $3", [session.id, session.user])
            try Self.makeRoom(for: session, db)
            try db.execute("INSERT INTO session \(SessionRecord.columns.values)", session.sqlValues)
        }
    }

    /// Ends the session before, unless the new one continues it.
    private static func replace(_ digest: [UInt8], by session: SessionRecord, _ db: any SQLConnection) throws {
        let sql = "SELECT id, person FROM session WHERE issuer = $1 AND digest = $2"
        let old = try db.first(sql, [digest]) { (id: try $0.next(String.self), user: try $0.next(UserID.self)) }
        guard let old, old.id != session.id || old.user != session.user else { return }
        try end(old.id, of: old.user, at: session.createdAt, db)
    }

    private static func makeRoom(for session: SessionRecord, _ db: any SQLConnection) throws {
        let surplus = try db.all(
            surplus, [session.user, sweepStep, SessionRecord.maximumPerPerson - 1]
        ) { try $0.next(String.self) }
        for id in surplus { try end(id, of: session.user, at: session.createdAt, db) }
    }

    static let surplus = """
        SELECT id FROM session WHERE issuer = $1 AND person = $2 ORDER BY last_used_at DESC, id LIMIT $3 OFFSET $4
        """

    func session(_ digest: [UInt8]) async throws(StoreError) -> SignedInUser? {
        try database.lookUp { db in
            try db.first(Self.withUser, [digest]) { row in
                SignedInUser(session: try SessionRecord(&row), user: try UserRecord(&row))
            }
        }
    }

    static let withUser = """
        SELECT \(SessionRecord.columns.names(of: "session")), \(UserRecord.columns.names(of: "person"))
        FROM session JOIN person ON person.issuer = $1 AND person.id = session.person
        WHERE session.issuer = $1 AND session.digest = $2
        """

    func sessions(of user: UserID) async throws(StoreError) -> [SessionRecord] {
        try await database.all(Self.ofUser, [user]) { try SessionRecord(&$0) }
    }

    static let ofUser = """
        SELECT \(SessionRecord.columns.names) FROM session WHERE issuer = $1 AND person = $2
        ORDER BY last_used_at DESC, id
        """

    func touch(_ digest: [UInt8], at now: UnixTime) async throws(StoreError) {
        _ = try await database.writeBatched { db in
            try db.execute(
                "UPDATE session SET last_used_at = $3 WHERE issuer = $1 AND digest = $2 AND last_used_at < $3",
                [digest, now])
        }
    }

    func remove(_ id: String, of user: UserID, at now: UnixTime) async throws(StoreError) -> Bool {
        try await database.write { db in
            let own = "SELECT id FROM session WHERE issuer = $1 AND id = $2 AND person = $3"
            guard let found = try db.first(own, [id, user], row: { try $0.next(String.self) }) else { return false }
            try Self.recording(of: user, db) { try Self.end(found, of: user, at: now, db) }
            return true
        }
    }

    func removeAll(of user: UserID, except id: String?, at now: UnixTime) async throws(StoreError) {
        try await database.write { db in
            try Self.recording(of: user, db) { try Self.removeAll(of: user, except: id, at: now, db) }
        }
    }

    /// A sign-out, which the server carries out by itself, is not a change that is recorded.
    private static func recording(of user: UserID, _ db: any SQLConnection, _ change: () throws -> Void) throws {
        guard db.context.actor != .server else { return try change() }
        func facts() throws -> JSONObject? {
            let sessions = try db.all(ofUser, [user]) { try SessionRecord(&$0) }
            return ["sessions": .object(JSONObject(sessions.map { ($0.id, .object($0.facts)) }))]
        }
        try db.recording(.user(user), facts, change)
    }

    static func removeAll(of user: UserID, except id: String?, at now: UnixTime, _ db: any SQLConnection) throws {
        let ids = try db.all(ofUser, [user]) { try SessionRecord(&$0).id }
        for other in ids where other != id { try end(other, of: user, at: now, db) }
    }

    /// Removes a session, revokes what was allowed in it without `offline_access`, and adds the notices to its clients.
    private static func end(_ id: String, of user: UserID, at now: UnixTime, _ db: any SQLConnection) throws {
        try db.execute("DELETE FROM session WHERE issuer = $1 AND id = $2", [id])
        try SQLLogoutNotices.add(session: id, of: user, at: now, db)
        try db.execute(onlineGrants, [now, user, id])
    }

    static let onlineGrants = """
        \(SQLAuthorizationGrants.revocation) AND person = $3 AND session = $4
        AND replace(' ' || scopes || ' ', ' offline_access ', '') = ' ' || scopes || ' '
        """

    /// The sessions are searched without the write lock; only those found are checked again under it.
    func sweepStep(at now: UnixTime, lastUsedBefore lastUse: UnixTime) async throws(StoreError) -> Bool {
        let digests = try await database.read { db in
            try [(Self.expired, now), (Self.idle, lastUse)].flatMap { sql, time in
                try db.all(sql, [time, Self.sweepStep / 2]) { try $0.next([UInt8].self) }
            }
        }
        guard !digests.isEmpty else { return false }
        try await database.write { db in
            for digest in digests {
                let ended = try db.first(Self.removalIfOver, [digest, now, lastUse]) {
                    (id: try $0.next(String.self), user: try $0.next(UserID.self))
                }
                if let ended { try SQLLogoutNotices.add(session: ended.id, of: ended.user, at: now, db) }
            }
        }
        return true
    }

    static let removalIfOver = """
        DELETE FROM session WHERE issuer = $1 AND digest = $2 AND (expires_at <= $3 OR last_used_at < $4)
        RETURNING id, person
        """
    static let expired = "SELECT digest FROM session WHERE issuer = $1 AND expires_at <= $2 LIMIT $3"
    static let idle = "SELECT digest FROM session WHERE issuer = $1 AND last_used_at < $2 LIMIT $3"
}

extension SessionRecord {
    /// The columns in the order of `sqlValues` and of decoding.
    static let columns = ColumnList([
        "digest", "id", "person", "authenticated_at", "methods", "created_at", "last_used_at", "expires_at", "agent",
        "address",
    ])

    fileprivate var sqlValues: [any SQLConvertible] {
        [
            digest, id, user, authenticatedAt, methods.joined(separator: " "), createdAt, lastUsedAt, expiresAt,
            Array(agent.utf8), address,
        ]
    }

    init(_ row: inout SQLRow) throws {
        row.subject = "a session"
        self.init(
            digest: try row.next(), id: try row.next(), user: try row.next(), authenticatedAt: try row.next(),
            methods: try row.nextWords(), createdAt: try row.next(), lastUsedAt: try row.next(),
            expiresAt: try row.next(), agent: try row.nextFreeText() ?? "", address: try row.next())
    }
}
