import Countersign
import CountersignStore
import GRDB
import Testing

@testable import CountersignStoreSQLite

@Suite("SQLite: slices of used jtis")
struct TimeSliceTests {
    @Test("A new slice opens when the last one has been open for its length")
    func opens() async throws {
        let bench = try SQLiteBench()
        for (seconds, slices) in [(0, 1), (299, 1), (1, 2), (299, 2), (3600, 3)] {
            bench.clock.advance(by: .seconds(seconds))
            _ = try await bench.store.claim(Samples.claim("\(bench.clock.now)", at: bench.clock.now))
            #expect(try bench.count("time_slice") == slices)
        }
    }

    @Test("A slice is kept a minute beyond its latest expiry, and then removed with its rows, step by step")
    func removed() async throws {
        let bench = try SQLiteBench()
        let many = SQLiteStore.sweepStep * 2 + 1
        let store = bench.store
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<many {
                group.addTask { _ = try await store.claim(Samples.claim("\(number)", of: "\(number % 7)")) }
            }
            try await group.waitForAll()
        }
        bench.clock.advance(by: .seconds(301))
        _ = try await store.claim(Samples.claim("later", at: bench.clock.now))
        let latest = try bench.number("SELECT latest_expiry FROM time_slice WHERE number = 1")
        #expect(Int64(latest) >= Samples.claim("").expiry.milliseconds)

        var remaining: [Int] = []
        while try await store.sweepStep() { remaining.append(try bench.count("used_jti") - 1) }
        #expect(remaining == [SQLiteStore.sweepStep + 1, 1, 0])
        #expect(try bench.count("time_slice") == 1)
    }

    @Test("A slice with one long-lived claim is kept for it")
    func keptForOne() async throws {
        let bench = try SQLiteBench()
        _ = try await bench.store.claim(Samples.claim("short"))
        _ = try await bench.store.claim(Samples.claim("long", expiresIn: .seconds(3600)))
        bench.clock.advance(by: .seconds(3599))
        _ = try await bench.store.claim(Samples.claim("later", at: bench.clock.now))
        #expect(try await !bench.store.sweepStep())
        #expect(try bench.count("used_jti") == 3)
    }

    @Test("The slice that takes new rows is never removed, however long nothing came")
    func current() async throws {
        let bench = try SQLiteBench()
        _ = try await bench.store.claim(Samples.claim("a"))
        bench.clock.advance(by: .seconds(1_000_000))
        #expect(try await !bench.store.sweepStep())
        #expect(try bench.count("used_jti") == 1)
    }

    @Test("A clock that was set back opens no slice and accepts nothing twice")
    func clockSetBack() async throws {
        let bench = try SQLiteBench()
        #expect(try await bench.store.claim(Samples.claim("a")) == .firstUse)
        bench.clock.advance(by: .seconds(-7200))
        #expect(try await bench.store.claim(Samples.claim("a")) == .replayed)
        #expect(try bench.count("time_slice") == 1)
    }

    @Test("An expiry at the end of time is kept, and ends nothing")
    func endOfTime() async throws {
        let bench = try SQLiteBench()
        let claim = ReplayClaim(client: ClientID("a"), digest: [1], expiry: .distantFuture)
        #expect(try await bench.store.claim(claim) == .firstUse)
        bench.clock.advance(by: .seconds(1_000_000))
        _ = try await bench.store.claim(Samples.claim("later", at: bench.clock.now))
        #expect(try await !bench.store.sweepStep())
        #expect(try await bench.store.claim(claim) == .replayed)
    }

    @Test("The hot statements use the tables' keys and scan nothing")
    func plans() async throws {
        let bench = try SQLiteBench()
        let plans = try await bench.store.pool.read { db in
            try String.fetchAll(
                db,
                sql: """
                    EXPLAIN QUERY PLAN SELECT 1 FROM time_slice
                    CROSS JOIN used_jti ON slice = time_slice.number AND client = 'a' AND digest = x'00'
                    WHERE kind = 1 AND number < 5 LIMIT 1
                    """, adapter: SuffixRowAdapter(fromIndex: 3))
                + String.fetchAll(
                    db, sql: "EXPLAIN QUERY PLAN SELECT * FROM client WHERE id > 'a' ORDER BY id LIMIT 2",
                    adapter: SuffixRowAdapter(fromIndex: 3))
                + String.fetchAll(
                    db, sql: "EXPLAIN QUERY PLAN SELECT * FROM client_key WHERE client = 1 ORDER BY number",
                    adapter: SuffixRowAdapter(fromIndex: 3))
        }
        #expect(plans.count >= 4)
        #expect(plans.allSatisfy { $0.hasPrefix("SEARCH") }, "\(plans)")
    }
}
