import ArgumentParser
import CountersignJOSE

/// `--claim NAME=JSON`.
struct ClaimArgument {
    let name: String
    let value: JSONValue

    init(_ text: String) throws {
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
            throw ValidationError("'\(text)' is not NAME=JSON.")
        }
        name = String(text[..<equals])
        let json = text[text.index(after: equals)...]
        guard let value = try? JSONValue(parsing: Array(json.utf8)) else {
            throw ValidationError("'\(json)' is not JSON. A text needs its quotes: --claim '\(name)=\"…\"'.")
        }
        self.value = value
    }
}
