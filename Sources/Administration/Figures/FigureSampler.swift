@_exported import Server
import Synchronization

/// What a server did in each second of the last hour and in each minute of the last day.
///
/// It looks at the totals once a second and keeps the differences, so that nothing is added to what a request costs. A class because the
/// pages, the admin API and the task that samples share it.
///
/// The clock may jump. Each difference counts for the time at which it was taken; rows of a clock that ran ahead are not shown until that time
/// comes, and are then replaced. What is asked for is always the time up to now, so no row is shown for a time at which there was none.
package final class FigureSampler: Sendable {
    /// The seconds and minutes in memory.
    static let (secondsKept, minutesKept) = (3600, 1440)
    /// The most minutes that wait to be written. Older ones are dropped.
    static let maximumUnwritten = 60
    /// The most rows that are read at the start. A minute has a row for each process that ended in it.
    static let maximumRead = 10 * minutesKept
    /// The longest time between two samples that is not taken for a jump of the clock, in seconds.
    private static let longestGap: Int64 = 10

    private struct State {
        /// The totals at the last sample.
        var totals: [UInt64]
        /// The differences of the current sample; memory that is used again.
        var differences: [UInt64]
        var seconds: FigureRing
        var minutes: FigureRing
        var lastSecond: Int64?
        /// The minute that is not over, and what is not yet written of it.
        var minute: Int64?
        var ofMinute: [UInt64]
        var unwritten: [MinuteFigures] = []
        var isFailureReported = false
    }

    package let layout: FigureLayout
    /// The name of this process in stored minutes.
    let process: String
    package let startedAt: UnixTime
    private let source: @Sendable () -> FigureTotals
    private let runtime: Runtime
    private let state: Mutex<State>

    /// Samples what a server counts.
    package convenience init(_ runtime: Runtime) {
        let metrics = runtime.metrics
        self.init(FigureLayout(bounds: metrics.snapshot().tokenDurations.bounds), runtime) {
            FigureTotals(metrics.snapshot())
        }
    }

    /// - Parameter source: returns the totals. They never become smaller.
    package init(_ layout: FigureLayout, _ runtime: Runtime, source: @escaping @Sendable () -> FigureTotals) {
        self.layout = layout
        self.source = source
        self.runtime = runtime
        process = Base64URL.encode(RandomBytes.make(9))
        startedAt = runtime.clock()
        let zeros = [UInt64](repeating: 0, count: layout.width)
        var totals = zeros
        layout.write(source(), into: &totals)
        state = Mutex(
            State(
                totals: totals, differences: zeros,
                seconds: FigureRing(capacity: Self.secondsKept, width: layout.width),
                minutes: FigureRing(capacity: Self.minutesKept, width: layout.width), ofMinute: zeros))
    }

    /// Samples and writes until the task is cancelled, and then once more.
    package func run(writingTo store: any FigureStore) async {
        await read(from: store)
        await withDiscardingTaskGroup { group in
            group.addTask {
                // Sampling follows the clock, and there is nothing else to wait for; a cancelled sleep ends it.
                while (try? await Task.sleep(for: self.timeToNextSecond)) != nil { self.sample() }
            }
            // A task of its own, so that a store that does not answer delays no sample. What the store refused is tried again at the next turn.
            group.addTask {
                while (try? await Task.sleep(for: .seconds(5))) != nil { await self.write(to: store) }
            }
        }
        // In a new task, because stores do not write in a cancelled one.
        await Task {
            self.sample()
            self.endMinute()
            await self.write(to: store)
        }.value
    }

    private var timeToNextSecond: Duration {
        let rest = runtime.clock().milliseconds % 1000
        return .milliseconds(1000 - max(0, rest))
    }

    /// Takes the differences since the last sample.
    func sample() {
        let totals = source()
        // Taken at the beginning of a second, for the one before.
        let second = (runtime.clock() - .milliseconds(500)).seconds
        state.withLock { state in
            layout.write(totals, into: &state.differences)
            for index in state.totals.indices {
                let (now, earlier) = (state.differences[index], state.totals[index])
                state.totals[index] = now
                state.differences[index] = now > earlier ? now - earlier : 0
            }
            let gap = second - (state.lastSecond ?? second - 1)
            state.differences[FigureTotals.Count.seconds.rawValue] =
                (0...Self.longestGap).contains(gap) ? UInt64(gap) : 1
            state.lastSecond = second
            let minute = Self.minute(second)
            if minute != state.minute { end(&state) }
            state.minute = minute
            for index in state.ofMinute.indices { state.ofMinute[index] &+= state.differences[index] }
            state.seconds.add(state.differences, at: second)
            state.minutes.add(state.differences, at: minute)
        }
    }

    /// Ends the minute before its time.
    func endMinute() { state.withLock { end(&$0) } }

    private func end(_ state: inout State) {
        guard let minute = state.minute else { return }
        state.unwritten.append(
            MinuteFigures(
                at: UnixTime(seconds: minute * 60), process: process, counts: layout.json(state.ofMinute)))
        if state.unwritten.count > Self.maximumUnwritten { state.unwritten.removeFirst() }
        state.minute = nil
        for index in state.ofMinute.indices { state.ofMinute[index] = 0 }
    }

    private static func minute(_ second: Int64) -> Int64 { second >= 0 ? second / 60 : (second - 59) / 60 }

    // MARK: The store

    /// Reads the last day. A store that cannot be read is reported.
    func read(from store: any FigureStore) async {
        do throws(StoreError) {
            try await load(from: store)
        } catch {
            runtime.report(.figuresNotRead(error))
        }
    }

    /// Reads the last day.
    func load(from store: any FigureStore) async throws(StoreError) {
        let now = Self.minute(runtime.clock().seconds)
        let start = UnixTime(seconds: (now - Int64(Self.minutesKept) + 1) * 60)
        let minutes = try await store.minutes(since: start, limit: Self.maximumRead)
        state.withLock { state in
            for minute in minutes {
                let slot = Self.minute(minute.at.seconds)
                guard now - Int64(Self.minutesKept) < slot, slot <= now else { continue }
                state.minutes.add(layout.row(minute.counts), at: slot)
            }
        }
    }

    /// Writes the minutes that are over. Those that were not written are tried again; a store that stays full or broken is reported once.
    func write(to store: any FigureStore) async {
        let minutes = state.withLock { state in
            defer { state.unwritten = [] }
            return state.unwritten
        }
        guard !minutes.isEmpty else { return }
        do throws(StoreError) {
            try await store.add(minutes, capacity: MinuteFigures.capacity)
            state.withLock { $0.isFailureReported = false }
        } catch {
            let isNew = state.withLock { state in
                state.unwritten = Array((minutes + state.unwritten).suffix(Self.maximumUnwritten))
                defer { state.isFailureReported = true }
                return !state.isFailureReported
            }
            if isNew { runtime.report(.figuresNotWritten(error)) }
        }
    }

    // MARK: What it knows

    /// Returns what the server did in a period, in equal steps that end now.
    package func series(_ period: FigurePeriod, at now: UnixTime) -> FigureSeries {
        let (slot, step) = (period.slot, Int64(period.slotsPerPoint))
        let end = (now.seconds / slot / step + 1) * step
        let second = now.seconds
        return state.withLock { state in
            func counts(_ range: Range<Int64>, ofSeconds: Bool) -> FigureCounts {
                var counts = FigureCounts(layout: layout)
                if ofSeconds {
                    state.seconds.sum(range, into: &counts.row)
                } else {
                    state.minutes.sum(range, into: &counts.row)
                }
                return counts
            }
            let points = (1...period.points).reversed().map { back in
                // The running step has nothing of the time to come, whatever an earlier clock has left there.
                let start = end - Int64(back) * step
                return counts(start..<max(start, min(start + step, second / slot + 1)), ofSeconds: slot == 1)
            }
            return FigureSeries(
                period: period, start: UnixTime(seconds: (end - Int64(period.points) * step) * slot), points: points,
                latest: counts(max(0, second - 10)..<max(0, second), ofSeconds: true))
        }
    }
}
