import Administration

/// The charts of the overview, from the figures of a period.
struct OverviewCharts: Sendable {
    let series: FigureSeries

    private var points: [FigureCounts] { series.points }
    private var period: FigurePeriod { series.period }

    /// When each point begins, and the end of the last one.
    private var times: [String] {
        (0...points.count).map { ShownTime.clock(series.start(of: $0), withSeconds: period == .minutes) }
    }

    var all: [Chart] { [requests, durations, refusals, replays, commits, fetches] }

    private func known(_ value: (FigureCounts) -> Double?) -> [Double?] { points.map { $0.isKnown ? value($0) : nil } }

    private func counts(_ value: (FigureCounts) -> UInt64) -> [Double?] { known { Double(value($0)) } }

    private func total(_ value: (FigureCounts) -> UInt64) -> String {
        ShownNumber.of(Int(clamping: points.reduce(0) { $0 &+ value($1) }))
    }

    private func line(
        _ id: String, _ title: String, _ figure: (String, String), _ description: String, _ series: [Chart.Series]
    ) -> Chart {
        Chart(
            id: id, title: title, description: description, figure: figure, kind: .line, isWhole: false,
            series: series, times: times)
    }

    private func bars(
        _ id: String, _ title: String, _ number: String, _ description: String, _ series: [Chart.Series]
    ) -> Chart {
        Chart(
            id: id, title: title, description: description, figure: (number, period.words), kind: .bars,
            isWhole: true, series: series, times: times)
    }

    private var requests: Chart {
        let values = known { $0.perSecond(.requests) }
        let now = ShownNumber.of(series.latest.perSecond(.requests) ?? 0)
        return line(
            "requests", "Token requests", (now, "per second"),
            "\(Self.range(values, "requests per second")) \(period.words), \(now) now.",
            [
                Chart.Series(name: "Requests per second", values: values),
                Chart.Series(name: "Tokens per second", values: known { $0.perSecond(.tokens) }),
            ])
    }

    private var durations: Chart {
        func milliseconds(_ fraction: Double) -> [Double?] { known { $0.quantile(fraction).map { $0 * 1000 } } }
        let median = series.total.quantile(0.5).map { ShownNumber.of($0 * 1000) }
        let slowest = milliseconds(0.99)
        return line(
            "durations", "Time to answer", (median ?? "–", "ms, the median \(period.words)"),
            median.map {
                "\(Self.range(slowest, "ms for the slowest 1%")) \(period.words); half of all took at most \($0) ms."
            } ?? "No token request \(period.words).",
            [
                Chart.Series(name: "Slowest 1%, ms", values: slowest),
                Chart.Series(name: "Median, ms", values: milliseconds(0.5)),
            ])
    }

    private var refusals: Chart {
        let all = series.total
        let top = all.refusals.max { ($0.count, $1.code) < ($1.count, $0.code) }
        let number = total(\.refusalCount)
        guard let top else {
            return bars(
                "refusals", "Refusals", "0", "No request was refused \(period.words).",
                [Chart.Series(name: "All causes", values: counts(\.refusalCount))])
        }
        let title = RefusalWords.title(of: top.code)
        return bars(
            "refusals", "Refusals", number,
            "\(number) refusals \(period.words), \(ShownNumber.of(Int(clamping: top.count))) of them: \(title.lowercased()).",
            [
                Chart.Series(name: title, values: counts { $0.refusals(top.code) }),
                Chart.Series(name: "All other causes", values: counts { $0.refusalCount - $0.refusals(top.code) }),
            ])
    }

    private var replays: Chart {
        let number = total { $0[.replays] }
        return bars(
            "replays", "Assertions used before", number,
            "\(number) assertions that had been used before \(period.words).",
            [Chart.Series(name: "Used before", values: counts { $0[.replays] })])
    }

    private var commits: Chart {
        let values = known(\.rowsPerCommit)
        let average = series.total.rowsPerCommit.map(ShownNumber.of)
        return line(
            "commits", "Rows per commit", (average ?? "–", "on average \(period.words)"),
            average.map { "\(Self.range(values, "rows per commit")) \(period.words), \($0) on average." }
                ?? "Nothing was written to the replay log \(period.words).",
            [Chart.Series(name: "Rows per commit", values: values)])
    }

    private var fetches: Chart {
        let (succeeded, failed) = (total { $0[.fetches] }, total { $0[.failedFetches] })
        return bars(
            "fetches", "Key sets read", succeeded,
            "Key sets were read \(succeeded) times \(period.words), and \(failed) attempts failed.",
            [
                Chart.Series(name: "Succeeded", values: counts { $0[.fetches] }),
                Chart.Series(name: "Failed", values: counts { $0[.failedFetches] }),
            ])
    }

    /// The smallest and the largest value in words.
    private static func range(_ values: [Double?], _ unit: String) -> String {
        let known = values.compactMap(\.self)
        guard let least = known.min(), let most = known.max() else { return "Nothing is known" }
        let (low, high) = (ShownNumber.of(least), ShownNumber.of(most))
        return low == high ? "\(low) \(unit)" : "Between \(low) and \(high) \(unit)"
    }
}
