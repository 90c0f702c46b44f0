import CountersignJOSE
import Foundation

/// JSON on standard output: indented for a person on a terminal, compact for a program.
///
/// Strings out of assertions and documents are written by strangers. Whatever `VisibleText` makes visible in the text form is escaped
/// here, to a terminal and into a pipe alike: what is piped often ends on a terminal too.
enum JSONOutput {
    /// Prints a value.
    static func print(_ value: JSONValue) {
        Swift.print(text(value))
    }

    /// Prints an object.
    static func print(_ object: JSONObject) {
        print(.object(object))
    }

    /// The value as JSON (RFC 8259).
    ///
    /// - Parameter isIndented: one element or member a line, two spaces a level; without it there is no space at all.
    static func text(_ value: JSONValue, isIndented: Bool = isatty(STDOUT_FILENO) == 1) -> String {
        isIndented ? indented(value, "\n") : escaped(value.render())
    }

    /// - Parameter line: what a new line of the value's own level begins with, the line break included.
    private static func indented(_ value: JSONValue, _ line: String) -> String {
        let deeper = line + "  "
        switch value {
        case .array(let elements) where !elements.isEmpty:
            return "[" + elements.map { deeper + indented($0, deeper) }.joined(separator: ",") + line + "]"
        case .object(let object) where !object.members.isEmpty:
            let members = object.members.map { member in
                deeper + escaped(JSONValue.string(member.name).render()) + ": " + indented(member.value, deeper)
            }
            return "{" + members.joined(separator: ",") + line + "}"
        case .null, .boolean, .number, .string, .array, .object: return escaped(value.render())
        }
    }

    /// Outside strings compact JSON has visible characters alone, so what is invisible is within one, where an escape means the same.
    private static func escaped(_ json: String) -> String {
        guard json.unicodeScalars.contains(where: VisibleText.isInvisible) else { return json }
        return json.unicodeScalars.reduce(into: "") { result, scalar in
            guard VisibleText.isInvisible(scalar) else { return result.unicodeScalars.append(scalar) }
            for unit in UTF16.encode(scalar) ?? .init() {
                let digits = String(unit, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
    }
}
