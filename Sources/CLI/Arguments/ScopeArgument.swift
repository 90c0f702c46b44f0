import ArgumentParser
import Server

/// `--scope "A B"` (RFC 6749 §3.3).
enum ScopeArgument {
    /// Returns the distinct tokens of all options; `nil` without an option.
    static func union(_ given: [[String]]) -> [String]? {
        given.isEmpty ? nil : given.joined().reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    static func read(_ text: String) throws -> [String] {
        guard let scope = Scope(parsing: text) else {
            throw ValidationError("'\(text)' holds a character that RFC 6749 section 3.3 does not allow in a scope.")
        }
        // RFC 6749 allows a comma in a scope token, but it is always a mistake.
        guard !text.contains(",") else {
            let right = text.split { $0 == "," || $0 == " " }.joined(separator: " ")
            throw ValidationError(
                "'\(text)' holds a comma. Scopes are separated by spaces: --scope \(ShellCommand.word(right)).")
        }
        return scope.tokens
    }
}
