import Store
import Testing

@Suite("References as typed by people (RFC 4648 §3.4)")
struct ReferenceTests {
    @Test(
        "Case, spaces, hyphens and look-alikes do not matter",
        arguments: [("ABCD2345", "ABCD2345"), ("abcd-2345", "ABCD2345"), (" 0 1 8 ", "OIB"), ("", ""), ("é", "é")])
    func normalized(_ typed: String, _ reference: String) {
        #expect(Reference(typed: typed).text == reference)
    }
}
