import Testing

@testable import Administration

@Suite("Long and deep TOML")
struct TOMLDepthTests {
    /// A file, and the line on which it exceeds the maximum depth.
    struct Example: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let text: String
        var line: Int?

        init(_ description: String, _ text: String, line: Int? = nil) {
            (testDescription, self.text, self.line) = (description, text, line)
        }
    }

    private static func key(_ parts: Int, _ part: String = "a") -> String {
        Array(repeating: part, count: parts).joined(separator: ".")
    }

    static let examples: [Example] = [
        Example("a key of 16 parts", key(16) + " = 1"), Example("a key of 17 parts", key(17) + " = 1", line: 1),
        Example("quoted parts", "\n" + key(17, "\"a\"") + " = 1", line: 2),
        Example("parts with blanks between", key(17, " a\t") + " = 1", line: 1),
        Example("a table of 15 parts with a key", "[\(key(15))]\nb = 1"),
        Example("a table of 16 parts with a key", "\n[\(key(16))]\nb = 1", line: 3),
        Example("a table of 17 parts", "# …\n[\(key(17))]", line: 2),
        Example("a list of tables of 17 parts", "[[\(key(17))]]", line: 1),
        Example("a table and a key together", "[\(key(8))]\n\(key(8)) = 1\n\(key(9)) = 1", line: 3),
        Example("a short table after a long one", "[\(key(15))]\n[b]\n\(key(15)) = 1"),
        Example("lists in lists", "a = " + String(repeating: "[", count: 16), line: 1),
        Example("inline tables in inline tables", String(repeating: "a = {", count: 16), line: 1),
        Example("keys of inline tables", "a = { b = 1, \(key(16)) = 1 }", line: 1),
        Example("a key after inline tables", "a = { b = { c = 1 }, d = 2 }\n\(key(16)) = 1"),
        Example("many lists side by side", "a = [" + String(repeating: "[1.5, 2.5], ", count: 50) + "]"),
        Example("dots in a string", "a = \"\(key(50))\""), Example("dots in a literal", "a = '\(key(50))'"),
        Example("dots in a comment", "a = 1 # \(key(50))\n# \(key(50))"),
        Example("dots after an escaped quote", "a = \"\\\"\(key(50))\""),
        Example("dots in a string of several lines", "a = \"\"\"\n\(key(50))\n\"\" \\\"\"\"\"\"\n\(key(16)) = 1"),
        Example("dots in a literal of several lines", "a = '''\n\(key(50))\\'''\n\(key(17)) = 1", line: 3),
        Example("brackets in a string", "a = \"" + String(repeating: "[{", count: 50) + "\""),
    ]

    @Test("A value deeper than 16 levels is detected before parsing", arguments: examples)
    func depth(_ example: Example) {
        var scanner = TOMLScanner(Array(example.text.utf8))
        #expect(scanner.firstFault() == (example.line == nil ? nil : .depth))
        if let line = example.line { #expect(scanner.line == line) }
    }

    @Test(
        "A header without a name is detected before parsing",
        arguments: ["[[[", "[\n", "[[\n", "[=", "[ [a]", "[.a]", "a = 1\n[#", "[\u{E9}]"])
    func header(_ text: String) {
        var scanner = TOMLScanner(Array(text.utf8))
        #expect(scanner.firstFault() == .header)
        #expect(throws: TOMLError.self) { _ = try TOMLDocument(Array(text.utf8)) }
    }

    @Test(
        "A date followed by an incomplete time is detected before parsing",
        arguments: [
            "a = 1979-05-27T", "a = 1979-05-27tx", "a = [1, 1979-05-27T\n]", "a = {b=1979-05-27T'1'}",
            "a = 1979-05-27 0 3",
        ])
    func date(_ text: String) {
        var scanner = TOMLScanner(Array(text.utf8))
        #expect(scanner.firstFault() == .time)
        #expect(throws: TOMLError.self) { _ = try TOMLDocument(Array(text.utf8)) }
    }

    @Test(
        "Unmatched brackets are detected before parsing",
        arguments: ["a = [1, }", "a = [1 }", "a = {b = 1]", "a = [{]}", "\na = [\n}"])
    func brackets(_ text: String) {
        var scanner = TOMLScanner(Array(text.utf8))
        #expect(scanner.firstFault() == .bracket)
        #expect(throws: TOMLError.self) { _ = try TOMLDocument(Array(text.utf8)) }
    }

    @Test(
        "Dates are parsed",
        arguments: [
            "1979-05-27", "1979-05-27T07:32:00Z", "1979-05-27t07:32:00.5-07:00", "1979-05-27 07:32:00", "07:32:00",
            "1979-05-27 # 1",
        ])
    func dates(_ text: String) throws {
        let document = try TOMLDocument(
            Array("a = \(text)\n\"1979-05-27T\" = 'x = 1979-05-27T'\n".utf8))
        #expect(document.root.keys.count == 2)
    }

    @Test(
        "Mistakes that the parser reports itself are not detected before parsing",
        arguments: ["[", "[[", "[]", "[[]]", "[a", "[a.", "a"])
    func leftToTheParser(_ text: String) {
        var scanner = TOMLScanner(Array(text.utf8))
        #expect(scanner.firstFault() == nil)
        #expect(throws: TOMLError.self) { _ = try TOMLDocument(Array(text.utf8)) }
    }

    @Test("The error names the line")
    func refused() {
        let error = #expect(throws: TOMLError.self) {
            _ = try TOMLDocument(Array("[a]\n\(Self.key(17)) = 1".utf8))
        }
        #expect(error?.line == 2)
        #expect(error?.phrase == "more than 16 levels of tables, keys or lists")
    }

    static let long = 200_000

    @Test(
        "Length does not count as depth",
        arguments: [
            ("comments", String(repeating: "#\n", count: long)), ("empty lines", String(repeating: "\n", count: long)),
            ("blanks", String(repeating: " ", count: long)), ("a comment", "#" + String(repeating: "x", count: long)),
            ("a string", "a = \"" + String(repeating: "x", count: long) + "\""),
            ("a list", "a = [" + String(repeating: "1,", count: long) + "]"),
            ("a key", String(repeating: "x", count: long) + " = 1"),
        ])
    func length(_ name: String, _ text: String) throws {
        let document = try TOMLDocument(Array((text + "\n[end]\nkey = 1\n").utf8))
        #expect(document.root["end"]?.table?["key"]?.int == 1)
        let lines = text.utf8.count { $0 == UInt8(ascii: "\n") }
        #expect(document.line(of: [.key("end"), .key("key")]) == lines + 3)
    }

    @Test("A byte order mark at the beginning is skipped")
    func byteOrderMark() throws {
        let document = try TOMLDocument([0xEF, 0xBB, 0xBF] + Array("key = 1\n".utf8))
        #expect(document.root["key"]?.int == 1)
        #expect(document.line(of: [.key("key")]) == 1)
    }
}
