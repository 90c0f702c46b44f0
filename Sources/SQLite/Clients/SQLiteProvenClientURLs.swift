import Countersign
import GRDB
import Store

struct SQLiteProvenClientURLs: ProvenClientURLStore {
    let store: SQLiteStore

    /// How many rows one transaction writes: a claim waits behind one such step at most.
    private static let provenClientURLStep = 250

    /// The clients that are URLs and have proved a key, the latest first.
    func all() async throws(StoreError) -> [ProvenClientURL] {
        try await store.read { db in
            try Row.fetchAll(db, sql: "SELECT url, proven_at FROM proven_client_url ORDER BY proven_at DESC, url").map {
                ProvenClientURL(
                    id: ClientID($0["url"] as String), provenAt: UnixTime(milliseconds: $0["proven_at"]))
            }
        }
    }

    /// Keeps proofs.
    func record(
        _ proofs: [ProvenClientURL], forgetting forgotten: [ClientID]
    ) async throws(StoreError) {
        let rows = proofs.filter(\.id.isRegistrable)
        for start in stride(from: 0, to: rows.count, by: Self.provenClientURLStep) {
            let step = rows[start..<min(start + Self.provenClientURLStep, rows.count)]
            try await store.write { db in
                let upsert = try db.cachedStatement(
                    sql: """
                        INSERT INTO proven_client_url (url, proven_at) VALUES (?, ?)
                        ON CONFLICT (url) DO UPDATE SET proven_at = max(proven_at, excluded.proven_at)
                        """)
                for proof in step { try upsert.execute(arguments: [proof.id.text, proof.provenAt.milliseconds]) }
            }
        }
        try await store.write { db in
            let removal = try db.cachedStatement(sql: "DELETE FROM proven_client_url WHERE url = ?")
            for id in forgotten where id.isRegistrable { try removal.execute(arguments: [id.text]) }
            try db.execute(
                sql: """
                    DELETE FROM proven_client_url WHERE url IN
                        (SELECT url FROM proven_client_url ORDER BY proven_at DESC
                         LIMIT -1 OFFSET \(ProvenClientURL.maximumCount))
                    """)
        }
    }
}
