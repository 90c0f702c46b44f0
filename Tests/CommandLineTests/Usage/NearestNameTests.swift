import Administration
import Testing

@testable import CLI

@Suite("Suggestions for misspelled names")
struct NearestNameTests {
    static let commands = ["serve", "client", "keystore", "keygen", "assertion", "token", "explain", "doctor", "demo"]

    @Test(
        "have the fewest letters changed, missing, added or swapped",
        arguments: [
            ("sevre", "serve"), ("SERVE", "serve"), ("clients", "client"), ("keysotre", "keystore"), ("tokne", "token"),
            ("asertion", "assertion"), ("dmeo", "demo"), ("keys", "keystore"), ("ass", "assertion"),
        ])
    func near(_ typed: String, _ meant: String) {
        #expect(NearestName.of(typed, among: Self.commands) == meant)
    }

    @Test(
        "are omitted if no name is similar",
        arguments: ["", "x", "frobnicate", "ke", String(repeating: "a", count: 10_000)])
    func far(_ typed: String) {
        #expect(NearestName.of(typed, among: Self.commands) == nil)
    }
}
