/// The client URLs that have proved a key to one issuer.
struct SQLProvenClientURLs: ProvenClientURLStore {
    /// The number of rows that one transaction writes: a claim waits for at most one such step.
    private static let step = 250

    let database: any SQLDatabase

    func all() async throws(StoreError) -> [ProvenClientURL] {
        try await database.all(
            "SELECT url, proven_at FROM proven_client_url WHERE issuer = $1 ORDER BY proven_at DESC, url"
        ) { ProvenClientURL(id: try $0.next(), provenAt: try $0.next()) }
    }

    func record(_ proofs: [ProvenClientURL], forgetting forgotten: [ClientID]) async throws(StoreError) {
        try await database.write(proofs.filter(\.id.isRegistrable), perTransaction: Self.step) { db, proofs in
            for proof in proofs {
                try db.execute(
                    """
                    INSERT INTO proven_client_url (issuer, url, proven_at) VALUES ($1, $2, $3)
                    ON CONFLICT (issuer, url) DO UPDATE SET proven_at = excluded.proven_at
                    WHERE excluded.proven_at > proven_client_url.proven_at
                    """, [proof.id, proof.provenAt])
            }
        }
        try await database.write { db in
            for id in forgotten where id.isRegistrable {
                try db.execute("DELETE FROM proven_client_url WHERE issuer = $1 AND url = $2", [id])
            }
            try db.execute(
                """
                DELETE FROM proven_client_url WHERE issuer = $1 AND url IN
                    (SELECT url FROM proven_client_url WHERE issuer = $1 ORDER BY proven_at DESC LIMIT $2 OFFSET $3)
                """, [Int64.max, ProvenClientURL.maximumCount])
        }
    }
}
