import CountersignJOSE

/// The rows about the token endpoint: this binary, an older one for comparison, and the bare signatures as a lower bound.
struct TokenRows {
    let results: Results

    private struct Kind {
        let file: String
        let title: String
        /// The target and the ambition for CPU time per request, as shares of the older binary's.
        let share: Double
        let ambition: Double
        /// The series of VerificationBenchmark whose sum is the bare signatures.
        let bare: [String]
        /// The target as a multiple of the bare signatures.
        let multiple: Double?
    }

    private static let kinds = [
        Kind(
            file: "rs256-jwt", title: "RS256 in, ES256 JWT out", share: 0.55, ambition: 0.45,
            bare: ["RS256 bare", "ES256 signing, bare"], multiple: 2.3),
        Kind(
            file: "rs256-opaque", title: "RS256 in, opaque out", share: 0.45, ambition: 0.35, bare: ["RS256 bare"],
            multiple: nil),
        Kind(
            file: "es256-jwt", title: "ES256 in, ES256 JWT out", share: 0.6, ambition: 0.5,
            bare: ["ES256 bare", "ES256 signing, bare"], multiple: nil),
    ]

    func rows() throws -> [Row] {
        var rows: [Row] = []
        for kind in Self.kinds where results.has("\(kind.file)-new-1") { rows += try self.rows(kind) }
        if !rows.isEmpty { rows += try loadGenerator() }
        if let batches = try results.read("batches") { rows.append(Self.batches(batches)) }
        return rows
    }

    private func rows(_ kind: Kind) throws -> [Row] {
        let (new, old) = ("\(kind.file)-new", "\(kind.file)-baseline")
        let cost = "server_cpu_us_per_request"
        let (cpu, oldCPU) = (try results.rounds(new, cost), try results.rounds(old, cost))
        let bare = try results.rounds("crypto") { report in
            let parts = kind.bare.compactMap { report.number("cpu_us_per_operation", $0) }
            return parts.count == kind.bare.count ? parts.reduce(0, +) : nil
        }
        let speed = try results.rounds(new, "requests_per_second")
        let tail = try results.rounds(new) { $0.number("latency_ms", "p99") }
        return [
            Row(
                "\(kind.title): CPU, share of the baseline", cpu.divided(by: oldCPU), "×", .atMost(kind.share),
                ambition: kind.ambition),
            Row("  CPU per request", cpu, "µs", .nothing),
            Row("  CPU per request, baseline", oldCPU, "µs", .nothing),
            Row("  bare signatures", bare, "µs", .nothing),
            Row(
                "  multiple of the bare signatures", cpu.divided(by: bare), "×",
                kind.multiple.map { .atMost($0) } ?? .nothing),
            Row("  requests/s", speed, "", .nothing),
            Row(
                "  requests/s, multiple of the baseline",
                speed.divided(by: try results.rounds(old, "requests_per_second")), "×", .atLeast(1.8)),
            Row("  p99", tail, "ms", .nothing),
            Row(
                "  p99, share of the baseline",
                tail.divided(by: try results.rounds(old) { $0.number("latency_ms", "p99") }), "×", .atMost(0.5)),
        ]
    }

    /// If the generator is saturated, the run measures the generator.
    private func loadGenerator() throws -> [Row] {
        let shares = try Self.kinds.flatMap { kind in
            try results.rounds("\(kind.file)-new", "load_generator_cpu_share").values
        }
        return [Row("Load generator, busiest run, of a processor", shares.max().map { $0 * 100 }, "%", .atMost(90))]
    }

    private static func batches(_ report: JSONObject) -> Row {
        let (rows, transactions) = (report.number("rows"), report.number("transactions"))
        let average = rows.flatMap { rows in transactions.map { rows / max(1, $0) } }
        return Row(
            "Replay log: rows in a transaction, 64 connections", average, "", .nothing,
            reason: report.string("skipped")?.text)
    }
}
