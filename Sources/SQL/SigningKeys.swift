/// The signing keys of one issuer.
package struct SQLSigningKeys: SigningKeyStore {
    let database: any SQLDatabase

    package func all() async throws(StoreError) -> [SigningKeyRecord] {
        try await database.read { try Self.all($0) }
    }

    static func all(_ db: any SQLConnection) throws -> [SigningKeyRecord] {
        try db.all("\(selection) ORDER BY created_at, number", [], row: key)
    }

    private static let selection =
        "SELECT key_id, algorithm, sealed, created_at, signs_from, published_until FROM signing_key WHERE issuer = $1"

    @Sendable
    private static func key(_ row: inout SQLRow) throws -> SigningKeyRecord {
        row.subject = "a signing key"
        return SigningKeyRecord(
            keyID: try row.next(), algorithm: try row.next(), sealed: try row.next(), createdAt: try row.next(),
            signsFrom: try row.next(), publishedUntil: try row.next())
    }

    private static func recording(_ keyID: ExactString, _ db: any SQLConnection, _ change: () throws -> Void) throws {
        func facts() throws -> JSONObject? { try db.first("\(selection) AND key_id = $2", [keyID], row: key)?.facts }
        try db.recording(ChangeSubject(.serverKey, keyID), facts, change)
    }

    package func add(_ key: SigningKeyRecord) async throws(StoreError) {
        try await database.write { try Self.add(key, $0) }
    }

    private static func add(_ key: SigningKeyRecord, _ db: any SQLConnection) throws {
        try recording(key.keyID, db) {
            let count = try db.execute(
                """
                INSERT INTO signing_key (
                    issuer, key_id, algorithm, sealed, created_at, signs_from, published_until
                ) VALUES ($1, $2, $3, $4, $5, $6, $7)
                ON CONFLICT DO NOTHING
                """, [key.keyID, key.algorithm, key.sealed, key.createdAt, key.signsFrom, key.publishedUntil])
            guard count == 1 else { throw StoreError.conflict("A signing key '\(key.keyID.text)'") }
        }
    }

    package func change(
        adding new: [SigningKeyRecord], updating known: [SigningKeyRecord]
    ) async throws(StoreError) {
        try await database.write { db in
            for key in new { try Self.add(key, db) }
            for key in known { try Self.update(key.keyID, key.signsFrom, key.publishedUntil, db) }
        }
    }

    package func update(_ keyID: ExactString, signsFrom: UnixTime, publishedUntil: UnixTime?) async throws(StoreError) {
        try await database.write { try Self.update(keyID, signsFrom, publishedUntil, $0) }
    }

    private static func update(
        _ keyID: ExactString, _ signsFrom: UnixTime, _ publishedUntil: UnixTime?, _ db: any SQLConnection
    ) throws {
        try recording(keyID, db) {
            let count = try db.execute(
                "UPDATE signing_key SET signs_from = $3, published_until = $4 WHERE issuer = $1 AND key_id = $2",
                [keyID, signsFrom, publishedUntil])
            guard count == 1 else { throw StoreError.notFound("A signing key '\(keyID.text)'") }
        }
    }

    /// The columns that the migration "8 server keys" adds. A key of before signs since it was made.
    package static func alteration(_ dialect: Tables.Dialect) -> [String] {
        [
            "ALTER TABLE signing_key ADD COLUMN signs_from \(dialect.integer) NOT NULL DEFAULT 0",
            "ALTER TABLE signing_key ADD COLUMN published_until \(dialect.integer)",
            "UPDATE signing_key SET signs_from = created_at",
        ]
    }
}
