import SQLite
import Synchronization
import TestSupport
import Testing

@testable import Administration
@testable import Server

@Suite("The figures over time")
struct FigureSamplerTests {
    /// Totals that a test sets.
    private final class Counted: Sendable {
        private let totals = Mutex(FigureTotals())

        var value: FigureTotals { totals.withLock { $0 } }

        func add(requests: UInt64 = 0, expired: UInt64 = 0, claims: UInt64 = 0, commits: UInt64 = 0) {
            totals.withLock { totals in
                totals[.requests] += requests
                totals[.claims] += claims
                totals[.commits] += commits
                totals.refusals["expired", default: 0] += expired
                totals.refusals["invalid_request", default: 0] += expired
                totals.durations = [totals[.requests], 0]
            }
        }
    }

    /// A sampler with a clock of its own, in the middle of a second.
    private struct Bench {
        static let layout = FigureLayout(bounds: [0.001])

        let clock = TestClock()
        let counted = Counted()
        let events = Mutexed<[ServerEvent]>([])
        let sampler: FigureSampler

        init() {
            let (clock, events, counted) = (clock, events, counted)
            clock.advance(by: .milliseconds(500))
            sampler = FigureSampler(
                Self.layout, Runtime(clock: { clock.now }, report: { event in events.change { $0.append(event) } })
            ) { counted.value }
        }

        /// Lets some seconds pass, in each of which something happens.
        func pass(_ seconds: Int, requests: UInt64 = 0, expired: UInt64 = 0) {
            for _ in 0..<seconds {
                clock.advance(by: .seconds(1))
                counted.add(requests: requests, expired: expired)
                sampler.sample()
            }
        }

        func series(_ period: FigurePeriod) -> FigureSeries { sampler.series(period, at: clock.now) }
    }

    /// A store that cannot be written or read.
    private struct FullStore: FigureStore {
        func add(_ minutes: [MinuteFigures], capacity: Int) async throws(StoreError) { throw .unavailable("full") }
        func minutes(since start: UnixTime, limit: Int) async throws(StoreError) -> [MinuteFigures] {
            throw .unavailable("broken")
        }
    }

    @Test("What was counted before the first sample is not a difference; what follows is, second by second")
    func differences() {
        let bench = Bench()
        #expect(bench.series(.hour).total == FigureCounts(layout: Bench.layout))
        bench.pass(10, requests: 3, expired: 1)
        bench.counted.add(claims: 12, commits: 3)
        bench.pass(2)
        let total = bench.series(.minutes).total
        #expect((total[.requests], total[.seconds]) == (30, 12))
        #expect(total.rowsPerCommit == 4)
        #expect(total.refusals("expired") == 10)
        #expect(total.refusals(FigureLayout.other) == 10)
        #expect(total.quantile(0.5) == 0.0005)
        #expect(bench.series(.hour).total == total)
        // Ten seconds that are over: eight of requests, and the two after them.
        #expect(bench.series(.minutes).latest.perSecond(.requests) == 2.7)
    }

    @Test("The rings wrap: an hour of seconds and a day of minutes are kept, and nothing older is shown")
    func wrap() {
        let bench = Bench()
        bench.pass(FigureSampler.secondsKept + 100, requests: 1)
        #expect(bench.series(.minutes).total[.requests] >= 590)
        #expect(bench.series(.hour).total[.requests] >= 3540)
        #expect(bench.series(.hour).total[.requests] <= 3600)
        #expect(bench.series(.day).total[.requests] == 3700)
        #expect(bench.series(.day).points.count == 72)
        bench.clock.advance(by: .seconds(7200))
        #expect(bench.series(.hour).total == FigureCounts(layout: Bench.layout))
        #expect(bench.series(.day).total[.requests] == 3700)
        bench.clock.advance(by: .seconds(2 * 86_400))
        #expect(bench.series(.day).total == FigureCounts(layout: Bench.layout))
    }

    @Test("Counts that are larger than a row can hold saturate")
    func limits() {
        let bench = Bench()
        bench.counted.add(requests: .max)
        bench.pass(1)
        #expect(bench.series(.minutes).total[.requests] == UInt64(UInt32.max))
        bench.pass(3)
        #expect(bench.series(.minutes).total[.requests] == UInt64(UInt32.max))
    }

