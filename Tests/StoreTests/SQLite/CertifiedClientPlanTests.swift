import Store
import GRDB
import Testing

@testable import SQL
@testable import SQLite

@Suite("SQLite: the query plan for clients with certificates")
struct CertifiedClientPlanTests {
    @Test("No step scans all clients or all keys")
    func plan() async throws {
        let bench = try SQLiteBench()
        let steps = try await bench.store.pool.read { db in
            try String.fetchAll(
                db, sql: "EXPLAIN QUERY PLAN \(SQLClients.idsWithCertificate)", arguments: [1, "", 10],
                adapter: SuffixRowAdapter(fromIndex: 3))
        }
        #expect(steps.contains { $0.contains("client_key_with_certificate") }, "\(steps)")
        #expect(
            !steps.contains { $0.hasPrefix("SCAN client") && !$0.contains("client_key_with_certificate") }, "\(steps)")
    }
}
