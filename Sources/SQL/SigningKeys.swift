/// The signing keys of one issuer.
struct SQLSigningKeys: SigningKeyStore {
    let database: any SQLDatabase
    let issuer: IssuerNumber

    func all() async throws(StoreError) -> [SigningKeyRecord] {
        try await database.read { [issuer] db in
            try db.all(
                """
                SELECT key_id, algorithm, sealed, created_at FROM signing_key
                WHERE issuer = $1 ORDER BY created_at, number
                """, issuer
            ) { row in
                row.subject = "a signing key"
                return SigningKeyRecord(
                    keyID: try row.next(), algorithm: try row.next(), sealed: try row.next(), createdAt: try row.next())
            }
        }
    }

    func add(_ key: SigningKeyRecord) async throws(StoreError) {
        try await database.write { [issuer] db in
            let count = try db.execute(
                """
                INSERT INTO signing_key (issuer, key_id, algorithm, sealed, created_at) VALUES ($1, $2, $3, $4, $5)
                ON CONFLICT DO NOTHING
                """, issuer, key.keyID, key.algorithm, key.sealed, key.createdAt)
            guard count == 1 else { throw StoreError.conflict("A signing key '\(key.keyID.text)'") }
        }
    }
}
