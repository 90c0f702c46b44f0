/// The sealing keys of one issuer.
struct SQLSealingKeys: SealingKeyStore {
    let database: any SQLDatabase

    func all() async throws(StoreError) -> [SealingKeyRecord] {
        try await database.all(
            "SELECT number, sealed, created_at FROM sealing_key WHERE issuer = $1 ORDER BY number"
        ) {
            $0.subject = "a sealing key"
            return SealingKeyRecord(number: try $0.next(), sealed: try $0.next(), createdAt: try $0.next())
        }
    }

    func add(_ key: SealingKeyRecord) async throws(StoreError) {
        try await database.write { db in
            let count = try db.execute(
                """
                INSERT INTO sealing_key (issuer, number, sealed, created_at) VALUES ($1, $2, $3, $4)
                ON CONFLICT DO NOTHING
                """, [key.number, key.sealed, key.createdAt])
            guard count == 1 else { throw StoreError.conflict("A sealing key with the number \(key.number)") }
        }
    }

    func remove(_ number: UInt32) async throws(StoreError) {
        _ = try await database.write { db in
            try db.execute("DELETE FROM sealing_key WHERE issuer = $1 AND number = $2", [number])
        }
    }
}
