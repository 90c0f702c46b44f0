/// Untrusted text made safe for a terminal: it cannot move the cursor, change colours or reverse the text direction.
package enum VisibleText {
    /// Replaces control and format characters by `\u{…}`.
    package static func of(_ text: String) -> String {
        of(text) { "\\u{\(String($0.value, radix: 16))}" }
    }

    /// Replaces control and format characters by another escape.
    package static func of(_ text: String, _ escape: (Unicode.Scalar) -> String) -> String {
        guard text.unicodeScalars.contains(where: isInvisible) else { return text }
        return text.unicodeScalars.reduce(into: "") { result, scalar in
            if isInvisible(scalar) { result += escape(scalar) } else { result.unicodeScalars.append(scalar) }
        }
    }

    /// Also replaces line breaks by spaces.
    package static func oneLine(_ text: String) -> String {
        of(text.split(whereSeparator: \.isNewline).map { $0.drop { $0 == " " } }.joined(separator: " "))
    }

    /// Returns whether it is a control or format character, a line separator, or unassigned or private.
    package static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: true
        default: false
        }
    }
}
