/// Shortened names and values for messages; a key in a file may have 100,000 characters.
enum ShortText {
    static let longestQuoted = 200
    /// The longest word: a URL, a path, an argument of a command.
    static let longestWord = 1000

    /// Replaces the middle of longer texts by an ellipsis.
    static func of(_ message: String) -> String {
        guard message.count > longestQuoted else { return message }
        return words(quoted(message))
    }

    static func name(_ text: String) -> String { cut(text[...], to: longestQuoted) }

    /// Shortens quotations, which follow a space or a bracket and precede one or punctuation; commands are not cut.
    private static func quoted(_ message: String) -> String {
        message.replacing(/(^|[ (=:])'([^']+)(?='(?:$|[ ).,:;?]))/) { match in
            let (before, text) = (match.1, match.2)
            return before + "'" + (text.hasPrefix("countersign ") ? String(text) : cut(text, to: longestQuoted))
        }
    }

    private static func words(_ message: String) -> String {
        message.split(separator: " ", omittingEmptySubsequences: false).map { cut($0, to: longestWord) }
            .joined(separator: " ")
    }

    private static func cut(_ text: Substring, to length: Int) -> String {
        text.count <= length ? String(text) : "\(text.prefix(length * 3 / 4))…\(text.suffix(length / 4))"
    }
}
