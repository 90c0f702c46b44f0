import CountersignJOSE
import Foundation

/// What the other commands wrote with `--json`, one file each.
struct Results {
    let directory: String

    /// - Returns: `nil` if the file does not exist or is empty.
    func read(_ name: String) throws -> JSONObject? {
        guard let bytes = FileManager.default.contents(atPath: "\(directory)/\(name).json") else { return nil }
        var text = [UInt8](bytes)
        while text.last == UInt8(ascii: "\n") { text.removeLast() }
        // A command that failed has written nothing; it has said why.
        guard !text.isEmpty else { return nil }
        return try JSONObject(parsing: text)
    }

    /// Whether there is a result, or a word why there is none.
    func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(directory)/\(name).json") }

    /// `NAME-1` to `NAME-N`. A `NAME` with the member `skipped` says why there are none.
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

    /// The names of all results that begin so.
    func names(prefix: String) -> [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return files.filter { $0.hasPrefix(prefix) && $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
    }
}
