/// An edit that adds lines to a text and keeps all existing lines.
struct ConfigurationEdit {
    private var lines: [String]
    private let lineBreak: String
    /// Lines to add after a line, which is counted from 1 in the unedited text.
    var insertions: [(line: Int, lines: [String])] = []
    /// Paragraphs to add at the end.
    var appended: [[String]] = []

    init(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        // Searches bytes, because Swift counts CR LF as one character.
        lineBreak = bytes.contains(0x0D) ? "\r\n" : "\n"
        var lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map { line in
            String(decoding: line.last == 0x0D ? line.dropLast() : line, as: UTF8.self)
        }
        while lines.last == "" { lines.removeLast() }
        self.lines = lines
    }

    var text: String {
        var result = lines
        for insertion in insertions.sorted(by: { $0.line > $1.line }) {
            result.insert(contentsOf: insertion.lines, at: min(insertion.line, result.count))
        }
        for paragraph in appended {
            if !result.isEmpty { result.append("") }
            result += paragraph
        }
        return result.joined(separator: lineBreak) + lineBreak
    }
}
