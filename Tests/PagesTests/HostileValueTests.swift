import Server
import Testing

@testable import Pages

@Suite("Values that other people choose")
struct HostileValueTests {
    static let texts = [
        "<script>alert(1)</script>", "\" onmouseover=\"alert(1)", "' autofocus onfocus='alert(1)",
        "</title><script>1</script>",
        "{{brand}}{{{brand}}}", "&lt;script&gt;", "\"\u{301} onclick=alert(1) x=\"", "\u{600}\"> <img src=x>",
        "<\u{338}b>",
        "\u{202E}gnp.exe\u{2066}\u{200B}", "a\u{0}b\r\nc\td", String(repeating: "<", count: 10_000),
        "e" + String(repeating: "\u{301}", count: 10_000),
    ]

    @Test("are text in every page, whatever is in them", arguments: texts)
    func escaped(_ text: String) throws {
        let benign = Dictionary(
            uniqueKeysWithValues: try PageTests.rendered().map { ($0.name, Self.skeleton($0.html)) })
        for (name, html) in try PageTests.rendered(text: text) {
            // The same tags with the same attributes, in the same order: nothing that was sent has become markup.
            #expect(Self.skeleton(html) == benign[name], "\(name)")
            #expect(
                !html.unicodeScalars.contains { ["\u{202E}", "\u{2066}"].contains($0) } || html.contains("value=\""),
                "\(name)")
        }
    }

    @Test(
        "are links only if they lead to the web",
        arguments: [
            ("https://a.example/x", true), ("http://a.example", true), ("HTTPS://A.example", true),
            ("javascript:alert(1)", false), ("JaVaScRiPt://a.example/%0aalert(1)", false),
            ("data:text/html,<b>", false),
            (" https://a.example", false), ("//a.example", false), ("https:a.example", false), ("", false),
            ("https://" + String(repeating: "a", count: 2000), false),
        ])
    func links(_ url: String, _ isLink: Bool) {
        #expect((WebLink.context(url) != nil) == isLink)
    }

    @Test("never put javascript: into a link")
    func scripts() throws {
        for (name, html) in try PageTests.rendered(text: "javascript:alert(1)", url: "javascript:alert(1)")
        where name != "form-post" {
            #expect(!html.contains("href=\"javascript"), "\(name)")
        }
    }

    @Test("come back byte for byte in hidden fields")
    func hiddenFields() throws {
        let state = "\"\u{301}<>&'\u{202E}ä\n\r" + String(repeating: "s", count: 1000)
        let page = Page(
            Samples.frame,
            .formPost(FormPostPage(action: "https://a.example", fields: [HiddenField("state", state)], client: "A")))
        let html = String(decoding: try TemplatePages().html(page, languages: []), as: UTF8.self)
        let value = "&quot;\u{301}&lt;&gt;&amp;&#39;\u{202E}ä&#10;&#13;" + String(repeating: "s", count: 1000)
        #expect(Array(html.utf8).contains(Array(#"name="state" value=""#.utf8) + value.utf8 + [UInt8(ascii: "\"")]))
    }

    @Test("are shortened by scalars and lose characters that reorder or hide others")
    func shown() {
        #expect(ShownText.of("Seat \u{202E}reservation\n2") == "Seat \u{FFFD}reservation 2")
        #expect(ShownText.of(String(repeating: "x", count: 101)).unicodeScalars.count == 101)
        #expect(ShownText.of("e" + String(repeating: "\u{301}", count: 10_000)).unicodeScalars.count == 101)
        #expect(ShownText.of("👩‍💻 مثال") == "👩‍💻 مثال")
    }

    @Test("show the whole host of an address, which belongs to whom its end says")
    func longHosts() throws {
        // The longest name that there can be (RFC 1035 §2.3.4).
        let host = "accounts.google.com." + String(repeating: "signin-s.", count: 24) + "x.evil.example.au"
        #expect(host.utf8.count == 253)
        let url = "https://\(host):65535/"
        for (name, html) in try PageTests.rendered(url: url)
        where name.hasPrefix("consent") && html.contains("signin-s") {
            #expect(html.matches(of: /evil\.example\.au:65535\/?</).count >= 4, "\(name)")
        }
        #expect(WebLink.context(url)?["text"] as? String == "\(host):65535")
    }

    /// The tags of a page with the names of their attributes, as a byte-wise reader sees them.
    private static func skeleton(_ html: String) -> [String] {
        var tags: [String] = []
        var tag: [UInt8]?
        var quote: UInt8?
        for byte in html.utf8 {
            if let open = quote {
                if byte == open { quote = nil }
                continue
            }
            switch (byte, tag) {
            case (UInt8(ascii: "<"), nil): tag = []
            case (UInt8(ascii: ">"), let bytes?):
                // A name that is too long for the field is left out, and the field gets the focus.
                tags.append(String(decoding: bytes, as: UTF8.self).replacing(" autofocus", with: ""))
                tag = nil
            case (UInt8(ascii: "\""), .some): quote = byte
            case (_, .some): tag?.append(byte)
            default: break
            }
        }
        return tags
    }
}
