import CountersignJOSE
import Foundation

/// The table at the end: what was measured beside what the project promises.
struct Report {
    let text: String

    /// - Parameter directory: holds what the other commands wrote with `--json`, one file each.
    init(directory: String, note: String?) throws {
        var rows: [Row] = []
        if let verification = try Self.read("verification", directory) { rows += Self.verification(verification) }
        for (file, title, processor) in Self.runs {
            guard let run = try Self.read(file, directory) else { continue }
            rows += Self.run(run, title, processor)
        }
        for clients in ["10000", "100000"] {
            guard let starts = try Self.read("start-\(clients)", directory) else { continue }
            rows.append(
                Row("Start to first token, \(clients) clients", starts.number("median_ms"), "ms", .atMost(150)))
        }
        rows += try KeySetRows.rows { try Self.read($0, directory) }
        text = Self.render(rows, note: note)
    }

    /// What each run has to reach: processor time per request, µs.
    private static let runs: [(file: String, title: String, processor: Double?)] = [
        ("rs256-jwt", "RS256 in, JWT out", 90), ("rs256-opaque", "RS256 in, opaque out", 80),
        ("es256-jwt", "ES256 in, JWT out", 115), ("es256-jwt-100000", "ES256 in, JWT out, 100000 clients", 115),
    ]

    private static func verification(_ report: JSONObject) -> [Row] {
        guard case .array(let algorithms)? = report["verification"] else { return [] }
        return algorithms.compactMap { element in
            guard case .object(let one) = element, let name = one.string("algorithm")?.text else { return nil }
            let bare = one.number("bare_us").map { Figures.text($0) } ?? "?"
            return Row(
                "Verification, \(name): above the bare \(bare) µs", one.number("added_us"), "µs",
                name == "EdDSA" ? .nothing : .atMost(5))
        }
    }

    private static func run(_ report: JSONObject, _ title: String, _ processor: Double?) -> [Row] {
        let requests = Int(report.number("requests") ?? 0)
        let memory = report.number("server_memory_kib_after").map { $0 / 1024 }
        var rows = [
            Row(
                "\(title): CPU per request", report.number("server_cpu_us_per_request"), "µs",
                processor.map { .atMost($0) } ?? .nothing),
            Row(
                "\(title): requests/s", report.number("requests_per_second"), "",
                title.hasPrefix("RS256 in, JWT") ? .atLeast(9500) : .nothing),
            Row("\(title): p99", report.number("latency_ms", "p99"), "ms", .atMost(15)),
            Row("\(title): memory after \(requests) requests", memory, "MiB", .atMost(80)),
            Row("\(title): memory grown in the second half", growth(report), "MiB", .atMost(2)),
        ]
        // A run whose generator is busy measures the generator.
        if let share = report.number("load_generator_cpu_share"), share > 0.9 {
            rows.append(Row("\(title): load generator, % of a processor", share * 100, "%", .atMost(90)))
        }
        return rows
    }

    /// Half-way and end of the run: what came before is caches filling.
    private static func growth(_ report: JSONObject) -> Double? {
        guard case .array(let samples)? = report["server_memory_kib"], samples.count == 5,
            case .number(let middle) = samples[2], case .number(let end) = samples[4]
        else { return nil }
        return (end.double - middle.double) / 1024
    }

    private static func read(_ name: String, _ directory: String) throws -> JSONObject? {
        guard let bytes = FileManager.default.contents(atPath: "\(directory)/\(name).json") else { return nil }
        var text = [UInt8](bytes)
        while text.last == UInt8(ascii: "\n") { text.removeLast() }
        return try JSONObject(parsing: text)
    }

    private static func render(_ rows: [Row], note: String?) -> String {
        let cells = [["figure", "measured", "target", ""]] + rows.map(\.cells)
        let widths = (0..<3).map { column in cells.map { $0[column].count }.max() ?? 0 }
        var lines = cells.map { cell in
            let padding = { (column: Int) in String(repeating: " ", count: widths[column] - cell[column].count) }
            let line = cell[0] + padding(0) + "  " + padding(1) + cell[1] + "  " + padding(2) + cell[2] + "  " + cell[3]
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
        if let note { lines += ["", note] }
        return lines.joined(separator: "\n")
    }
}
