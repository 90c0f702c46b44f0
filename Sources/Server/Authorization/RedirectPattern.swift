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

/// A set of ASCII characters.
struct ASCIISet: Equatable, Sendable {
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    init(_ bytes: some Sequence<UInt8> = []) {
        for byte in bytes { insert(byte) }
    }

    /// The printable characters, which `.` matches when it is repeated.
    static let printable = ASCIISet(0x21...0x7E)
    /// What ends a host, or begins one after a user name.
    static let separators = ASCIISet("/?#@:\\".utf8)

    mutating func insert(_ byte: UInt8) {
        if byte < 64 { low |= 1 << UInt64(byte) } else if byte < 128 { high |= 1 << UInt64(byte - 64) }
    }

    func contains(_ byte: UInt8) -> Bool {
        byte < 128 && (byte < 64 ? low >> UInt64(byte) : high >> UInt64(byte - 64)) & 1 == 1
    }

    func subtracting(_ other: ASCIISet) -> ASCIISet {
        var result = self
        result.low &= ~other.low
        result.high &= ~other.high
        return result
    }

    func intersects(_ other: ASCIISet) -> Bool { low & other.low != 0 || high & other.high != 0 }
}
