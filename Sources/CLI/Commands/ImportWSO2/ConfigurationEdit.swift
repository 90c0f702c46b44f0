/// Lines put into a text; all lines that were there stay.
struct ConfigurationEdit {
    private var lines: [String]
    private let lineBreak: String
    private var insertions: [(line: Int, lines: [String])] = []
    private var appended: [[String]] = []

    init(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        // Characters are not asked: a line break of two bytes is one of them.
        lineBreak = bytes.contains(0x0D) ? "\r\n" : "\n"
        var lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map { line in
            String(decoding: line.last == 0x0D ? line.dropLast() : line, as: UTF8.self)
        }
        while lines.last == "" { lines.removeLast() }
        self.lines = lines
    }

    /// - Parameter line: counted from 1, as the file is now.
    mutating func insert(_ new: [String], after line: Int) {
        insertions.append((line, new))
    }

    /// Puts a paragraph at the end.
    mutating func append(_ new: [String]) {
        appended.append(new)
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
