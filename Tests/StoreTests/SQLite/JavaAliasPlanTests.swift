import GRDB
import Testing

@testable import SQL
@testable import SQLite

@Suite("SQLite: the query plan for aliases ignoring case")
struct JavaAliasPlanTests {
    @Test("An index finds them", arguments: [SQLKeyStore.servingEntries, SQLClients.idsIgnoringCase])
    func plan(_ query: String) async throws {
        let bench = try SQLiteBench()
        let steps = try await bench.store.pool.read { db in
            let statement = try db.makeStatement(sql: "EXPLAIN QUERY PLAN \(query)")
            return try String.fetchAll(
                statement, arguments: StatementArguments([1, "billing", 8].prefix(query.contains("$3") ? 3 : 2)),
                adapter: SuffixRowAdapter(fromIndex: 3))
        }
        #expect(steps.contains { $0.contains("_without_case") }, "\(steps)")
        #expect(!steps.contains { $0.hasPrefix("SCAN") }, "\(steps)")
    }
}
