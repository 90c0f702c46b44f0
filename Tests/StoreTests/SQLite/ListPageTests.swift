import GRDB
import Store
import TestSupport
import Testing

@testable import SQL
@testable import SQLite

@Suite("SQLite: pages of lists of 10,000 rows")
struct ListPageTests {
    private static let count = 10_000
    private static let pageSize = 33

    /// A store with as many resources and registration tokens.
    private func bench() throws -> SQLiteBench {
        let bench = try SQLiteBench()
        let numbers = """
            WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < \(Self.count - 1))
            """
        try bench.onWriter(
            """
            INSERT INTO resource (issuer, uri, name, scopes, created_at) \(numbers)
                SELECT 1, 'https://api.example/' || (10000 + n), 'API ' || n, '', 0 FROM numbers
            """)
        try bench.onWriter(
            """
            INSERT INTO initial_access_token
                (issuer, id, digest, note, allows_reuse, maximum_uses, uses, created_at, expires_at) \(numbers)
                SELECT 1, printf('%08x', n), CAST(n AS BLOB), '', 0, 1, n % 2, n / 10, 1000000 FROM numbers
            """)
        return bench
    }

    @Test("Each resource is on one page, and page 300 is read as page 1 is")
    func resources() async throws {
        let bench = try bench()
        for text in ["", "API"] {
            var (position, seen): (PagePosition, [String]) = (.first, [])
            while true {
                let page = try await bench.store.resources.search(text, at: position, limit: Self.pageSize)
                #expect(page.count == (text.isEmpty ? FoundCount(Self.count) : FoundCount(1000, hasMore: true)))
                seen += page.items.map(\.uri)
                guard page.hasNext, let last = seen.last else { break }
                position = .after(last)
            }
            #expect(seen == (0..<Self.count).map { "https://api.example/\(10_000 + $0)" })
            let search = try #require(SQLResources.search(text))
            for statement in [search.following, search.preceding] {
                try await expectIndex(statement, values: text.isEmpty ? 2 : 3, "(issuer=? AND uri", bench)
            }
        }
    }

    @Test("Each entry of the key store is on one page, and page 300 is read as page 1 is")
    func keyStore() async throws {
        let bench = try bench()
        _ = try await bench.store.keyStore.put([try Samples.keyStoreEntry("sample")], replaces: false)
        let columns = "jwk, certificate, subject, not_before, thumbprint_sha1, thumbprint_sha256, added_at, search_key"
        try bench.onWriter(
            """
            INSERT INTO key_store_entry (issuer, alias, not_after, is_from_java, \(columns))
                WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < \(Self.count - 1))
                SELECT 1, 'entry-' || (10000 + n), n / 7, 0, \(columns) FROM numbers, key_store_entry
            """)
        try await bench.store.keyStore.remove("sample")
        for text in ["", "SAMPLE"] {
            var filter = KeyStoreFilter()
            filter.text = text
            var (position, seen): (PagePosition, [String]) = (.first, [])
            while true {
                let page = try await bench.store.keyStore.search(
                    filter, at: position, limit: Self.pageSize, now: TestClock.start)
                #expect(page.count == (text.isEmpty ? FoundCount(Self.count) : FoundCount(1000, hasMore: true)))
                seen += page.items.map(\.alias.text)
                guard page.hasNext, let last = page.items.last else { break }
                position = .after(last.position)
            }
            #expect(seen == (0..<Self.count).map { "entry-\(10_000 + $0)" })
        }
    }

    @Test("Each registration token is on one page, and page 300 is read as page 1 is")
    func tokens() async throws {
        let bench = try bench()
        let ids = try await bench.store.initialAccessTokens.all().map(\.id)
        let now = UnixTime(milliseconds: 1)
        for newestFirst in [false, true] {
            var (position, seen): (InitialAccessTokenPosition?, [String]) = (nil, [])
            while true {
                let page = try await bench.store.initialAccessTokens.page(
                    in: nil, after: position, newestFirst: newestFirst, limit: Self.pageSize, at: now)
                seen += page.map(\.id)
                guard page.count == Self.pageSize, let last = page.last else { break }
                position = last.position
            }
            #expect(seen.count == Self.count && seen == (newestFirst ? ids.reversed() : ids))
            // Nothing is sorted, whatever the state.
            for state in [nil] + InitialAccessToken.State.allCases {
                let statement = SQLInitialAccessTokens.page(in: state, newestFirst: newestFirst, isFirst: false)
                let values = state == nil ? 3 : 4
                try await expectIndex(statement, values: values, "initial_access_token_by_time (issuer=? AND ", bench)
            }
        }
        let counts = try await bench.store.initialAccessTokens.counts(at: now, bound: 1000)
        #expect(counts.total == FoundCount(1000, hasMore: true))
        #expect(counts.states == [.usable: 500, .used: 500, .expired: 0])
    }

    @Test("The change that undid another one is found by an index")
    func undoing() async throws {
        try await expectIndex(
            SQLChanges.undoing, values: 1, "change_by_undone (issuer=? AND undoes=?)", try SQLiteBench())
    }

    /// - Parameter values: the number of values besides the issuer.
    private func expectIndex(_ query: String, values: Int, _ expected: String, _ bench: SQLiteBench) async throws {
        let steps = try await bench.store.pool.read { db in
            try String.fetchAll(
                db.makeStatement(sql: "EXPLAIN QUERY PLAN \(query)"),
                arguments: StatementArguments(repeatElement(1, count: values + 1)),
                adapter: SuffixRowAdapter(fromIndex: 3))
        }
        #expect(steps.count == 1 && steps[0].hasPrefix("SEARCH") && steps[0].contains(expected), "\(steps)")
    }
}
