/// Messages whose quoted names and values are no longer than a person reads: a key in a file may have 100,000 characters.
enum ShortText {
    /// How much of a quoted text is kept.
    static let longestQuoted = 200
    /// How long anything without a blank may be: a URL, a path, a command's word.
    static let longestWord = 1000

    /// The middle of what is longer becomes an ellipsis.
    static func of(_ message: String) -> String {
        guard message.count > longestQuoted else { return message }
        return words(quoted(message))
    }

    /// A name alone.
    static func name(_ text: String) -> String { cut(text[...], to: longestQuoted) }

    /// A quotation begins behind a blank or a bracket, and ends before one or before a full stop; a command is not cut.
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
