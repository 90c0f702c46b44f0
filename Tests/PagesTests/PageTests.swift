import Foundation
import Server
import Testing

@testable import Pages

@Suite("Pages that people see")
struct PageTests {
    static func rendered(
        _ languages: [String] = ["en"], text: String = "Wayfarer", url: String = "https://agents.wayfarer.example/"
    ) throws -> [(name: String, html: String)] {
        let pages = try TemplatePages()
        return Samples.pages(text: text, url: url).map {
            ($0.name, String(decoding: pages.html($0.page, languages: languages), as: UTF8.self))
        }
    }

    @Test("have all their texts, one h1, a title, a language and a skip link", arguments: ["en", "de"])
    func frame(_ language: String) throws {
        for (name, html) in try Self.rendered([language]) {
            #expect(html.hasPrefix("<!doctype html>\n<html lang=\"\(language)\" dir=\"ltr\">"), "\(name)")
            #expect(!html.contains("⟦") && !html.contains("{{"), "\(name) lacks a text")
            #expect(html.matches(of: /<h1[ >]/).count == 1, "\(name)")
            #expect(html.contains(" · Countersign</title>"), "\(name)")
            #expect(html.contains("<a class=\"skip\" href=\"#main\">") && html.contains("<main id=\"main\""), "\(name)")
            #expect(
                html.contains("href=\"/assets/pages.css?v=") || html.contains("href=\"/tenant/assets/pages.css?v="),
                "\(name)")
        }
    }

    @Test("have no inline script, no style attribute and no handler, so that the policy can forbid them")
    func strictPolicy() throws {
        for (name, html) in try Self.rendered() {
            #expect(
                !html.contains(/<script(?! src="\/tenant\/assets\/form-post\.js\?v=[A-Za-z0-9_-]+" defer><\/script>)/),
                "\(name)")
            #expect(!html.contains(/<style| style=| on[a-z]+=/), "\(name)")
        }
    }

    @Test("have unique ids, and every label, link and description names one of them")
    func identifiers() throws {
        for (name, html) in try Self.rendered() {
            let ids = html.matches(of: /\ id="([^"]*)"/).map { String($0.output.1) }
            #expect(Set(ids).count == ids.count, "\(name): \(ids)")
            for match in html.matches(of: /(?: for| aria-describedby| aria-labelledby| href)="#?([^"]*)"/)
            where match.output.0.contains("=\"#") || !match.output.0.contains("href") {
                #expect(ids.contains(String(match.output.1)), "\(name): \(match.output.0)")
            }
            for input in html.matches(of: /<input id="([^"]*)"/) {
                #expect(html.contains("<label for=\"\(input.output.1)\">"), "\(name)")
            }
        }
    }

    @Test("have at most 30 KB with their stylesheet, which has at most 15 KB")
    func size() throws {
        let css = try #require(try TemplatePages().asset("pages.css")).bytes.count
        #expect(css <= 15_360)
        for text in ["Wayfarer", String(repeating: "\"", count: 10_000)] {
            // What the browser sends back is not shortened.
            for (name, html) in try Self.rendered(text: text) {
                let withoutFields = html.replacing(/(name|value)="[^"]*"/, with: "")
                #expect(withoutFields.utf8.count + css <= 30_720, "\(name): \(withoutFields.utf8.count)")
            }
        }
    }

    @Test("name both fields, without saying which of the two is wrong, when a sign-in failed")
    func failure() throws {
        let html = try #require(try Self.rendered().first { $0.name == "signin-wrong" }).html
        #expect(html.matches(of: /aria-invalid="true"/).count == 2)
        #expect(html.contains("role=\"alert\""))
        #expect(html.contains("href=\"#password\""))
        #expect(html.contains("name=\"user\" value=\"Wayfarer\""))
        #expect(!html.contains("name=\"password\" value"))
    }

    @Test("explain the scopes of OpenID Connect in words and show others as they are, each of them")
    func scopes() throws {
        let html = try #require(try Self.rendered(["de"]).first { $0.name == "consent-everything" }).html
        for text in ["Wissen, wer Sie sind", "Ihre E-Mail-Adresse sehen", "<code><bdi>journeys.read</bdi></code>"] {
            #expect(html.contains(text))
        }
        #expect(html.contains("<a href=\"https://agents.wayfarer.example/\""))
    }

    @Test(
        "say what fits a client without a name, a form without an application and a faulty logout",
        arguments: [
            ("signin-self-described-without-name", "It has not given a name. You will return to", "calls itself"),
            ("refusal-form", "Open the page again and repeat what you did.", "application and begin again"),
            ("refusal-form-address", "only takes what was typed into a form.", "ookies"),
            ("signed-out-reference", "For its team, the reference is <b class=\"key\">Wayfarer</b>", "refused"),
        ])
    func fitting(_ name: String, _ said: String, _ unsaid: String) throws {
        let html = try #require(try Self.rendered().first { $0.name == name }).html
        #expect(html.contains(said) && !html.contains(unsaid))
    }

    @Test("show the logo of a client that has one beside its name, without a referrer")
    func logo() throws {
        let image =
            #"<span class="logo"><img src="https://agents.wayfarer.example/logo.svg?a=1&amp;b=2" alt="" referrerpolicy="no-referrer"></span>"#
        for (name, html) in try Self.rendered() where !name.hasPrefix("account") {
            let isShown = (name.hasPrefix("signin") || name.hasPrefix("consent")) && !name.contains("self-described")
            #expect(html.contains(image) == (isShown && name != "signin-account"), "\(name)")
            #expect(html.contains("<img") == html.contains(image), "\(name)")
        }
    }

    @Test("say who allowed an application, and that access of a trusted one comes back")
    func access() throws {
        let pages = try Self.rendered(["de"])
        let html = try #require(pages.first { $0.name == "account" }).html
        for text in [
            "Von Ihnen erlaubt. Zugriff seit ", "Von der Administration erlaubt. Zugriff seit ",
            "Bei diesen Diensten: <code><bdi>Wayfarer</bdi></code>", "bekommt sie ihn wieder",
            "Mehr Anwendungen haben Zugriff",
        ] {
            #expect(html.contains(text), "\(text)")
        }
        #expect(html.matches(of: /<button name="end_access" value="Wayfarer">/).count == 2)
        let empty = try #require(pages.first { $0.name == "account-empty" }).html
        for text in ["bekommt sie ihn wieder", "Mehr Anwendungen haben", "end_access"] {
            #expect(!empty.contains(text), "\(text)")
        }
    }

    @Test(
        "cut long lists within a line",
        arguments: [(10, 10, nil), (11, 10, "1"), (5000, 10, "4990")] as [(Int, Int, String?)])
    func line(_ count: Int, _ shown: Int, _ others: String?) {
        let translation = Translation(language: "en", texts: ["and_others": "and {n} more"])
        let parts = translation.line((0..<count).map { .code("s\($0)") })
        #expect(parts.count { $0["code"] != nil } == shown)
        #expect(parts.last?["text"] as? String == others.map { "and \($0) more" })
    }

    @Test("link to themselves in the other languages, but not when they answer a POST")
    func languageLinks() throws {
        let pages = try Self.rendered(["de"])
        let signIn = try #require(pages.first { $0.name == "signin" }).html
        #expect(
            signIn.contains(
                "<a href=\"/tenant/oauth2/authorize?ticket=abc&amp;ui_locales=en\" hreflang=\"en\" lang=\"en\">English</a>"
            ))
        #expect(!(try #require(pages.first { $0.name == "sign-out" }).html.contains("hreflang")))
    }

    @Test(
        "can be written to a folder to be looked at",
        .enabled(if: ProcessInfo.processInfo.environment["PAGES_GALLERY"] != nil))
    func gallery() throws {
        let folder = try #require(ProcessInfo.processInfo.environment["PAGES_GALLERY"])
        let pages = try TemplatePages()
        for language in ["en", "de"] {
            for (name, page) in Samples.pages() {
                let file = URL(fileURLWithPath: "\(folder)/\(name).\(language).html")
                try Data(pages.html(page, languages: [language])).write(to: file)
            }
        }
        for name in ["pages.css", "form-post.js", "favicon.svg"] {
            try Data(try #require(pages.asset(name)).bytes).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
        }
    }
}
