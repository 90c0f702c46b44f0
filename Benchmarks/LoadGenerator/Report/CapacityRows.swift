import CountersignJOSE

/// The rows about memory, idle connections, a single connection, overload, live claims and the number of clients.
struct CapacityRows {
    let results: Results

    func rows() throws -> [Row] {
        try memory() + idle() + lone() + overload() + liveClaims() + scaling() + clients()
    }

    /// Five runs against one server; every request leaves a live claim, which may take 16 bytes.
    private func memory() throws -> [Row] {
        let samples = try results.rounds("memory", "server_memory_kib_after").values
        let requests = try results.rounds("memory", "requests").values
        guard let last = samples.last, samples.count > 2 else { return [] }
        let claims = requests.reduce(0, +)
        let claimed = { (count: Double) in count * 16 / 1_048_576 }
        let middle = samples.count / 2
        let late = requests[(middle + 1)...].reduce(0, +)
        let title = "Memory after \(Figures.text(claims, decimals: 0)) requests"
        return [
            Row("\(title)", last / 1024, "MiB", .nothing),
            Row("\(title), without 16 bytes a live claim", last / 1024 - claimed(claims), "MiB", .atMost(60)),
            Row(
                "  grown over the last two fifths, without 16 bytes a live claim",
                (last - samples[middle]) / 1024 - claimed(late), "MiB", .atMost(2)),
        ]
    }

    private func idle() throws -> [Row] {
        guard let report = try results.read("idle") else { return [] }
        let title = "\(Figures.text(report.number("connections") ?? 0, decimals: 0)) idle connections"
        let reason = report.string("skipped")?.text
        return [
            Row(
                "\(title): memory of each, opened", report.number("opened_bytes_each"), "B", .atMost(8192),
                reason: reason),
            Row(
                "\(title): memory of each, after a request", report.number("used_bytes_each"), "B", .atMost(8192),
                reason: reason),
        ]
    }

    /// The limit is the disk flush, measured before each run, plus the signatures, measured alongside, plus 150 µs.
    private func lone() throws -> [Row] {
        let median = try results.rounds("lone") { $0.number("latency_ms", "median") }
        guard median.count > 0 else { return [] }
        let flush = try results.rounds("flush", "median_ms")
        let bare = try results.rounds("lone-crypto") { report in
            let parts = ["RS256 bare", "ES256 signing, bare"].compactMap { report.number("cpu_us_per_operation", $0) }
            return parts.count == 2 ? parts.reduce(0, +) : nil
        }
        let limit = flush.median.flatMap { flush in bare.median.map { flush + $0 / 1000 + 0.150 } }
        let above = Rounds(
            zip(median.values, flush.values).map { ($0 - $1) * 1000 - (bare.median ?? 0) })
        return [
            Row("One connection: p50", median.map { $0 * 1000 }, "µs", limit.map { .atMost($0 * 1000) } ?? .nothing),
            Row("  flush of the disk", flush.map { $0 * 1000 }, "µs", .nothing),
            Row("  bare signatures", bare, "µs", .nothing),
            Row("  p50 above flush and signatures", above, "µs", .atMost(150)),
        ]
    }

    private func overload() throws -> [Row] {
        guard let report = try results.read("overload") else { return [] }
        let capacity = report.number("capacity") ?? 0
        let most = max(capacity, 1)
        let busy = report.number("busy_ms", "requests") ?? 0
        return [
            Row(
                "Overload: sent, multiple of the maximum of \(Figures.text(capacity, decimals: 0))/s",
                report.number("offered_per_second").map { $0 / most }, "×", .atLeast(1.9)),
            Row(
                "  goodput, share of the maximum", report.number("goodput_per_second").map { $0 / most }, "×",
                .atLeast(0.9)),
            Row("  wrong or missing answers", report.number("wrong_answers"), "", .exactly(0)),
            Row("  answered 503 with Retry-After", report.number("busy_ms", "requests"), "", .nothing),
            Row(
                "  p99 of the 503", busy > 0 ? report.number("busy_ms", "p99") : nil, "ms", .atMost(100),
                reason: "there were none"),
            Row("  not sent, because no connection was free", report.number("unsent"), "", .nothing),
            Row("  p99 of the tokens", report.number("tokens_ms", "p99"), "ms", .nothing),
            Row(
                "  recovered after", report.number("recovery_ms"), "ms", .atMost(200),
                reason: "not within the last four seconds"),
            Row(
                "  load generator, of a processor", report.number("load_generator_cpu_share").map { $0 * 100 }, "%",
                .atMost(90)),
        ]
    }

    private func liveClaims() throws -> [Row] {
        let count = try results.read("about-live-claims")?.number("count") ?? 0
        return try results.comparison(
            of: "live-claims", with: "no-claims", "\(Figures.text(count, decimals: 0)) live claims")
    }

    private func scaling() throws -> [Row] {
        let speed = "requests_per_second"
        let (one, two) = (try results.rounds("scaling-one", speed), try results.rounds("scaling-two", speed))
        guard two.count > 0 || two.reason != nil else { return [] }
        return [Row("Two processors: requests/s, multiple of one", two.divided(by: one), "×", .atLeast(1.6))]
    }

    private func clients() throws -> [Row] {
        var rows: [Row] = []
        for count in ["10000", "100000", "1000000"] {
            if count != "10000" {
                rows += try results.comparison(of: "clients-\(count)", with: "clients-10000", "\(count) clients")
            }
            let starts = try results.read("start-\(count)")
            if starts != nil || results.has("clients-\(count)") {
                let median = starts?.number("median_ms")
                rows.append(Row("\(count) clients: start to first token", median, "ms", .atMost(150)))
            }
            let memory = try results.rounds("clients-\(count)", "server_memory_kib_after")
            if memory.count > 0 {
                rows.append(Row("\(count) clients: memory", memory.map { $0 / 1024 }, "MiB", .atMost(120)))
            }
        }
        return rows
    }
}
