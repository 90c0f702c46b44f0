import Countersign
import Store
import Foundation
import GRDB
import Testing

@testable import SQLite

@Suite("SQLite: slices of used jtis")
struct ReplaySliceTests {
    /// Adds claims, one row each, for more than two removal steps.
    private static func fill(_ bench: SQLiteBench) async throws -> Int {
        let many = SQLiteReplayStorage.removalStep * 2 + 1
        for number in 0..<many {
            _ = try await bench.store.replay.claim(Samples.claim("\(number)", of: "\(number % 7)"))
        }
        return many
    }

    @Test("A new slice opens once the last one has been open for the slice length")
    func opens() async throws {
        let bench = try SQLiteBench()
        for (seconds, slices) in [(0, 1), (449, 1), (1, 2), (449, 2), (3600, 3)] {
            bench.clock.advance(by: .seconds(seconds))
            _ = try await bench.store.replay.claim(Samples.claim("\(bench.clock.now)", at: bench.clock.now))
            #expect(try bench.count("replay_slice") == slices)
        }
    }

    @Test("A slice is kept for a minute after its latest expiry, then removed with its rows, step by step")
    func removed() async throws {
        let bench = try SQLiteBench()
        let store = bench.store
        _ = try await Self.fill(bench)
        bench.clock.advance(by: .seconds(451))
        _ = try await store.replay.claim(Samples.claim("later", at: bench.clock.now))
        let latest = try bench.number("SELECT latest_expiry FROM replay_slice WHERE number = 1")
        #expect(Int64(latest) >= Samples.claim("").expiry.milliseconds)

        var remaining: [Int] = []
        while try await store.replay.sweepStep() { remaining.append(try bench.count("replay_batch") - 1) }
        #expect(remaining == [SQLiteReplayStorage.removalStep + 1, 1, 0])
        #expect(try bench.count("replay_slice") == 1)
        #expect(try bench.number("SELECT swept_until FROM replay_log") == latest)
    }

