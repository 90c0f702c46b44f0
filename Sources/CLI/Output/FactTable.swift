import Countersign
import CountersignJOSE

/// Header parameters or claims in two columns; times are also shown as dates.
enum FactTable {
    static func text(_ facts: JSONObject) -> String {
        Columns.text(facts.members.map { [$0.name.text, shown($0.name.text, $0.value)] })
            .split(separator: "\n").map { "  " + $0 }.joined(separator: "\n")
    }

    private static func shown(_ name: String, _ value: JSONValue) -> String {
        switch value {
        case .string(let text): return text.text
        case .number(let number):
            guard ["exp", "iat", "nbf"].contains(name), let time = UnixTime(numericDate: number.double) else {
                return number.literal
            }
            return "\(number.literal)  \(time.text)"
        case .null, .boolean, .array, .object: return value.render()
        }
    }
}
