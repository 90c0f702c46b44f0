/// A registered pattern of redirect URIs: `regexp=(https://a\.example/cb|https://b\.example/cb)`, as clients of WSO2 Identity Server have.
///
/// A small subset of regular expressions, matched against the whole URI in linear time: literals, escapes, `[…]`, groups, `|`, `*`, `+`
/// and `?`. Two things are stricter than elsewhere, because people write host names with plain periods: a period without `*`, `+` or `?`
/// matches a period only, and before the path nothing may match a slash or another separator, so that `https://.*` cannot be registered.
struct RedirectPattern: Sendable {
    /// In bytes.
    static let maximumLength = 1024

    private let program: RedirectProgram

    /// Why a pattern cannot be registered.
    struct Fault: Error, Equatable {
        let phrase: String
    }

    /// Returns the pattern in a registered value; `nil` if the value is a URI.
    static func source(in registered: String) -> String? {
        let prefix = "regexp="
        return registered.hasPrefix(prefix) ? String(registered.dropFirst(prefix.count)) : nil
    }

    init(_ source: String) throws(Fault) {
        guard (1...Self.maximumLength).contains(source.utf8.count) else {
            throw Fault(phrase: "its pattern is empty or longer than \(Self.maximumLength) bytes")
        }
        var parser = RedirectPatternParser(source)
        program = RedirectProgram(try parser.parse())
        guard !program.leavesHostOpen else {
            throw Fault(
                phrase: "its pattern leaves the host open; before the path use names and classes such as [a-z0-9-]+")
        }
    }

    /// Returns whether a URI matches from its beginning to its end.
    func matches(_ uri: String) -> Bool { match(uri).isMatch }

    /// - Returns: also the number of steps, which is at most the product of both lengths.
    func match(_ uri: String) -> (isMatch: Bool, steps: Int) { program.match(Array(uri.utf8)) }
}
