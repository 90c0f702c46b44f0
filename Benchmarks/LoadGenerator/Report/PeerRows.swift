import CountersignJOSE

/// The rows about other servers, measured in interleaved rounds with Countersign.
struct PeerRows {
    let results: Results

    func rows() throws -> [Row] {
        let ours = try results.rounds("peer-countersign", "server_cpu_us_per_request")
        let speed = try results.rounds("peer-countersign", "requests_per_second")
        var rows: [Row] = []
        if ours.count > 0 {
            rows = [
                Row("Countersign beside others: CPU per request", ours, "µs", .nothing),
                Row("  stores", remark: "jtis on disk before the answer, synchronous=FULL; tokens not stored"),
                Row("  requests/s", speed, "", .nothing),
            ]
        }
        for name in results.names(prefix: "about-peer-") {
            guard let about = try results.read(name), let title = about.string("name")?.text,
                let stores = about.string("stores")?.text
            else { continue }
            let file = "peer-\(title)"
            let (cpu, requests) = (
                try results.rounds(file, "server_cpu_us_per_request"), try results.rounds(file, "requests_per_second")
            )
            guard cpu.count > 0 || requests.count > 0 else {
                rows.append(Row("\(title): CPU per request", cpu, "µs", .nothing))
                continue
            }
            rows += [
                Row("\(title): CPU per request", cpu, "µs", .nothing), Row("  stores", remark: stores),
                Row("  multiple of Countersign", cpu.divided(by: ours), "×", .nothing),
                Row("  requests/s", requests, "", .nothing),
                Row("  requests/s, Countersign's multiple", speed.divided(by: requests), "×", .nothing),
                Row("  p99", try results.rounds(file) { $0.number("latency_ms", "p99") }, "ms", .nothing),
            ]
        }
        return rows
    }
}
