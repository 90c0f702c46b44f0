extension JSONValue {
    /// The value with its JSON type, for display: `the string '1800000060'`. Untrusted text is cut.
    var displayed: String {
        switch self {
        case .null: "null"
        case .boolean(let value): "the boolean \(value)"
        case .number(let number): "the number \(shortened(number.literal, to: 32))"
        case .string(let text): text.text.isEmpty ? "the empty string" : "the string \(quoted(text.text))"
        case .array(let elements): Self.displayed(elements)
        case .object: "an object"
        }
    }

    private static let displayedElements = 3

    private static func displayed(_ elements: [JSONValue]) -> String {
        guard !elements.isEmpty else { return "an empty array" }
        let first = elements.prefix(displayedElements).map { element in
            switch element {
            case .string(let text): quoted(text.text)
            case .null, .boolean, .number, .array, .object: element.displayed
            }
        }
        let rest = elements.count - first.count
        return "an array of \(elements.count): " + first.joined(separator: ", ")
            + (rest == 0 ? "" : " and \(rest) more")
    }
}

/// Cuts untrusted text to 256 bytes at a character boundary and escapes control characters.
package func shortened(_ text: String, to limit: Int = 256) -> String {
    var result = ""
    var length = 0
    for scalar in text.unicodeScalars {
        let isControl = scalar.value < 0x20 || scalar.value == 0x7F
        let piece = isControl ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
        length += piece.utf8.count
        guard length <= limit else { return result + "…" }
        result += piece
    }
    return result
}

/// Shortens untrusted text and puts it in quotation marks.
func quoted(_ text: String) -> String {
    "'\(shortened(text))'"
}

/// Writes text in the characters that RFC 6749 §5.2 allows for `error_description`. Every other character is replaced by its code
/// point, also if `shortened` has escaped it before, so that the value is not misread.
package func errorDescriptionText(_ text: String) -> String {
    var result = ""
    var rest = text.unicodeScalars[...]
    while let scalar = rest.popFirst() {
        switch scalar {
        case "\\": result += codePoint(escaped(&rest) ?? scalar)
        case "\"": result += codePoint(scalar)
        case "…": result += "..."
        case " "..."~": result.unicodeScalars.append(scalar)
        default: result += codePoint(scalar)
        }
    }
    return result
}

/// Consumes `u{a}` after a backslash.
private func escaped(_ rest: inout Substring.UnicodeScalarView) -> Unicode.Scalar? {
    guard rest.starts(with: "u{".unicodeScalars) else { return nil }
    let digits = rest.dropFirst(2).prefix { $0 != "}" }
    guard digits.count < 7, digits.endIndex < rest.endIndex, let value = UInt32(String(digits), radix: 16),
        let scalar = Unicode.Scalar(value)
    else { return nil }
    rest = rest[rest.index(after: digits.endIndex)...]
    return scalar
}

private func codePoint(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return "<U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + ">"
}

/// Quotes a word for a POSIX shell.
package func shellQuoted(_ word: String) -> String {
    // By scalars: a quote with a combining accent is one character, but still a quote to the shell.
    let parts = word.unicodeScalars.split(separator: "'", omittingEmptySubsequences: false)
    return "'" + parts.map { String($0) }.joined(separator: "'\\''") + "'"
}
