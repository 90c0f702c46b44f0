import GRDB
import Testing

@testable import SQLite

@Suite("SQLite: what aliases without case cost")
struct JavaAliasPlanTests {
    @Test("They are found by an index", arguments: [ServingEntry.query, ServingEntry.clientsAlike])
    func plan(_ query: String) async throws {
        let bench = try SQLiteBench()
        let steps = try await bench.store.pool.read { db in
            let statement = try db.makeStatement(sql: "EXPLAIN QUERY PLAN \(query)")
            return try String.fetchAll(
                statement, arguments: StatementArguments(["billing", 8].prefix(query.contains("?1") ? 1 : 2)),
                adapter: SuffixRowAdapter(fromIndex: 3))
        }
        #expect(steps.contains { $0.contains("_without_case") }, "\(steps)")
        #expect(!steps.contains { $0.hasPrefix("SCAN") }, "\(steps)")
    }
}
