import GRDB
import Store
import TestSupport
import Testing

@testable import SQL
@testable import SQLite

@Suite("What ends is found by an index")
struct ExpirationPlanTests {
    @Test("Of every kind, in order, without a sort and without reading a table", arguments: Expiration.Kind.allCases)
    func plan(_ kind: Expiration.Kind) async throws {
        let store = try SQLiteStore(directory: TemporaryDirectory().path)
        for source in ExpirySource.all(ExpiryFilter(kind: kind)) {
            for sql in [source.selection(ofClient: false), source.count(ofClient: false)] {
                let plan = try await store.pool.read { db in
                    try String.fetchAll(
                        db, sql: "EXPLAIN QUERY PLAN \(sql)", arguments: [1, 0, 0, 1, 1],
                        adapter: SuffixRowAdapter(fromIndex: 3))
                }
                #expect(
                    plan.contains { $0.hasPrefix("SEARCH \(source.table) USING") && $0.contains("_by_") }, "\(plan)")
                #expect(!plan.contains { $0.hasPrefix("SCAN") && $0 != "SCAN found" }, "\(plan)")
                #expect(!plan.contains("USE TEMP B-TREE FOR ORDER BY"), "\(plan)")
            }
        }
        await store.close()
    }

    @Test("The index of certificates has none of a key that retires before its certificate ends")
    func retired() async throws {
        let store = try SQLiteStore(directory: TemporaryDirectory().path)
        let index = try await store.pool.read { db in
            try String.fetchOne(
                db, sql: "SELECT sql FROM sqlite_master WHERE name = 'client_key_by_certificate_end'")
        }
        #expect(index?.contains("status = 'active' OR status_time > not_after") == true)
        let removal = try await store.pool.read { db in
            try String.fetchAll(
                db, sql: "EXPLAIN QUERY PLAN \(SQLKeyUses.oldHoursRemoval)", arguments: [1, 1, 1],
                adapter: SuffixRowAdapter(fromIndex: 3))
        }
        #expect(removal.contains { $0.contains("key_use_hour_by_hour (issuer=? AND hour<?)") }, "\(removal)")
        await store.close()
    }

    /// Of 100,000 clients with certificates, the index of ends would be read whole.
    @Test("Of one client, the rows are found by the client", arguments: Expiration.Kind.allCases)
    func client(_ kind: Expiration.Kind) async throws {
        let store = try SQLiteStore(directory: TemporaryDirectory().path)
        for source in ExpirySource.all(ExpiryFilter(kind: kind, client: ClientID("billing"))) {
            let plan = try await store.pool.read { db in
                try String.fetchAll(
                    db, sql: "EXPLAIN QUERY PLAN \(source.selection(ofClient: true))",
                    arguments: [1, 0, 0, 1, 1, "billing"], adapter: SuffixRowAdapter(fromIndex: 3))
            }
            #expect(plan.contains { $0.hasPrefix("SEARCH \(source.table) USING") }, "\(plan)")
            #expect(
                !plan.contains {
                    $0.contains("_by_end") || $0.contains("_by_retirement") || $0.contains("_by_certificate_end")
                }, "\(plan)")
        }
        await store.close()
    }
}
