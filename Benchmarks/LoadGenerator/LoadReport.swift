import CountersignJOSE

/// The figures of one run.
struct LoadReport: Sendable {
    private let name: String
    private let connections: Int
    private let clients: Int
    private let result: LoadResult
    /// Median, p95, p99 and maximum in milliseconds.
    private let latency: [Double]

    init(name: String, connections: Int, clients: Int, _ result: LoadResult) {
        self.name = name
        self.connections = connections
        self.clients = clients
        self.result = result
        latency = result.latencies.milliseconds(at: [0.5, 0.95, 0.99, 1])
    }

    /// The load generator's share of one processor: near 1, the generator itself is the bottleneck.
    private var ownShare: Double { result.seconds > 0 ? result.ownSeconds / result.seconds : 0 }

    var text: String {
        let milliseconds = latency.map { Figures.text($0, decimals: 2) }
        var lines = [
            "\(name): \(result.latencies.count) requests, \(connections) connections, \(clients) client(s)",
            "  requests/s        \(Figures.text(result.requestsPerSecond, decimals: 0))",
            "  latency, ms       median \(milliseconds[0]), p95 \(milliseconds[1]), p99 \(milliseconds[2]), "
                + "max \(milliseconds[3])",
            "  load generator    \(Figures.text(ownShare * 100, decimals: 0)) % of one processor",
        ]
        if let processor = result.serverMicrosecondsPerRequest {
            lines.append("  server CPU        \(Figures.text(processor)) µs per request")
        }
        if !result.memory.isEmpty {
            let mebibytes = result.memory.map { Figures.text(Double($0) / 1024) }.joined(separator: ", ")
            lines.append("  server memory     \(mebibytes) MiB (start, then after each quarter)")
        }
        return lines.joined(separator: "\n")
    }

    func json(wrongAnswers: Int) -> JSONObject {
        var members: [(String, JSONValue)] = [
            ("name", .string(name)), ("requests", Figures.json(result.latencies.count)),
            ("connections", Figures.json(connections)), ("clients", Figures.json(clients)),
            ("wrong_answers", Figures.json(wrongAnswers)), ("seconds", Figures.json(result.seconds)),
            ("requests_per_second", Figures.json(result.requestsPerSecond)),
            (
                "latency_ms",
                .object(
                    [
                        "median": Figures.json(latency[0]), "p95": Figures.json(latency[1]),
                        "p99": Figures.json(latency[2]), "maximum": Figures.json(latency[3]),
                    ])
            ),
            ("load_generator_cpu_share", Figures.json(ownShare)),
        ]
        if let processor = result.serverMicrosecondsPerRequest {
            members.append(("server_cpu_us_per_request", Figures.json(processor)))
        }
        if let first = result.memory.first, let last = result.memory.last {
            members.append(("server_memory_kib", .array(result.memory.map { Figures.json($0) })))
            members.append(("server_memory_kib_before", Figures.json(first)))
            members.append(("server_memory_kib_after", Figures.json(last)))
        }
        return JSONObject(members)
    }
}
