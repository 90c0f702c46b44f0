import GRDB
import Store
import TestSupport
import Testing

@testable import SQL
@testable import SQLite

@Suite("SQLite: the search of the change log")
struct ChangeSearchTests {
    private static let filters = [
        ChangeFilter(), ChangeFilter(subjectKind: .client), ChangeFilter(subjectKind: .client, subjectID: "billing"),
        ChangeFilter(actorID: "alice"), ChangeFilter(subjectKind: .client, actorID: "alice"),
        ChangeFilter(since: TestClock.start), ChangeFilter(subjectKind: .user, since: TestClock.start),
        ChangeFilter(actorID: "alice", since: TestClock.start),
    ]

    @Test("Each filter is found by an index, in the order of the list", arguments: filters)
    func plan(_ filter: ChangeFilter) async throws {
        let query = SQLChanges.query(filter, from: filter.since.map { _ in 1 }, before: nil, limit: 30).sql
        for statement in [query, SQLChanges.firstSince] {
            let steps = try await steps(statement)
            #expect(steps.count == 1 && steps[0].hasPrefix("SEARCH"), "\(steps)")
            #expect(steps[0].contains("(issuer=? AND "), "\(steps)")
            let equal = [
                filter.subjectKind.map { _ in "subject_kind=?" }, filter.subjectID.map { _ in "subject_id=?" },
                filter.actorID.map { _ in "actor_id=?" },
            ].compactMap(\.self)
            #expect(statement != query || equal.allSatisfy { steps[0].contains($0) }, "\(steps)")
        }
    }

    private func steps(_ query: String) async throws -> [String] {
        let bench = try SQLiteBench()
        return try await bench.store.pool.read { db in
            let statement = try db.makeStatement(sql: "EXPLAIN QUERY PLAN \(query)")
            let count = (1...9).last { query.contains("$\($0)") } ?? 0
            return try String.fetchAll(
                statement, arguments: StatementArguments(repeatElement(1, count: count)),
                adapter: SuffixRowAdapter(fromIndex: 3))
        }
    }

    @Test(
        "A row that cannot be read does not hide the others",
        arguments: [
            "action = 'client.blessed'", "subject_kind = 'spaceship'", "actor_kind = 'ghost'", "channel = 'ether'",
            "value_after = CAST('{' AS BLOB)", "actor_kind = 'person', actor_id = NULL",
        ])
    func unreadable(_ assignment: String) async throws {
        let bench = try SQLiteBench()
        for name in ["a", "b", "c"] {
            let client = ClientRecord(id: ClientID(ExactString(name)), name: name, createdAt: bench.clock.now)
            try await bench.store.clients.add(client, keys: [])
        }
        try bench.onWriter("UPDATE change SET \(assignment) WHERE number = 2")
        let found = try await bench.store.changes.page(ChangeFilter(), before: nil, limit: 9)
        #expect(found.map(\.number) == [3, 2, 1])
        #expect(found.map { $0.change == nil } == [false, true, false])
        guard case .unreadable(_, let problem) = found[1] else { return }
        #expect(problem.contains("change 2"))
        #expect(try await bench.store.changes.page(ChangeFilter(), before: 3, limit: 1).map(\.number) == [2])
    }
}
