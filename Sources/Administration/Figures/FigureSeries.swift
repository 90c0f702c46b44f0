@_exported import Server

/// How far back the figures go.
package enum FigurePeriod: String, Sendable, CaseIterable {
    case minutes, hour, day

    package static let standard = hour

    /// The number of points, which are as many as a small chart can show.
    package var points: Int {
        switch self {
        case .minutes, .hour: 60
        case .day: 72
        }
    }

    /// The length of a point, in seconds.
    package var step: Int64 { slot * Int64(slotsPerPoint) }

    /// The length of the rows that it is made of, in seconds.
    var slot: Int64 {
        switch self {
        case .minutes: 1
        case .hour, .day: 60
        }
    }

    var slotsPerPoint: Int {
        switch self {
        case .minutes: 10
        case .hour: 1
        case .day: 20
        }
    }

    /// In a sentence.
    package var words: String {
        switch self {
        case .minutes: "in the last 10 minutes"
        case .hour: "in the last hour"
        case .day: "in the last day"
        }
    }
}

/// What a server did in a period, in equal steps.
package struct FigureSeries: Sendable {
    package let period: FigurePeriod
    /// The beginning of the first point.
    package let start: UnixTime
    /// The oldest first. The last one is not over.
    package let points: [FigureCounts]
    /// The last ten seconds that are over.
    package let latest: FigureCounts

    package func start(of point: Int) -> UnixTime { start + .seconds(Int64(point) * period.step) }

    /// All points together.
    package var total: FigureCounts {
        points.dropFirst().reduce(into: points[0]) { sum, point in
            for index in sum.row.indices { sum.row[index] &+= point.row[index] }
        }
    }
}

/// What a server did in some time.
package struct FigureCounts: Sendable, Equatable {
    let layout: FigureLayout
    var row: [UInt64]

    init(layout: FigureLayout) {
        self.layout = layout
        row = Array(repeating: 0, count: layout.width)
    }

    package subscript(_ count: FigureTotals.Count) -> UInt64 { row[count.rawValue] }

    /// Whether the server was there at all.
    package var isKnown: Bool { self[.seconds] > 0 }

    /// How often something happened each second; `nil` if the server was not there.
    package func perSecond(_ count: FigureTotals.Count) -> Double? {
        isKnown ? Double(self[count]) / Double(self[.seconds]) : nil
    }

    /// The rows that each transaction of the replay log wrote; `nil` if there were none.
    package var rowsPerCommit: Double? {
        self[.commits] > 0 ? Double(self[.claims]) / Double(self[.commits]) : nil
    }

    /// The refusals by code, without those that did not happen.
    package var refusals: [(code: String, count: UInt64)] {
        zip(layout.codes, row[layout.refusals...]).filter { $0.1 > 0 }.map { (code: $0.0, count: $0.1) }
    }

    package func refusals(_ code: String) -> UInt64 {
        layout.codes.firstIndex(of: code).map { row[layout.refusals + $0] } ?? 0
    }

    package var refusalCount: UInt64 { row[layout.refusals...].reduce(0, &+) }

    /// Estimates the time within which a share of the token requests was answered.
    ///
    /// - Parameter fraction: 0.5 for the median.
    /// - Returns: in seconds; the largest bound for longer ones; `nil` if there were no requests.
    package func quantile(_ fraction: Double) -> Double? {
        var total: UInt64 = 0
        let cumulative = row[FigureLayout.durations..<layout.refusals].map { count in
            total &+= count
            return total
        }
        return HistogramSnapshot(bounds: layout.bounds, cumulativeCounts: cumulative, sum: 0).quantile(fraction)
    }
}
