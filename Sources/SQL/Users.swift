/// The people of one issuer.
struct SQLUsers: UserStore {
    let database: any SQLDatabase

    static let selection = "SELECT \(UserRecord.columns.names) FROM person WHERE issuer = $1"

    func add(_ user: UserRecord) async throws(StoreError) {
        try user.validate()
        try await database.write { db in
            try Self.requireFreeName(user, db)
            try Self.recording(user.id, db) {
                let count = try db.execute(
                    "INSERT INTO person \(UserRecord.columns.values) ON CONFLICT DO NOTHING", user.sqlValues)
                guard count == 1 else { throw StoreError.conflict("A person with the identifier '\(user.id)'") }
            }
        }
    }

    func user(_ id: UserID) async throws(StoreError) -> UserRecord? {
        guard id.isRegistrable else { return nil }
        return try database.lookUp { db in
            try db.first("\(Self.selection) AND id = $2", [id]) { try UserRecord(&$0) }
        }
    }

    func user(named name: String) async throws(StoreError) -> UserRecord? {
        guard UserRecord.isName(name) else { return nil }
        return try await database.read { db in
            let key = UserRecord.key(of: name)
            if let user = try db.first(Self.byName, [key], row: { try UserRecord(&$0) }) { return user }
            let users = try db.all(Self.byEmail, [key]) { try UserRecord(&$0) }
            return users.count == 1 ? users.first : nil
        }
    }

    func user(withCalendarFeed digest: [UInt8]) async throws(StoreError) -> UserRecord? {
        try await database.read { db in
            try db.first("\(Self.selection) AND calendar_feed = $2", [digest]) { try UserRecord(&$0) }
        }
    }

    static let byName = "\(selection) AND name_key = $2"
    static let byEmail = "\(selection) AND email_key = $2 LIMIT 2"

    func page(after name: String?, limit: Int) async throws(StoreError) -> [UserRecord] {
        try await database.all(
            "\(Self.selection) AND name_key > $2 ORDER BY name_key LIMIT $3",
            [name.map(UserRecord.key) ?? "", limit]
        ) { try UserRecord(&$0) }
    }

    func hasMember(of group: String) async throws(StoreError) -> Bool {
        try await database.read { try Self.hasMember(of: group, $0) }
    }

    func hasMember(of group: String, whoCanSignInBeside user: UserID) async throws(StoreError) -> Bool {
        try await database.read { try Self.hasMember(of: group, whoCanSignInBeside: user, $0) }
    }

    func members(of group: String, limit: Int) async throws(StoreError) -> [UserRecord] {
        try await database.all(
            "\(Self.selection) AND replace(group_names, $2, '') <> group_names ORDER BY name_key LIMIT $3",
            [JSONValue.string(ExactString(group)).render(), limit]
        ) { try UserRecord(&$0) }
    }

    static func hasMember(of group: String, _ db: any SQLConnection) throws -> Bool {
        try db.first(member, [JSONValue.string(ExactString(group)).render()]) { try $0.next(String.self) } != nil
    }

    static func hasMember(
        of group: String, whoCanSignInBeside user: UserID, _ db: any SQLConnection
    ) throws -> Bool {
        try db.first(otherMember, [JSONValue.string(ExactString(group)).render(), user]) {
            try $0.next(String.self)
        } != nil
    }

    /// The name in quotes, as the JSON of the groups has it: a quote in another name is escaped there. `replace` compares bytes in every
    /// engine, which `LIKE` does not.
    static let member = """
        SELECT id FROM person WHERE issuer = $1 AND replace(group_names, $2, '') <> group_names LIMIT 1
        """

    private static let otherMember = """
        SELECT id FROM person WHERE issuer = $1 AND id <> $3 AND is_enabled = 1 AND password_hash IS NOT NULL
            AND replace(group_names, $2, '') <> group_names LIMIT 1
        """

    func change<Refusal: Error>(
        _ id: UserID, _ decide: @escaping @Sendable (UserRecord) throws(Refusal) -> UserRecord?
    ) async throws(StoreError) -> Result<UserRecord, Refusal> {
        guard id.isRegistrable else { throw Self.notFound(id) }
        return try await database.write { db in
            func person() throws -> UserRecord {
                let found = try db.first("\(Self.selection) AND id = $2", [id]) { try UserRecord(&$0) }
                guard let found else { throw Self.notFound(id) }
                return found
            }
            let current = try person()
            let decision = Result { () throws(Refusal) in try decide(current) }
            guard case .success(let changed?) = decision else { return decision.map { _ in current } }
            try changed.validate()
            try Self.recording(id, db) { try Self.update(changed, db) }
            return .success(try person())
        }
    }

    private static func recording<Value>(
        _ id: UserID, _ db: any SQLConnection, _ change: () throws -> Value
    ) throws -> Value {
        func facts() throws -> JSONObject? {
            try db.first("\(selection) AND id = $2", [id]) { try UserRecord(&$0).facts }
        }
        return try db.recording(.user(id), facts, change)
    }

