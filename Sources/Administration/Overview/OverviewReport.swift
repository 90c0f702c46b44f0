@_exported import Server

/// The overview in numbers: what the admin API answers and the command line prints.
package struct OverviewReport: Sendable {
    /// What a running server knows, and its store does not.
    package struct Live: Sendable {
        package let startedAt: UnixTime
        /// The last ten seconds that are over.
        package let latest: OverviewFigures
        package let health: HealthReport
    }

    package let at: UnixTime
    package let period: FigurePeriod
    /// The length of a point.
    package let step: Duration
    /// The oldest first. The last one is not over.
    package let points: [OverviewFigures]
    /// All points together.
    package let total: OverviewFigures
    /// `nil` for a store without its server.
    package let live: Live?

    init(_ series: FigureSeries, at now: UnixTime, live: Live? = nil) {
        at = now
        period = series.period
        step = .seconds(series.period.step)
        points = series.points.enumerated().map { OverviewFigures($1, from: series.start(of: $0)) }
        total = OverviewFigures(series.total, from: series.start)
        self.live = live
    }

    package init(_ overview: Overview) {
        let latest = OverviewFigures(overview.series.latest, from: overview.at - .seconds(10))
        self.init(
            overview.series, at: overview.at,
            live: Live(startedAt: overview.startedAt, latest: latest, health: overview.health))
    }

    package var json: JSONObject {
        [
            "at": .string(at.text), "period": .string(period.rawValue),
            "step_seconds": .number(Int(step / .seconds(1))), "total": .object(total.json),
            "points": .array(points.map(\.json)),
            "live": .object(
                live.map { live -> JSONObject in
                    [
                        "started_at": .string(live.startedAt.text), "latest": .object(live.latest.json),
                        "health": .object(live.health.json),
                    ]
                }) ?? .null,
        ]
    }
}

/// What a server did in some time, in numbers.
package struct OverviewFigures: Sendable, Equatable {
    /// The beginning of the time.
    package let at: UnixTime
    /// The seconds in which the server was there.
    package let seconds: Int
    /// Requests that the token endpoint answered.
    package let requests: Int
    package let tokens: Int
    package let refused: Int
    /// The refusals by code, without those that did not happen.
    package let codes: [String: Int]
    /// Assertions that had been used before.
    package let replays: Int
    /// Rows of the replay log, and the transactions that wrote them.
    package let rows: Int
    package let commits: Int
    package let keySetReads: Int
    package let failedKeySetReads: Int
    /// The time within which half of the token requests were answered, in microseconds; `nil` if there were none.
    package let median: Int?
    /// That of 99% of them.
    package let slowest: Int?

    init(_ counts: FigureCounts, from start: UnixTime) {
        func number(_ count: FigureTotals.Count) -> Int { Int(clamping: counts[count]) }
        func microseconds(_ fraction: Double) -> Int? {
            counts.quantile(fraction).flatMap { Int(exactly: ($0 * 1_000_000).rounded()) }
        }
        at = start
        (seconds, requests, tokens) = (number(.seconds), number(.requests), number(.tokens))
        refused = Int(clamping: counts.refusalCount)
        codes = Dictionary(uniqueKeysWithValues: counts.refusals.map { ($0.code, Int(clamping: $0.count)) })
        (replays, rows, commits) = (number(.replays), number(.claims), number(.commits))
        (keySetReads, failedKeySetReads) = (number(.fetches), number(.failedFetches))
        (median, slowest) = (microseconds(0.5), microseconds(0.99))
    }

    package var json: JSONObject {
        [
            "at": .string(at.text), "seconds": .number(seconds), "requests": .number(requests),
            "tokens": .number(tokens), "refused": .number(refused),
            "refused_by_code": .object(
                JSONObject(codes.sorted { $0.key < $1.key }.map { ($0.key, JSONValue.number($0.value)) })),
            "replays": .number(replays), "rows": .number(rows), "commits": .number(commits),
            "key_set_reads": .number(keySetReads), "failed_key_set_reads": .number(failedKeySetReads),
            "median_microseconds": .number(median) ?? .null, "slowest_microseconds": .number(slowest) ?? .null,
        ]
    }
}
