/// The clients of one issuer that have registered themselves.
struct SQLDynamicRegistrations: DynamicRegistrationStore {
    /// The number of uses that one transaction writes, and of clients that one step of a sweep removes.
    static let step = 100
    private static let selection =
        "SELECT \(DynamicRegistration.columns.names) FROM dynamic_registration WHERE issuer = $1"

    let database: any SQLDatabase

    func add(
        _ registration: ClientRegistration, _ dynamic: DynamicRegistration, within bounds: OpenRegistrationBounds
    ) async throws(StoreError) -> RegistrationOutcome {
        try registration.client.validate()
        // Only read: while there is no room, requests from anyone take no write lock and do not make servers read their clients again.
        if dynamic.origin == .open, try await database.read({ db in try !Self.hasRoom(bounds, db) }) { return .full }
        return try await database.changeClients { db in
            switch dynamic.origin {
            case .open:
                guard try Self.hasRoom(bounds, db) else { return .full }
            case .token:
                let count = try db.execute(
                    SQLInitialAccessTokens.use, [dynamic.initialAccessToken, dynamic.registeredAt])
                guard count == 1 else { return .tokenEnded }
            }
            try SQLClients.recording(dynamic.client, db) {
                try SQLClients.insert(registration, db)
                try db.execute(SQLClients.originChange, [dynamic.client, dynamic.origin])
                _ = try db.execute(
                    "INSERT INTO dynamic_registration \(DynamicRegistration.columns.values)", dynamic.sqlValues)
            }
            return .added
        }
    }

    private static func hasRoom(_ bounds: OpenRegistrationBounds, _ db: any SQLConnection) throws -> Bool {
        let unused = try db.first(unusedOpenCount, row: { try $0.next(Int.self) }) ?? 0
        let total = try db.first(openCount, row: { try $0.next(Int.self) }) ?? 0
        return unused < bounds.unused && total < bounds.total
    }

    static let openCount = "SELECT count(*) FROM dynamic_registration WHERE issuer = $1 AND origin = 'open'"
    static let unusedOpenCount = openCount + " AND used_at IS NULL"

    func registration(_ digest: [UInt8]) async throws(StoreError) -> DynamicRegistration? {
        try await database.read { db in
            try db.first("\(Self.selection) AND digest = $2", [digest]) { try DynamicRegistration(&$0) }
        }
    }

    static func registration(of id: ClientID, _ db: any SQLConnection) throws -> DynamicRegistration? {
        try db.first("\(selection) AND client = $2", [id]) { try DynamicRegistration(&$0) }
    }

    func registrations(of clients: [ClientID]) async throws(StoreError) -> [DynamicRegistration] {
        try await database.read { db in try clients.compactMap { try Self.registration(of: $0, db) } }
    }

    func all() async throws(StoreError) -> [DynamicRegistration] {
        try await database.all("\(Self.selection) ORDER BY client") { try DynamicRegistration(&$0) }
    }

    func recordUses(
        _ uses: [(client: ClientID, at: UnixTime)], lifetime: Duration
    ) async throws(StoreError) {
        try await database.write(uses, perTransaction: Self.step) { db, uses in
            for use in uses where use.client.isRegistrable {
                try db.execute(
                    """
                    UPDATE dynamic_registration SET used_at = $3,
                        expires_at = CASE WHEN expires_at < $4 THEN $4 ELSE expires_at END
                    WHERE issuer = $1 AND client = $2 AND (used_at IS NULL OR used_at < $3)
                    """, [use.client, use.at, use.at + lifetime])
            }
        }
    }

    /// The registrations are searched without the write lock. One found may have been used meanwhile, so it is checked again.
    func removeExpired(at now: UnixTime) async throws(StoreError) -> [ClientID] {
        let found = try await database.all(Self.expired, [now, Self.step]) { try $0.next(ClientID.self) }
        guard !found.isEmpty else { return [] }
        return try await database.changeClients { db in
            let removed = try found.filter { id in
                let registration = try Self.registration(of: id, db)
                guard let registration, registration.expiresAt <= now else { return false }
                return try SQLClients.remove(id, db)
            }
            if !removed.isEmpty {
                let clients: JSONObject = ["count": .number(removed.count), "clients": .array(removed.map(\.text))]
                try db.record(ChangeSubject(.registrations, ""), clients, nil)
            }
            return removed
        }
    }

    static let expired = "SELECT client FROM dynamic_registration WHERE issuer = $1 AND expires_at <= $2 LIMIT $3"
}

extension DynamicRegistration {
    /// The columns in the order of `sqlValues` and of decoding.
    static let columns = ColumnList([
        "client", "origin", "initial_access_token", "digest", "registered_at", "used_at", "expires_at",
    ])

    fileprivate var sqlValues: [any SQLConvertible] {
        [client, origin, initialAccessToken, digest, registeredAt, usedAt, expiresAt]
    }

    fileprivate init(_ row: inout SQLRow) throws {
        let client = try row.next(ClientID.self)
        row.subject = "the registration of the client '\(client)'"
        self.init(
            client: client, origin: try row.next(), initialAccessToken: try row.next(), digest: try row.next(),
            registeredAt: try row.next(), usedAt: try row.next(), expiresAt: try row.next())
    }
}

extension DynamicRegistration.Origin: SQLRepresentable {}
