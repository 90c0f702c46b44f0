import Administration
import Countersign

/// Rows of text in aligned columns.
enum Columns {
    /// - Parameter rows: cells from left to right; the last of each row is not padded.
    static func text(_ rows: [[String]]) -> String {
        let rows = rows.map { $0.map(VisibleText.of) }
        let count = rows.map(\.count).max() ?? 0
        let widths = (0..<count).map { column in
            rows.map { column < $0.count - 1 ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            row.enumerated().map { index, cell in index < row.count - 1 ? padded(cell, to: widths[index]) : cell }
                .joined(separator: "  ")
        }.joined(separator: "\n")
    }

    /// Returns the text with spaces after it.
    static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}

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
