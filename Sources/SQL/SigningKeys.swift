/// The signing keys of one issuer.
struct SQLSigningKeys: SigningKeyStore {
    let database: any SQLDatabase

    func all() async throws(StoreError) -> [SigningKeyRecord] {
        try await database.all(
            """
            SELECT key_id, algorithm, sealed, created_at FROM signing_key
            WHERE issuer = $1 ORDER BY created_at, number
            """
        ) { row in
            row.subject = "a signing key"
            return SigningKeyRecord(
                keyID: try row.next(), algorithm: try row.next(), sealed: try row.next(), createdAt: try row.next())
        }
    }

    func add(_ key: SigningKeyRecord) async throws(StoreError) {
        try await database.write { db in
            let count = try db.execute(
                """
                INSERT INTO signing_key (issuer, key_id, algorithm, sealed, created_at) VALUES ($1, $2, $3, $4, $5)
                ON CONFLICT DO NOTHING
                """, [key.keyID, key.algorithm, key.sealed, key.createdAt])
            guard count == 1 else { throw StoreError.conflict("A signing key '\(key.keyID.text)'") }
        }
    }
}
