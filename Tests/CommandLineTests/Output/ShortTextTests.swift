import Testing

@testable import CLI

@Suite("Truncation of long names and values in messages")
struct ShortTextTests {
    static let long = String(repeating: "x", count: 5000)
    static let short = String(repeating: "x", count: 150) + "…" + String(repeating: "x", count: 50)

    @Test(
        "A quoted value keeps its beginning and end",
        arguments: [
            ("there is no client '\(long)'. Try 'a'.", "there is no client '\(short)'. Try 'a'."),
            ("'\(long)' is missing", "'\(short)' is missing"), ("--id: '\(long)': no.", "--id: '\(short)': no."),
            ("it's 'a b' and 'c'.", "it's 'a b' and 'c'."),
        ])
    func quoted(_ message: String, _ shown: String) {
        #expect(ShortText.of(message) == shown)
    }

    @Test("Text between two quotations and a quoted command are not truncated")
    func whole() {
        let words = String(repeating: "word ", count: 60)
        for message in ["'a' \(words)'b'.", "Type 'countersign client edit \(words)x'."] {
            #expect(ShortText.of(message) == message)
        }
    }

    @Test("A word without spaces is truncated")
    func word() {
        #expect(ShortText.of("see \(Self.long) there").count == 4 + 1001 + 6)
    }
}
