import Testing

@testable import Server

@Suite("RFC 6749 §3.3: scope")
struct ScopeTests {
    @Test(
        "is a list of tokens of the allowed characters",
        arguments: [
            ("a b", ["a", "b"]), ("a  b ", ["a", "b"]), ("a a", ["a"]), ("", []),
            ("https://x/y:z!", ["https://x/y:z!"]),
            ("a\"b", nil), ("a\\b", nil), ("é", nil), ("a\tb", nil), ("a\u{7F}", nil),
        ] as [(String, [String]?)])
    func tokens(_ text: String, _ tokens: [String]?) {
        #expect(Scope(parsing: text)?.tokens == tokens)
    }

    @Test("has at most 4096 bytes")
    func length() {
        #expect(Scope(parsing: String(repeating: "a", count: 4096)) != nil)
        #expect(Scope(parsing: String(repeating: "a", count: 4097)) == nil)
    }
}
