import Testing

@testable import Server

@Suite("Histograms")
struct HistogramTests {
    @Test("count a value in the bucket whose bound it does not exceed, and add it to the sum")
    func buckets() {
        let histogram = Histogram(.count, bounds: [1, 10, 100])
        for value: UInt64 in [0, 1, 2, 10, 11, 101, 5000] { histogram.record(value) }
        #expect(
            histogram.snapshot
                == HistogramSnapshot(bounds: [1, 10, 100], cumulativeCounts: [2, 4, 5, 7], sum: 5125))
        #expect(histogram.snapshot.count == 7)
    }

    @Test("report durations in seconds, a negative one as zero")
    func durations() {
        let histogram = Histogram(.seconds, bounds: [1_000_000])
        histogram.record(.microseconds(250))
        histogram.record(.seconds(-3))
        #expect(histogram.snapshot == HistogramSnapshot(bounds: [0.001], cumulativeCounts: [2, 2], sum: 0.00025))
    }

    @Test(
        "round down, and saturate",
        arguments: [(Duration.seconds(18), 18.0), (.seconds(19), 19), (.seconds(3600), 3600)])
    func longDurations(_ duration: Duration, _ seconds: Double) {
        let histogram = Histogram(.seconds, bounds: [])
        histogram.record(duration + .nanoseconds(1))
        #expect(abs(histogram.snapshot.sum - seconds) < 1e-6)
    }

    @Test("lose no value that another thread records")
    func concurrent() async {
        let histogram = Histogram(.count, bounds: [5])
        await withTaskGroup { group in
            for _ in 0..<8 { group.addTask { for value in 0..<10_000 { histogram.record(UInt64(value % 10)) } } }
        }
        #expect(histogram.snapshot.cumulativeCounts == [48_000, 80_000])
        #expect(histogram.snapshot.sum == 360_000)
    }

    @Test("estimate quantiles within a bucket", arguments: [(0.25, 5.0), (0.5, 10), (0.75, 15), (0.99, 20)])
    func quantiles(_ fraction: Double, _ value: Double) {
        let snapshot = HistogramSnapshot(bounds: [10, 20], cumulativeCounts: [2, 4, 4], sum: 0)
        #expect(abs((snapshot.quantile(fraction) ?? 0) - value) < 0.5)
        #expect(HistogramSnapshot(bounds: [10], cumulativeCounts: [0, 3], sum: 0).quantile(0.5) == 10)
        #expect(HistogramSnapshot.empty.quantile(0.5) == nil)
    }

    @Test("give the difference of two snapshots")
    func difference() {
        let histogram = Histogram(.count, bounds: [1])
        histogram.record(1)
        let earlier = histogram.snapshot
        histogram.record(3)
        #expect(
            histogram.snapshot.since(earlier) == HistogramSnapshot(bounds: [1], cumulativeCounts: [0, 1], sum: 3))
    }
}
