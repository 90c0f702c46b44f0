import CountersignJOSE
import Foundation

/// The other commands' `--json` output, one file each.
struct Results {
    let directory: String

    /// - Returns: `nil` if the file does not exist or is empty.
    func read(_ name: String) throws -> JSONObject? {
        guard let bytes = FileManager.default.contents(atPath: "\(directory)/\(name).json") else { return nil }
        var text = [UInt8](bytes)
        while text.last == UInt8(ascii: "\n") { text.removeLast() }
        // A failed command has written nothing here, and its reason to the standard error.
        guard !text.isEmpty else { return nil }
        return try JSONObject(parsing: text)
    }

    /// Returns whether there is a result or a reason why it is missing.
    func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(directory)/\(name).json") }

    /// Reads `NAME-1` to `NAME-N`. If they are missing, the member `skipped` of `NAME` is the reason.
    func rounds(_ name: String, _ figure: (JSONObject) -> Double?) throws -> Rounds {
        if let reason = try read(name)?.string("skipped")?.text { return Rounds([], reason: reason) }
        var values: [Double] = []
        var round = 1
        while let result = try read("\(name)-\(round)") {
            if let value = figure(result) { values.append(value) }
            round += 1
        }
        return Rounds(values)
    }

    func rounds(_ name: String, _ member: String) throws -> Rounds { try rounds(name) { $0.number(member) } }

    /// Returns the names of all results with a prefix.
    func names(prefix: String) -> [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return files.filter { $0.hasPrefix(prefix) && $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
    }

    /// Compares the interleaved rounds of a result with those of another.
    func comparison(of name: String, with reference: String, _ title: String) throws -> [Row] {
        let cost = "server_cpu_us_per_request"
        let (one, other) = (try rounds(name, cost), try rounds(reference, cost))
        guard one.count > 0 || one.reason != nil else { return [] }
        let ratio = one.divided(by: other)
        return [
            Row("\(title): CPU per request, change", ratio.map { ($0 - 1) * 100 }, "%", .atMost(5)),
            Row(
                "\(title): p99, of that without",
                try rounds(name) { $0.number("latency_ms", "p99") }
                    .divided(by: rounds(reference) { $0.number("latency_ms", "p99") }), "×", .nothing),
        ]
    }
}
