import Administration

/// The style of errors and warnings: lower case, on one line, with a full stop at the end.
enum Sentence {
    /// - Parameter text: one or more sentences; the first may begin with a capital letter.
    static func of(_ text: String) -> String {
        let line = VisibleText.oneLine(text)
        return lowercasingFirst(line) + (needsFullStop(line) ? "." : "")
    }

    /// Words that keep their capital letter at the beginning of a message.
    private static let names = ["Countersign", "Java", "Ctrl-C"]

    /// Lowercases the first letter of an ordinary word; names, abbreviations and file names stay unchanged.
    private static func lowercasingFirst(_ line: String) -> String {
        let word = line.prefix { $0 != " " }
        guard word.count < line.count, let first = word.first, first.isUppercase, !names.contains(String(word)),
            word.dropFirst().allSatisfy({ $0.isLowercase || $0 == "'" })
        else { return line }
        return first.lowercased() + line.dropFirst()
    }

    /// Returns `false` after a URL or a command, where a full stop would be copied along.
    private static func needsFullStop(_ line: String) -> Bool {
        guard let last = line.last, !".?!".contains(last), !line.contains(" To do: ") else { return false }
        let word = line.split(separator: " ").last ?? ""
        return !word.hasPrefix("http://") && !word.hasPrefix("https://")
    }
}
