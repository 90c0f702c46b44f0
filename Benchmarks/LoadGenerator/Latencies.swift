import CountersignJOSE
import NIOCore

/// The response times of requests.
struct Latencies: Sendable {
    private var nanoseconds: [UInt64] = []

    var count: Int { nanoseconds.count }

    mutating func reserve(_ capacity: Int) {
        nanoseconds.reserveCapacity(capacity)
    }

    mutating func append(_ latency: TimeAmount) {
        nanoseconds.append(UInt64(max(0, latency.nanoseconds)))
    }

    /// Returns the percentiles for the given shares (0 to 1), in milliseconds.
    func milliseconds(at shares: [Double]) -> [Double] {
        let sorted = nanoseconds.sorted()
        guard !sorted.isEmpty else { return shares.map { _ in 0 } }
        return shares.map { share in
            Double(sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]) / 1e6
        }
    }

    /// Returns the number of answers that took at least this long.
    func count(from limit: Duration) -> Int {
        let least = limit / .nanoseconds(1)
        return nanoseconds.count { Double($0) >= least }
    }

    var json: JSONValue {
        let figures = milliseconds(at: [0.5, 0.99, 0.999, 1])
        return .object(
            [
                "requests": Figures.json(count), "median": Figures.json(figures[0]),
                "p99": Figures.json(figures[1]), "p999": Figures.json(figures[2]),
                "maximum": Figures.json(figures[3]),
            ])
    }
}
