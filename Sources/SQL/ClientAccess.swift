/// The clients with access to a person's account. Each step finds its rows by an index and reads a bounded number of grants in force, so
/// that a client with very many grants hides no other.
extension SQLConsents {
    /// The most grants in force of one client that are read.
    static let grantLimit = 1000

    func access(of user: UserID, limit: Int) async throws(StoreError) -> [ClientAccess] {
        try await database.read { db in
            var found: [ClientAccess] = []
            var last = ""
            while found.count < limit, let client = try db.first(Self.nextClient, [user, last], row: Self.client) {
                last = client.text
                if let access = try Self.access(of: user, to: client, db) { found.append(access) }
            }
            return found
        }
    }

    func access(of user: UserID, to client: ClientID) async throws(StoreError) -> ClientAccess? {
        try await database.read { db in try Self.access(of: user, to: client, db) }
    }

    private static func client(_ row: inout SQLRow) throws -> ClientID { try row.next() }

    static func access(
        of user: UserID, to client: ClientID, _ db: any SQLConnection
    ) throws -> ClientAccess? {
        let grants = try db.all(grantsInForce, [user, client, grantLimit]) { row in
            row.subject = "the authorization grants of a client"
            return GrantSummary(
                scopes: Set(try row.nextWords()), resources: Set(try row.nextWords()), oldest: try row.next(),
                newest: try row.next())
        }
        return ClientAccess(
            client: client, consent: try consent(of: user, to: client, db), grants: GrantSummary(all: grants))
    }

    /// The first client after `$3`.
    static let nextClient = """
        SELECT client FROM (
            SELECT client FROM (
                SELECT client FROM authorization_grant
                WHERE issuer = $1 AND person = $2 AND client > $3 AND revoked_at IS NULL ORDER BY client LIMIT 1
            ) AS granted
            UNION ALL
            SELECT client FROM (
                SELECT client FROM consent WHERE issuer = $1 AND person = $2 AND client > $3 ORDER BY client LIMIT 1
            ) AS allowed
        ) AS next ORDER BY client LIMIT 1
        """

    static let grantsInForce = """
        SELECT scopes, resources, min(created_at), max(created_at) FROM (
            SELECT scopes, resources, created_at FROM authorization_grant
            WHERE issuer = $1 AND person = $2 AND client = $3 AND revoked_at IS NULL LIMIT $4
        ) AS in_force GROUP BY scopes, resources
        """
}

extension GrantSummary {
    /// - Parameter parts: of one person and client.
    fileprivate init?(all parts: [GrantSummary]) {
        guard let oldest = parts.map(\.oldest).min(), let newest = parts.map(\.newest).max() else { return nil }
        self.init(
            scopes: parts.reduce(into: []) { $0.formUnion($1.scopes) },
            resources: parts.reduce(into: []) { $0.formUnion($1.resources) }, oldest: oldest, newest: newest)
    }
}
