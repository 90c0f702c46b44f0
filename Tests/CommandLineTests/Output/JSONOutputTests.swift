import CountersignJOSE
import Testing

@testable import Administration
@testable import CLI

@Suite("JSON on standard output")
struct JSONOutputTests {
    /// One of each kind of character that must be escaped, and some that must not.
    static let hostile =
        "a\u{1B}[31m\u{9B}31m\u{7F}\u{0}\u{202E}\u{2066}\u{200B}\u{FEFF}\u{2028}\u{E000}\u{E0041}\u{10FFFF}\"\\é😀"

    static let value: JSONValue = .object(
        JSONObject([
            (hostile, .string(hostile)), ("none", []), ("object", .object(JSONObject([]))),
            ("null", .null),
            ("list", [.boolean(true), .number(-3), .object(["deep": "\u{202E}"])]),
        ]))

    @Test("contains no terminal control characters and parses to the same value", arguments: [true, false])
    func escaped(_ isIndented: Bool) throws {
        let text = JSONOutput.text(Self.value, isIndented: isIndented)
        let invisible = text.unicodeScalars.filter { VisibleText.isInvisible($0) && $0 != "\n" }
        #expect(invisible.isEmpty)
        #expect(try JSONValue(parsing: Array(text.utf8)) == Self.value)
        #expect(
            text.contains(
                "\\u009b31m\\u007f\\u0000\\u202e\\u2066\\u200b\\ufeff\\u2028\\ue000\\udb40\\udc41\\udbff\\udfff"))
        #expect(text.contains("é😀"))
    }

    @Test("is a single line, or one line per member if indented")
    func layout() {
        let value: JSONValue = .object(
            ["a": .number(1), "b": ["x", .object(["c": .null])], "d": []])
        #expect(JSONOutput.text(value, isIndented: false) == #"{"a":1,"b":["x",{"c":null}],"d":[]}"#)
        #expect(
            JSONOutput.text(value, isIndented: true) == """
                {
                  "a": 1,
                  "b": [
                    "x",
                    {
                      "c": null
                    }
                  ],
                  "d": []
                }
                """)
    }
}
