import Administration
import CountersignJOSE
import Foundation

/// JSON on standard output: indented on a terminal, compact in a pipe.
///
/// Strings from assertions and documents are untrusted. The characters that `VisibleText` replaces in text are escaped here, even in a
/// pipe, because piped output often ends up on a terminal.
enum JSONOutput {
    static func print(_ value: JSONValue) {
        Swift.print(text(value))
    }

    static func print(_ object: JSONObject) {
        print(.object(object))
    }

    /// - Parameter isIndented: one element or member per line, two spaces per level; otherwise there is no white space.
    static func text(_ value: JSONValue, isIndented: Bool = isatty(STDOUT_FILENO) == 1) -> String {
        isIndented ? value.renderIndented(escaping: escaped) : escaped(value.render())
    }

    /// Escapes invisible characters. In compact JSON, they occur only within strings, where an escape has the same meaning.
    private static func escaped(_ json: String) -> String {
        VisibleText.of(json) { scalar in
            scalar.utf16.map { unit in
                let digits = String(unit, radix: 16)
                return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }.joined()
        }
    }
}
