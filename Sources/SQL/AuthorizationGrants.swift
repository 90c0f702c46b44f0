/// The authorization grants of one issuer.
struct SQLAuthorizationGrants: AuthorizationGrantStore {
    /// How long a code is remembered after its expiry at least, so that a second use is detected.
    static let codeMemory: Duration = .seconds(3600)

    let database: any SQLDatabase

    /// Revokes at `$2` the grants in force that match the conditions that follow.
    static let revocation = "UPDATE authorization_grant SET revoked_at = $2 WHERE issuer = $1 AND revoked_at IS NULL"

    func grant(_ id: [UInt8]) async throws(StoreError) -> AuthorizationGrantRecord? {
        try database.lookUp { db in
            try db.first(Self.byID, [id]) { try AuthorizationGrantRecord(&$0) }
        }
    }

    static let byID =
        "SELECT \(AuthorizationGrantRecord.columns.names) FROM authorization_grant WHERE issuer = $1 AND id = $2"

    func revoke(_ id: [UInt8], at now: UnixTime) async throws(StoreError) -> Bool {
        try await database.writeBatched { db in
            try db.execute("\(Self.revocation) AND id = $3", [now, id]) == 1
        }
    }

    func revokeAll(to client: ClientID, keyThumbprint: [UInt8], at now: UnixTime) async throws(StoreError) -> Int {
        try await database.write { db in try Self.revokeAll(to: client, keyThumbprint: keyThumbprint, at: now, db) }
    }

    static func revokeAll(
        to client: ClientID, keyThumbprint: [UInt8], at now: UnixTime, _ db: any SQLConnection
    ) throws -> Int {
        try db.execute(revocationOfKey, [now, client, keyThumbprint])
    }

    static let revocationOfPerson = revocation + " AND person = $3"
    static let revocationOfAccess = revocation + " AND person = $3 AND client = $4"
    static let revocationOfKey = revocation + " AND client = $3 AND key_thumbprint = $4"
}

extension AuthorizationGrantRecord {
    /// The columns in the order of `sqlValues` and of decoding. Text from a client may contain any character, so it is stored as bytes.
    static let columns = ColumnList([
        "id", "person", "client", "scopes", "resources", "session", "key_thumbprint", "nonce", "authenticated_at",
        "methods", "context_class", "claims_request", "demands_authentication_time", "created_at", "revoked_at",
    ])

    var sqlValues: [any SQLConvertible] {
        [
            id, user, client, scopes.joined(separator: " "), resources.joined(separator: " "), session, keyThumbprint,
            nonce.map { Array($0.utf8) }, authenticatedAt, methods.joined(separator: " "), contextClass,
            claimsRequest.map { Array($0.utf8) }, demandsAuthenticationTime, createdAt, revokedAt,
        ]
    }

    init(_ row: inout SQLRow) throws {
        row.subject = "an authorization grant"
        self.init(
            id: try row.next(), user: try row.next(), client: try row.next(), scopes: try row.nextWords(),
            resources: try row.nextWords(), session: try row.next(), keyThumbprint: try row.next(),
            nonce: try row.nextFreeText(), authenticatedAt: try row.next(), methods: try row.nextWords(),
            contextClass: try row.next(), claimsRequest: try row.nextFreeText(),
            demandsAuthenticationTime: try row.next(), createdAt: try row.next(), revokedAt: try row.next())
    }
}