    @Test("An interrupted removal continues after a restart, and removed claims are not decided")
    func interrupted() async throws {
        let bench = try SQLiteBench()
        _ = try await Self.fill(bench)
        bench.clock.advance(by: .seconds(451))
        _ = try await bench.store.replay.claim(Samples.claim("later", at: bench.clock.now))
        #expect(try await bench.store.replay.sweepStep())
        await bench.store.close()

        let clock = bench.clock
        let store = try SQLiteStore(directory: bench.directory.path, clock: { clock.now })
        clock.advance(by: .seconds(-451))
        for number in [0, 600] {
            await #expect(throws: StoreUnavailable.self) {
                try await store.replay.claim(Samples.claim("\(number)", of: "\(number % 7)"))
            }
        }
        var steps = 0
        while try await store.replay.sweepStep() { steps += 1 }
        #expect(steps == 2)
    }

    @Test("A single long-lived claim keeps its slice")
    func keptForOne() async throws {
        let bench = try SQLiteBench()
        _ = try await bench.store.replay.claim(Samples.claim("short"))
        _ = try await bench.store.replay.claim(Samples.claim("long", expiresIn: .seconds(3600)))
        bench.clock.advance(by: .seconds(3599))
        _ = try await bench.store.replay.claim(Samples.claim("later", at: bench.clock.now))
        #expect(try await !bench.store.replay.sweepStep())
        #expect(try bench.count("replay_batch") == 3)
    }

    @Test("The current slice is removed only once a new one has replaced it, and an empty one stays")
    func current() async throws {
        let bench = try SQLiteBench()
        _ = try await bench.store.replay.claim(Samples.claim("a"))
        bench.clock.advance(by: .seconds(1_000_000))
        for (rows, slices) in [(1, 2), (0, 1)] {
            #expect(try await bench.store.replay.sweepStep())
            #expect(try bench.count("replay_batch") == rows)
            #expect(try bench.count("replay_slice") == slices)
        }
        bench.clock.advance(by: .seconds(1_000_000))
        #expect(try await !bench.store.replay.sweepStep())
        #expect(try bench.count("replay_slice") == 1)
    }

    @Test("An empty slice opened by a clock ahead blocks nothing once the clock is corrected")
    func emptyAhead() async throws {
        let bench = try SQLiteBench()
        _ = try await bench.store.replay.claim(Samples.claim("a"))
        bench.clock.advance(by: .seconds(31_536_000))
        while try await bench.store.replay.sweepStep() {}
        bench.clock.advance(by: .seconds(-31_536_000 + 600))
        #expect(try await bench.store.replay.claim(Samples.claim("b", at: bench.clock.now)) == .firstUse)
        while try await bench.store.replay.sweepStep() {}
        #expect(try bench.count("replay_slice") == 1)
        #expect(try bench.number("SELECT swept_until FROM replay_log") < Int(bench.clock.now.milliseconds))
    }

    @Test("After the clock is set back nothing is accepted twice, and a slice in the future takes no more rows")
    func clockSetBack() async throws {
        let bench = try SQLiteBench()
        bench.clock.advance(by: .seconds(315_360_000))
        #expect(try await bench.store.replay.claim(Samples.claim("ahead", at: bench.clock.now)) == .firstUse)
        bench.clock.advance(by: .seconds(-315_360_000))
        #expect(try await bench.store.replay.claim(Samples.claim("a")) == .firstUse)
        #expect(try await bench.store.replay.claim(Samples.claim("a")) == .replayed)
        #expect(try bench.count("replay_slice") == 2)
        // Later slices open and expire although one of them lies in the future.
        for hour in 1...3 {
            bench.clock.advance(by: .seconds(3600))
            #expect(try await bench.store.replay.claim(Samples.claim("\(hour)", at: bench.clock.now)) == .firstUse)
            while try await bench.store.replay.sweepStep() {}
            #expect(try bench.count("replay_slice") == 2)
        }
    }

    @Test("A clock that jumps back and forth opens a bounded number of slices")
    func unsteadyClock() async throws {
        let bench = try SQLiteBench { $0.replay.maximumSlices = 8 }
        for step in 0..<40 {
            bench.clock.advance(by: .seconds(step.isMultiple(of: 2) ? 7200 : -7200))
            let claim = Samples.claim("\(step)", at: bench.clock.now)
            #expect(try await bench.store.replay.claim(claim) == .firstUse)
            #expect(try await bench.store.replay.claim(claim) == .replayed)
        }
        #expect(try bench.count("replay_slice") <= 8 * 2)
    }

    @Test("Slices left by a clock ahead for hours do not stop later slices from opening and expiring")
    func longAhead() async throws {
        let bench = try SQLiteBench { $0.replay.maximumSlices = 8 }
        func claim(_ jti: String, every seconds: Int) async throws {
            bench.clock.advance(by: .seconds(seconds))
            #expect(try await bench.store.replay.claim(Samples.claim(jti, at: bench.clock.now)) == .firstUse)
        }
        bench.clock.advance(by: .seconds(31_536_000))
        for number in 0..<12 { try await claim("ahead \(number)", every: 600) }
        #expect(try bench.count("replay_slice") == 8)
        bench.clock.advance(by: .seconds(-31_536_000 - 12 * 600))
        for number in 0..<40 {
            try await claim("\(number)", every: 600)
            while try await bench.store.replay.sweepStep() {}
            #expect(try bench.count("replay_slice") == 8 + 1)
        }
        #expect(try await bench.store.replay.facts().claims == 12 + 1)
    }

    @Test("A claim with the latest possible expiry is kept")
    func endOfTime() async throws {
        let bench = try SQLiteBench()
        let claim = ReplayClaim(client: ClientID("a"), digest: [1], expiry: .distantFuture)
        #expect(try await bench.store.replay.claim(claim) == .firstUse)
        bench.clock.advance(by: .seconds(1_000_000))
        _ = try await bench.store.replay.claim(Samples.claim("later", at: bench.clock.now))
        #expect(try await !bench.store.replay.sweepStep())
        #expect(try await bench.store.replay.claim(claim) == .replayed)
    }

    @Test("Beyond the maximum of live claims new ones are refused and replays still detected; removal frees space")
    func bounded() async throws {
        let bench = try Self.small()
        let reason = "100 used assertions are remembered, and replay.maximum_live_claims allows no more"
        for number in 0..<100 { #expect(try await bench.store.replay.claim(Samples.claim("\(number)")) == .firstUse) }
        await #expect(throws: StoreUnavailable(reason)) { try await bench.store.replay.claim(Samples.claim("100")) }
        #expect(try await bench.store.replay.claim(Samples.claim("99")) == .replayed)
        #expect(await bench.store.writeProblem() == reason)
        #expect(try await bench.store.replay.facts().claims == 100)

        bench.clock.advance(by: .seconds(600))
        let later = Samples.claim("later", at: bench.clock.now)
        await #expect(throws: StoreUnavailable(reason)) { try await bench.store.replay.claim(later) }
        while try await bench.store.replay.sweepStep() {}
        #expect(try await bench.store.replay.facts().claims == 0)
        #expect(try await bench.store.replay.claim(later) == .firstUse)
        #expect(try await bench.store.replay.claim(later) == .replayed)
    }

    @Test("A log that was full at shutdown frees space after the restart")
    func boundedAndRestarted() async throws {
        let bench = try Self.small()
        for number in 0..<100 { #expect(try await bench.store.replay.claim(Samples.claim("\(number)")) == .firstUse) }
        await bench.store.close()
        let clock = bench.clock
        clock.advance(by: .seconds(600))
        var settings = SQLiteSettings()
        settings.replay.maximumLiveClaims = 100
        let store = try SQLiteStore(directory: bench.directory.path, settings: settings, clock: { clock.now })
        let later = Samples.claim("later", at: clock.now)
        await #expect(throws: StoreUnavailable.self) { try await store.replay.claim(later) }
        while try await store.replay.sweepStep() {}
        #expect(try await store.replay.claim(later) == .firstUse)
        #expect(try await store.replay.facts().claims == 1)
    }

    /// Opens a store limited to a hundred live claims.
    private static func small() throws -> SQLiteBench {
        try SQLiteBench {
            $0.replay.maximumLiveClaims = 100
            $0.replay.maximumName = "replay.maximum_live_claims"
        }
    }

    @Test(
        "A corrupt log is refused",
        arguments: [
            ("UPDATE replay_batch SET records = x'00'", "the record of a used assertion is incomplete"),
            ("DELETE FROM replay_slice", "used assertions belong to the time slice 1, which does not exist"),
            ("DELETE FROM replay_log", "the table replay_log is empty"),
        ])
    func damaged(_ change: String, _ reason: String) async throws {
        let bench = try SQLiteBench()
        _ = try await bench.store.replay.claim(Samples.claim("a"))
        try bench.onWriter(change)
        await bench.store.close()
        #expect(throws: StoreError.corrupt(reason)) { try SQLiteStore(directory: bench.directory.path) }
    }

    @Test("Statements on the hot path use the primary keys and scan nothing")
    func plans() async throws {
        let bench = try SQLiteBench()
        let plans = try await bench.store.pool.read { db in
            try [
                "SELECT number FROM replay_batch WHERE number >= 1 AND number < 2 ORDER BY number LIMIT 250",
                "SELECT max(number) FROM replay_batch WHERE number >= 1",
                "SELECT * FROM client WHERE issuer = 1 AND id > 'a' ORDER BY id LIMIT 2",
                "SELECT * FROM client_key WHERE issuer = 1 AND client = 'a' ORDER BY number",
            ].flatMap {
                try String.fetchAll(db, sql: "EXPLAIN QUERY PLAN \($0)", adapter: SuffixRowAdapter(fromIndex: 3))
            }
        }
        #expect(plans.count >= 4)
        #expect(plans.allSatisfy { $0.hasPrefix("SEARCH") }, "\(plans)")
    }
}
