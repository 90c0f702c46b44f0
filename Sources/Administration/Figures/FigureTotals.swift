@_exported import Server

/// What a server has done since it started: numbers that only grow.
package struct FigureTotals: Sendable {
    /// Counts that are not divided further. The raw value is the position in a row.
    package enum Count: Int, Sendable, CaseIterable {
        /// The seconds that were sampled.
        case seconds
        /// Requests that the token endpoint answered.
        case requests
        case tokens
        case replays
        /// Rows that were written in the transactions of the replay log.
        case claims
        case commits
        case fetches
        case failedFetches

        /// The name in stored minutes.
        var name: String { self == .failedFetches ? "failed_fetches" : "\(self)" }
    }

    /// `seconds` is counted by the sampler.
    private var counts = [UInt64](repeating: 0, count: Count.allCases.count)
    /// The number of requests whose duration lies in each bucket, and last that beyond all bounds.
    package var durations: [UInt64] = []
    /// By code.
    package var refusals: [String: UInt64] = [:]

    package init() {}

    package init(_ metrics: MetricsSnapshot) {
        self[.requests] = metrics.tokenDurations.count
        self[.tokens] = metrics.tokensByGrant.values.reduce(0, &+)
        (self[.replays], self[.claims], self[.commits]) = (metrics.replays, metrics.claims, metrics.commits)
        (self[.fetches], self[.failedFetches]) = (metrics.keySetFetches, metrics.failedKeySetFetches)
        refusals = metrics.refusals
        var before: UInt64 = 0
        durations = metrics.tokenDurations.cumulativeCounts.map { count in
            defer { before = count }
            return count > before ? count - before : 0
        }
    }

    package subscript(_ count: Count) -> UInt64 {
        get { counts[count.rawValue] }
        set { counts[count.rawValue] = newValue }
    }
}

/// Where each count stands in a row of figures.
package struct FigureLayout: Sendable, Equatable {
    /// The inclusive upper bounds of the durations of token requests, ascending, in seconds.
    package let bounds: [Double]
    /// The codes of refusals that are counted apart, and `other`.
    let codes: [String]

    /// The codes of refusals that no assertion rule gives: too many to be counted apart.
    static let other = "other"

    package init(bounds: [Double], codes: [String] = RejectionCode.allCases.map(\.rawValue)) {
        self.bounds = bounds
        self.codes = codes + [Self.other]
    }

    var width: Int { Self.durations + bounds.count + 1 + codes.count }
    /// The position of the first bucket of durations.
    static var durations: Int { FigureTotals.Count.allCases.count }
    /// The position of the first code of refusals.
    var refusals: Int { Self.durations + bounds.count + 1 }

    /// The names of the counts in stored minutes, in their order.
    var names: [String] {
        FigureTotals.Count.allCases.map(\.name)
            + bounds.map { "within_\(Int64(($0 * 1_000_000).rounded()))_us" } + ["slower"]
            + codes.map { "refused_\($0)" }
    }

    /// Writes the counts into a row.
    func write(_ totals: FigureTotals, into row: inout [UInt64]) {
        for count in FigureTotals.Count.allCases { row[count.rawValue] = totals[count] }
        for bucket in 0...bounds.count {
            row[Self.durations + bucket] = bucket < totals.durations.count ? totals.durations[bucket] : 0
        }
        for position in refusals..<width { row[position] = 0 }
        for (code, count) in totals.refusals {
            row[refusals + (codes.firstIndex(of: code) ?? codes.count - 1)] &+= count
        }
    }

    /// Renders a row as it is stored: without zeros.
    func json(_ row: [UInt64]) -> JSONObject {
        JSONObject(
            zip(names, row).filter { $0.1 > 0 }.map { ($0.0, .number(Int64(clamping: $0.1))) })
    }

    /// Reads a stored row. Counts that this version does not know are left out.
    func row(_ object: JSONObject) -> [UInt64] {
        names.map { name in
            guard case .number(let number)? = object[name] else { return 0 }
            return UInt64(exactly: number.double) ?? 0
        }
    }
}