    @Test(
        "A clock that is set back shows nothing of the time that has not come, and goes on", arguments: [100, 90_000])
    func back(_ seconds: Int) {
        let bench = Bench()
        bench.pass(30, requests: 5)
        bench.clock.advance(by: .seconds(-seconds))
        for period in FigurePeriod.allCases { #expect(bench.series(period).total[.requests] == 0) }
        bench.pass(20, requests: 1)
        let total = bench.series(.minutes).total
        #expect((total[.requests], total[.seconds]) == (20, 20))
    }

    @Test("A clock that runs ahead loses nothing but the time that it left out", arguments: [5, 400, 86_400 * 400])
    func ahead(_ seconds: Int) {
        let bench = Bench()
        bench.pass(3, requests: 1)
        bench.clock.advance(by: .seconds(seconds))
        bench.pass(1, requests: 60)
        let latest = bench.series(.minutes)
        #expect(latest.total[.requests] == (seconds <= 400 ? 63 : 60))
        // A short gap was a busy machine, and counts as time; a long one is a jump.
        #expect(latest.total[.seconds] == (seconds == 5 ? 9 : seconds == 400 ? 4 : 1))
    }

    @Test("Each minute is written once, and a new process reads the last day")
    func restart() async throws {
        let bench = Bench()
        let store = try SQLiteStore(directory: TemporaryDirectory().path)
        bench.pass(150, requests: 2, expired: 1)
        await bench.sampler.write(to: store.figures)
        await bench.sampler.write(to: store.figures)
        let written = try await store.figures.minutes(since: .distantPast, limit: 10)
        #expect(written.count == 2)
        #expect(written.allSatisfy { $0.process == bench.sampler.process && $0.at.seconds % 60 == 0 })
        bench.sampler.endMinute()
        await bench.sampler.write(to: store.figures)

        let (clock, counted) = (bench.clock, bench.counted)
        let next = FigureSampler(Bench.layout, Runtime(clock: { clock.now })) { counted.value }
        await next.read(from: store.figures)
        for period in [FigurePeriod.hour, .day] {
            let (found, before) = (next.series(period, at: clock.now).total, bench.series(period).total)
            #expect(found == before && found[.requests] == 300, "\(period)")
        }
        // The minute in which the server was restarted has two rows, and both count.
        clock.advance(by: .seconds(1))
        counted.add(requests: 7)
        next.sample()
        next.endMinute()
        await next.write(to: store.figures)
        #expect(next.series(.hour, at: clock.now).total[.requests] == 307)

        // Other layouts are read as far as they are known.
        let other = FigureSampler(FigureLayout(bounds: [0.5]), Runtime(clock: { clock.now })) { counted.value }
        await other.read(from: store.figures)
        #expect(other.series(.hour, at: clock.now).total[.requests] == 307)
        clock.advance(by: .seconds(2 * 86_400))
        let late = FigureSampler(Bench.layout, Runtime(clock: { clock.now })) { counted.value }
        await late.read(from: store.figures)
        #expect(late.series(.day, at: clock.now).total[.requests] == 0)
        await store.close()
    }

    @Test("A day in which the server was restarted all the time is read as a whole")
    func restarts() async throws {
        let bench = Bench()
        let store = try SQLiteStore(directory: TemporaryDirectory().path)
        let minute = UnixTime(seconds: bench.clock.now.seconds / 60 * 60)
        func add(_ minutes: Range<Int64>, processes: Int) async throws {
            try await store.figures.add(
                minutes.flatMap { back in
                    (0..<processes).map {
                        MinuteFigures(
                            at: minute - .seconds(60 * back), process: "\($0)", counts: ["requests": .number(1)])
                    }
                }, capacity: MinuteFigures.capacity)
        }
        try await add(1500..<1600, processes: 1)
        try await add(0..<1440, processes: 3)
        await bench.sampler.read(from: store.figures)
        #expect(bench.sampler.series(.hour, at: bench.clock.now).total[.requests] == 180)
        let day = bench.sampler.series(.day, at: bench.clock.now).total[.requests]
        #expect(day > 3 * 1400 && day <= 3 * 1440)
        await store.close()
    }

    @Test("A store that is full or broken is reported once, and what was not written is written later, within a limit")
    func failure() async throws {
        let bench = Bench()
        await bench.sampler.read(from: FullStore())
        bench.pass(61, requests: 1)
        for _ in 0..<3 { await bench.sampler.write(to: FullStore()) }
        #expect(bench.events.value.count == 2)
        for _ in 0..<FigureSampler.maximumUnwritten + 10 {
            bench.clock.advance(by: .seconds(60))
            bench.sampler.sample()
        }
        await bench.sampler.write(to: FullStore())
        #expect(bench.events.value.count == 2)
        let store = try SQLiteStore(directory: TemporaryDirectory().path)
        await bench.sampler.write(to: store.figures)
        #expect(
            try await store.figures.minutes(since: .distantPast, limit: 1000).count == FigureSampler.maximumUnwritten)
        bench.pass(61)
        await bench.sampler.write(to: FullStore())
        #expect(bench.events.value.count == 3)
        await store.close()
    }
}

/// A value that several tasks change.
private final class Mutexed<Value: Sendable>: Sendable {
    private let state: Mutex<Value>

    init(_ value: Value) { state = Mutex(value) }

    var value: Value { state.withLock { $0 } }

    func change(_ body: @Sendable (inout Value) -> Void) { state.withLock { body(&$0) } }
}
