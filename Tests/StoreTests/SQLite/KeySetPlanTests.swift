import Countersign
import Store
import GRDB
import Testing

@testable import SQLite

@Suite("SQLite: the query plans for key sets")
struct KeySetPlanTests {
    @Test(
        "A look-up uses an index",
        arguments: [
            """
            SELECT DISTINCT key_set_url FROM client
            WHERE issuer = 1 AND key_set_url > 'a' AND is_enabled = 1 AND NOT EXISTS
                (SELECT 1 FROM client_key WHERE client_key.issuer = client.issuer AND client_key.client = client.id)
            ORDER BY key_set_url LIMIT 10
            """,
            "SELECT 1 FROM client WHERE issuer = 1 AND key_set_url = 'a'",
            "SELECT * FROM key_store_entry WHERE issuer = 1 AND alias = 'a'",
            "SELECT thumbprint, used_at FROM key_use WHERE issuer = 1 AND client = 'a'",
        ])
    func plans(_ query: String) async throws {
        let bench = try SQLiteBench()
        let steps = try await bench.store.pool.read { db in
            try String.fetchAll(db, sql: "EXPLAIN QUERY PLAN \(query)", adapter: SuffixRowAdapter(fromIndex: 3))
        }
        #expect(!steps.isEmpty)
        #expect(steps.allSatisfy { !$0.hasPrefix("SCAN") && !$0.contains("TEMP B-TREE") }, "\(steps)")
    }
}
