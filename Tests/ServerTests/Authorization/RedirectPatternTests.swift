import Testing

@testable import Server

@Suite("Patterns of redirect URIs")
struct RedirectPatternTests {
    struct Example: Sendable {
        let pattern: String
        let matching: [String]
        let others: [String]
    }

    @Test(
        "match the whole URI, as those of migrated clients do",
        arguments: [
            Example(
                pattern: "(https://a.example/cb|https://b.example/cb)",
                matching: ["https://a.example/cb", "https://b.example/cb"],
                others: [
                    "https://a.example/cb2", "xhttps://a.example/cb", "https://aXexample/cb", "https://a.example/c",
                    "https://a.example/cb|https://b.example/cb", "",
                ]),
            Example(
                pattern: #"^https:\/\/app\.example/(web|mobile)/cb$"#,
                matching: ["https://app.example/web/cb", "https://app.example/mobile/cb"],
                others: ["https://app.example/cb", "https://app.example/web/cb/"]),
            Example(
                pattern: "https://[a-z0-9-]+.apps.example/cb", matching: ["https://team-1.apps.example/cb"],
                others: [
                    "https://.apps.example/cb", "https://evil.example/x.apps.example/cb", "https://a.b.apps.example/cb",
                    "https://evil.example?.apps.example/cb", "https://evil@x.apps.example/cb",
                ]),
            Example(
                pattern: "https://app.example/.*", matching: ["https://app.example/", "https://app.example/a/b?c=d"],
                others: ["https://app.example", "https://app.example.evil.example/", "https://app.example/../x"]),
            Example(
                pattern: "https://app.example/(?:a+b?)*",
                matching: ["https://app.example/aabab", "https://app.example/"],
                others: ["https://app.example/b", "https://app.example/abb"]),
            Example(
                pattern: "https://app.example/[^0-9]x?", matching: ["https://app.example/a", "https://app.example/ax"],
                others: ["https://app.example/1", "https://app.example/"]),
            Example(
                pattern: "(((https://a.example/(x|y|)))|https://b.example/)",
                matching: ["https://a.example/", "https://a.example/y", "https://b.example/"],
                others: ["https://b.example/x"]),
        ])
    func match(_ example: Example) {
        let registered = "regexp=" + example.pattern
        #expect(RedirectURI.fault(in: registered) == nil)
        for uri in example.matching { #expect(RedirectURI.isAllowed(uri, by: [registered], isPublic: false), "\(uri)") }
        for uri in example.others { #expect(!RedirectURI.isAllowed(uri, by: [registered], isPublic: false), "\(uri)") }
    }

    @Test(
        "are refused at registration if they are not understood or leave the host open",
        arguments: [
            ("", "empty"), ("(https://a.example/", "close a group"), ("https://a.example/)", "does not open"),
            ("https://a.example/[a-", "class"), ("https://a.example/[]", "empty class"),
            ("https://a.example/[z-a]", "order"),
            (#"https://a.example/\d+"#, "escape"), (#"https://a.example/\"#, "escape"), ("*", "nothing to repeat"),
            ("https://a.example/a{2}", "not supported"), ("https://a.example/a++", "repeats"),
            ("(?i)https://a.example/", "special"),
            ("https://a.example/$/", "not supported"), ("https://a.example/\u{e9}", "characters"),
            (".*", "host open"), ("https://.*", "host open"), ("https://.*.example/cb", "host open"),
            ("https://a.example.*", "host open"), ("https://a.example[^0-9]/cb", "host open"),
            ("https?://.+/cb", "host open"),
            ("(https://a.example/|https://.*)", "host open"), ("https:/?/?.*", "host open"),
            (String(repeating: "(", count: 20) + String(repeating: ")", count: 20), "deeply"),
            (String(repeating: "a", count: 1025), "longer"),
        ])
    func refused(_ pattern: String, _ part: String) throws {
        let fault = try #require(RedirectURI.fault(in: "regexp=" + pattern))
        #expect(fault.contains(part))
    }

    @Test(
        "take a number of steps that is bounded by pattern and URI, whatever they are",
        arguments: [
            "https://a.example/(a*)*b", "https://a.example/(a+)+b", "https://a.example/(a|aa)+b",
            "https://a.example/(.*)*x",
            "https://a.example/((a*)*)*b",
            "https://a.example/" + String(repeating: "a?", count: 100) + String(repeating: "a", count: 100) + "b",
        ])
    func linear(_ source: String) throws {
        let pattern = try RedirectPattern(source)
        let uri = "https://a.example/" + String(repeating: "a", count: 2000)
        let (isMatch, steps) = pattern.match(uri)
        #expect(!isMatch)
        // Each part of a pattern becomes at most four instructions.
        #expect(steps <= 4 * (source.utf8.count + 1) * (uri.utf8.count + 1))
    }
}