    private static func update(_ user: UserRecord, _ db: any SQLConnection) throws {
        try requireFreeName(user, db)
        let count = try db.execute(
            """
            UPDATE person SET name = $3, name_key = $4, email_key = $5, claims = $6, group_names = $7,
                is_enabled = $8, updated_at = $9, calendar_feed = $10, calendar_feed_at = $11, search_key = $12
            WHERE issuer = $1 AND id = $2
            """,
            [
                user.id, user.name, UserRecord.key(of: user.name), user.email.map(UserRecord.key),
                user.claims.render(), user.groupNames, user.isEnabled, user.updatedAt,
                user.calendarFeed?.digest, user.calendarFeed?.createdAt, user.searchKey,
            ])
        guard count == 1 else { throw notFound(user.id) }
        if !user.isEnabled { try endAll(of: user.id, at: user.updatedAt, db) }
    }

    /// Ends the sessions and grants of a person.
    private static func endAll(of id: UserID, at now: UnixTime, _ db: any SQLConnection) throws {
        try SQLSessions.removeAll(of: id, except: nil, at: now, db)
        try db.execute(SQLAuthorizationGrants.revocationOfPerson, [now, id])
    }

    func setPassword(hash: String?, of id: UserID, at now: UnixTime) async throws(StoreError) {
        try await database.write { db in
            try Self.recording(id, db) {
                let count = try db.execute(
                    "UPDATE person SET password_hash = $3, password_changed_at = $4 WHERE issuer = $1 AND id = $2",
                    [id, hash, now])
                guard count == 1 else { throw Self.notFound(id) }
            }
            try Self.endAll(of: id, at: now, db)
        }
    }

    func changePassword(
        from old: String, to hash: String, of id: UserID, in session: String, at now: UnixTime
    ) async throws(StoreError) -> Bool {
        try await database.write { db in
            let isChanged = try Self.recording(id, db) {
                try db.execute(Self.passwordChange, [id, hash, now, old, session]) == 1
            }
            guard isChanged else { return false }
            try Self.endAll(of: id, at: now, db)
            return true
        }
    }

    static let passwordChange = """
        UPDATE person SET password_hash = $3, password_changed_at = $4
        WHERE issuer = $1 AND id = $2 AND password_hash = $5 AND is_enabled = 1
            AND EXISTS (SELECT 1 FROM session WHERE issuer = $1 AND id = $6 AND person = $2)
        """

    func replaceHash(_ hash: String, with newHash: String, of id: UserID) async throws(StoreError) {
        _ = try await database.write { db in
            try db.execute(
                "UPDATE person SET password_hash = $4 WHERE issuer = $1 AND id = $2 AND password_hash = $3",
                [id, hash, newHash])
        }
    }

    func remove(_ id: UserID, at now: UnixTime) async throws(StoreError) {
        try await database.write { db in
            // The grants, which name the clients to be notified, are removed with the person.
            try SQLSessions.removeAll(of: id, except: nil, at: now, db)
            try Self.recording(id, db) {
                guard try db.execute("DELETE FROM person WHERE issuer = $1 AND id = $2", [id]) == 1 else {
                    throw Self.notFound(id)
                }
            }
        }
    }

    static func notFound(_ id: UserID) -> StoreError { .notFound("The person '\(id)'") }

    /// - Throws: `conflict` if a person can already sign in with the name of `user`.
    private static func requireFreeName(_ user: UserRecord, _ db: any SQLConnection) throws {
        for column in ["name_key", "email_key"] {
            let other = try db.first(
                "SELECT id FROM person WHERE issuer = $1 AND \(column) = $2 AND id <> $3 LIMIT 1",
                [UserRecord.key(of: user.name), user.id]
            ) { try $0.next(UserID.self) }
            if other != nil { throw StoreError.conflict("A person named '\(user.name)'") }
        }
    }
}

extension UserRecord {
    /// The columns in the order of `sqlValues` and of decoding. The last one is only written.
    static let columns = ColumnList([
        "id", "name", "name_key", "email_key", "claims", "group_names", "password_hash", "password_changed_at",
        "is_enabled", "created_at", "updated_at", "calendar_feed", "calendar_feed_at", "search_key",
    ])

    /// A JSON array, because a group's name may contain a space.
    fileprivate var groupNames: String { JSONValue.array(groups).render() }

    fileprivate var sqlValues: [any SQLConvertible] {
        [
            id, name, Self.key(of: name), email.map(Self.key), claims.render(), groupNames, passwordHash,
            passwordChangedAt, isEnabled, createdAt, updatedAt, calendarFeed?.digest, calendarFeed?.createdAt,
            searchKey,
        ]
    }

    init(_ row: inout SQLRow) throws {
        let id = try row.next(UserID.self)
        row.subject = "the person '\(id)'"
        let name = try row.next(String.self)
        _ = (try row.next(String.self), try row.next(String?.self))
        self.init(
            id: id, name: name, claims: try row.nextObject(), groups: try row.nextTexts(),
            passwordHash: try row.next(), passwordChangedAt: try row.next(), isEnabled: try row.next(),
            createdAt: try row.next(), updatedAt: try row.next())
        if let digest = try row.next([UInt8]?.self), let createdAt = try row.next(UnixTime?.self) {
            calendarFeed = CalendarFeed(digest: digest, createdAt: createdAt)
        }
    }
}

extension UserID: SQLRepresentable {
    var stored: String { text }
    init?(stored: String) { self.init(stored) }
}
