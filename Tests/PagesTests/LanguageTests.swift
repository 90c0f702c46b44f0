import Server
import Testing

@testable import Pages

@Suite("Languages of the pages")
struct LanguageTests {
    @Test("have the same texts with the same placeholders, and none is empty or unused")
    func completeness() throws {
        let files = try PageFiles.builtIn()
        let english = try #require(files.languages["en"])
        for (language, texts) in files.languages {
            #expect(Set(texts.keys) == Set(english.keys), "\(language)")
            for (key, text) in texts {
                #expect(!text.isEmpty, "\(language) \(key)")
                #expect(
                    Placeholders.names(in: text) == Placeholders.names(in: english[key] ?? ""), "\(language) \(key)")
            }
        }
    }

    @Test("have every text that a template refers to")
    func references() throws {
        let files = try PageFiles.builtIn()
        for (name, template) in files.templates {
            for match in template.text.matches(of: /\{\{t\.([a-z0-9_]+)\}\}/) {
                #expect(files.languages["en"]?[String(match.output.1)] != nil, "\(name): \(match.output.1)")
            }
        }
    }

    @Test(
        "are chosen by the first language that is available (RFC 4647 §3.4)",
        arguments: [
            (["de"], "de"), (["de-AT"], "de"), (["DE-at-1996"], "de"), (["fr", "de"], "de"), (["fr"], "en"), ([], "en"),
            (["en-GB", "de"], "en"), (["d"], "en"), (["dex"], "en"), (["-de"], "en"), ([""], "en"),
        ] as [([String], String)])
    func choice(_ languages: [String], _ chosen: String) throws {
        let translations = Translations(try PageFiles.builtIn().languages)
        #expect(translations.preferred(languages).language == chosen)
    }

    @Test(
        "are read from ui_locales, then from Accept-Language by weight (RFC 9110 §12.5.4)",
        arguments: [
            (nil, "de-AT,de;q=0.9,en;q=0.8", ["de-AT", "de", "en"]), (nil, "en;q=0.5, de", ["de", "en"]),
            (nil, "fr;q=0.5,de;q=0.5", ["fr", "de"]), (nil, "de;q=0, en", ["en"]), (nil, "*", []), (nil, "", []),
            (nil, nil, []),
            ("fr-CA fr en", "de", ["fr-CA", "fr", "en", "de"]), ("se", "de ; q=0.333", ["se", "de"]),
            (nil, "de;q=1.001,en;q=2,fr;q=-1,it;q=0.1234,es;q=1.000", ["de", "es"]),
            (nil, "<script>, de\u{301}, a b, de;level=1", ["a"]),
            (nil, String(repeating: "de,", count: 1000), Array(repeating: "de", count: 16)),
        ] as [(String?, String?, [String])])
    func preference(_ locales: String?, _ header: String?, _ expected: [String]) {
        #expect(PreferredLanguages.list(uiLocales: locales, acceptLanguage: header) == expected)
    }

    @Test(
        "say how long ago something was",
        arguments: [
            (0, "just now", "gerade eben"), (-5, "just now", "gerade eben"), (60, "1 minute ago", "vor 1 Minute"),
            (7199, "1 hour ago", "vor 1 Stunde"), (86_400 * 3, "3 days ago", "vor 3 Tagen"),
        ] as [(Int64, String, String)])
    func ago(_ seconds: Int64, _ english: String, _ german: String) throws {
        let languages = try PageFiles.builtIn().languages
        for (language, expected) in [("en", english), ("de", german)] {
            let translation = Translation(language: language, texts: try #require(languages[language]))
            let words = TimeWords(translation: translation, now: Samples.now)
            let time = Samples.now - .seconds(seconds)
            #expect(words.ago(time) == .time(datetime: time.text, text: expected))
        }
    }

    @Test("write dates as their readers do, and leave out the year if it is this one")
    func dates() throws {
        let languages = try PageFiles.builtIn().languages
        func date(_ language: String, _ time: UnixTime) throws -> Part {
            let translation = Translation(language: language, texts: try #require(languages[language]))
            return TimeWords(translation: translation, now: Samples.now).date(time)
        }
        let time = UnixTime(seconds: 1_764_080_000)
        #expect(try date("en", time) == .time(datetime: "2025-11-25T14:13:20Z", text: "25 November, 14:13"))
        let earlier = UnixTime(seconds: 1_709_251_199)
        #expect(try date("de", earlier) == .time(datetime: "2024-02-29T23:59:59Z", text: "29. Februar 2024, 23:59"))
    }

    @Test(
        "name browsers that say who they are, and quote the others",
        arguments: [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0",
                "Edge on Windows"
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
                "Safari on iPhone"
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36",
                "Chrome on Android"
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
                "Safari on macOS"
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/150.0.0.0 Safari/537.36",
                "Chrome on Linux"
            ),
            ("curl/8.14.1", "curl"), ("", "Unknown browser"), ("Something Version/1", "Something Version/1"),
            (String(repeating: "x", count: 100), String(repeating: "x", count: 60) + "…"),
        ])
    func browsers(_ agent: String, _ words: String) throws {
        let english = Translation(language: "en", texts: try #require(try PageFiles.builtIn().languages["en"]))
        #expect(BrowserName.words(for: agent, in: english) == words)
    }
}
