/// Text that somebody else wrote, made safe for a terminal: nothing in it moves the cursor, changes colours or turns the
/// direction of writing.
enum VisibleText {
    /// Control and format characters become `\u{…}`; everything else stays as it is.
    static func of(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isInvisible) else { return text }
        return text.unicodeScalars.reduce(into: "") { result, scalar in
            if isInvisible(scalar) {
                result += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
    }

    /// The same, its line breaks turned into spaces.
    static func oneLine(_ text: String) -> String {
        of(text.split(whereSeparator: \.isNewline).map { $0.drop { $0 == " " } }.joined(separator: " "))
    }

    /// Control and format characters, separators of lines, and what has no meaning in common.
    static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: true
        default: false
        }
    }
}
