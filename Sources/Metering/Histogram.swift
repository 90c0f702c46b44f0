import Synchronization

/// A distribution of values in fixed buckets. Recording one takes two relaxed additions and no lock.
///
/// `@unchecked Sendable`: `cells` is set once and holds atomics only, which live as long as this object.
package final class Histogram: @unchecked Sendable {
    /// The unit of the recorded integers.
    package enum Unit: Sendable {
        /// Recorded in nanoseconds, reported in seconds.
        case seconds
        case count

        var factor: Double {
            switch self {
            case .seconds: 1e-9
            case .count: 1
            }
        }
    }

    private let unit: Unit
    /// The inclusive upper bounds, ascending; a last bucket has the values beyond them.
    private let bounds: [UInt64]
    /// One for each bucket, and the sum.
    private let cells: UnsafeMutablePointer<Atomic<UInt64>>
    private var cellCount: Int { bounds.count + 2 }

    /// - Parameter bounds: inclusive upper bounds in the recorded integers, ascending.
    package init(_ unit: Unit, bounds: [UInt64]) {
        self.unit = unit
        self.bounds = bounds
        cells = .allocate(capacity: bounds.count + 2)
        for index in 0..<cellCount { (cells + index).initialize(to: Atomic(0)) }
    }

    deinit {
        cells.deinitialize(count: cellCount)
        cells.deallocate()
    }

    package func record(_ value: UInt64) {
        var bucket = 0
        while bucket < bounds.count, bounds[bucket] < value { bucket += 1 }
        cells[bucket].wrappingAdd(1, ordering: .relaxed)
        cells[bounds.count + 1].wrappingAdd(value, ordering: .relaxed)
    }

    /// - Parameter duration: a negative one counts as zero.
    package func record(_ duration: Duration) { record(duration.nanoseconds) }

    package var snapshot: HistogramSnapshot {
        var counts: [UInt64] = []
        var total: UInt64 = 0
        for index in 0...bounds.count {
            total &+= cells[index].load(ordering: .relaxed)
            counts.append(total)
        }
        return HistogramSnapshot(
            bounds: bounds.map { Double($0) * unit.factor }, cumulativeCounts: counts,
            sum: Double(cells[bounds.count + 1].load(ordering: .relaxed)) * unit.factor)
    }
}

/// What a histogram has recorded since the process started.
package struct HistogramSnapshot: Sendable, Equatable {
    /// The inclusive upper bounds of the buckets, ascending, in seconds or as counts.
    package let bounds: [Double]
    /// The number of values up to each bound, and last that of all values.
    package private(set) var cumulativeCounts: [UInt64]
    package private(set) var sum: Double

    package init(bounds: [Double], cumulativeCounts: [UInt64], sum: Double) {
        self.bounds = bounds
        self.cumulativeCounts = cumulativeCounts
        self.sum = sum
    }

    package static let empty = HistogramSnapshot(bounds: [], cumulativeCounts: [0], sum: 0)

    package var count: UInt64 { cumulativeCounts.last ?? 0 }

    /// Adds another histogram with the same buckets.
    package mutating func add(_ other: HistogramSnapshot) {
        guard !bounds.isEmpty else {
            self = other
            return
        }
        guard bounds == other.bounds else { return }
        cumulativeCounts = zip(cumulativeCounts, other.cumulativeCounts).map { $0 &+ $1 }
        sum += other.sum
    }

    /// Returns what was recorded after an earlier snapshot of the same histogram.
    package func since(_ earlier: HistogramSnapshot) -> HistogramSnapshot {
        guard bounds == earlier.bounds else { return self }
        return HistogramSnapshot(
            bounds: bounds,
            cumulativeCounts: zip(cumulativeCounts, earlier.cumulativeCounts).map { $0 > $1 ? $0 - $1 : 0 },
            sum: max(0, sum - earlier.sum))
    }

    /// Estimates a quantile, interpolated within its bucket as Prometheus does.
    ///
    /// - Parameter fraction: 0.5 for the median.
    /// - Returns: the largest bound for values beyond it; `nil` if nothing was recorded.
    package func quantile(_ fraction: Double) -> Double? {
        guard count > 0, let largest = bounds.last else { return nil }
        let rank = fraction * Double(count)
        guard let bucket = cumulativeCounts.firstIndex(where: { Double($0) >= rank }), bucket < bounds.count else {
            return largest
        }
        let (below, lower) = bucket == 0 ? (0, 0) : (Double(cumulativeCounts[bucket - 1]), bounds[bucket - 1])
        let inside = Double(cumulativeCounts[bucket]) - below
        return inside == 0 ? bounds[bucket] : lower + (bounds[bucket] - lower) * (rank - below) / inside
    }
}

extension Duration {
    /// Whole nanoseconds; 0 for a negative duration, saturating after 584 years.
    fileprivate var nanoseconds: UInt64 {
        // Up to 18 seconds, so nearly always, without a division of 128 bits.
        if let attoseconds = UInt64(exactly: attoseconds) { return attoseconds / 1_000_000_000 }
        return attoseconds < 0 ? 0 : UInt64(clamping: attoseconds / 1_000_000_000)
    }
}
