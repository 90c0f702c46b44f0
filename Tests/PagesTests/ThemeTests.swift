import Foundation
import Server
import TestSupport
import Testing

@testable import Pages

@Suite("Themes")
struct ThemeTests {
    /// Writes a theme into a temporary folder and renders with it.
    private static func withTheme<Result>(
        _ files: [String: String], _ body: (PageSettings) throws -> Result
    ) throws -> Result {
        let folder = TemporaryDirectory().path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for (name, text) in files {
            let path = URL(fileURLWithPath: folder + "/" + name)
            try FileManager.default.createDirectory(
                at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: path)
        }
        var settings = PageSettings()
        settings.theme = folder
        return try body(settings)
    }

    private static func html(_ pages: TemplatePages, _ name: String, _ languages: [String] = []) throws -> String {
        let page = try #require(Samples.pages().first { $0.name == name }).page
        return String(decoding: pages.html(page, languages: languages), as: UTF8.self)
    }

    @Test("replace a template, some texts and the colours, and add a language")
    func replacement() throws {
        let files = [
            "templates/signed_out.mustache": "{{<layout}}{{$main}}<h1>Bye from {{brand}}</h1>{{/main}}{{/layout}}\n",
            "languages/de.json": #"{"signin_submit": "Los"}"#,
            "languages/fr.json": #"{"language_name": "Français", "signin_title": "Connexion"}"#,
            "assets/theme.css": ":root { --accent: #060; }", "assets/logo.svg": "<svg/>", ".git": "",
            "templates/.swp": "",
        ]
        try Self.withTheme(files) { settings in
            var settings = settings
            settings.name = "Northwind & Rail"
            settings.helpURL = "https://help.example/?a=1&b=2"
            let pages = try TemplatePages(settings)
            #expect(try Self.html(pages, "signed-out").contains("<h1>Bye from Northwind &amp; Rail</h1>"))
            let german = try Self.html(pages, "signin", ["de"])
            #expect(german.contains(">Los</button>") && german.contains(">Passwort</label>"))
            #expect(german.contains("lang=\"fr\">Français</a>"))
            #expect(german.contains("<a href=\"https://help.example/?a=1&amp;b=2\">Hilfe</a>"))
            let french = try Self.html(pages, "signin", ["fr-CA"])
            #expect(french.contains("<h1>Connexion</h1>") && french.contains(">Password</label>"))
            #expect(french.contains(/<link rel="stylesheet" href="\/tenant\/assets\/theme.css\?v=[A-Za-z0-9_-]{12}">/))
            #expect(pages.asset("logo.svg")?.contentType == "image/svg+xml")
            #expect(pages.asset("../languages/de.json") == nil)
        }
    }

    @Test(
        "are refused with the file, the line and what to do",
        arguments: [
            ("templates/signin.mustache", "<p>\n{{#a}}\n{{/b}}", 3, "is not a Mustache template"),
            ("templates/signin.mustache", "\n{{#a}}", 2, "a section is not closed"),
            ("templates/signin.mustache", "{{a b}}", 1, "a tag is not finished"),
            ("templates/signin.mustache", "\n\n<b>{{{brand}}}</b>", 3, "would not be escaped"),
            ("templates/signin.mustache", "{{& brand}}", 1, "would not be escaped"),
            ("templates/signin.mustache", "{{=<% %>=}}", 1, "would not be escaped"),
            ("templates/signin.mustache", "{{% CONTENT_TYPE: TEXT}}", 1, "would not be escaped"),
            ("templates/signin.mustache", "{{> footer }}", 1, "partial 'footer', which does not exist"),
            ("templates/part.mustache", "{{>hidden}}{{>part}}", nil, "contains itself"),
            ("templates/sigin.mustache", "", nil, "is not the name of a template"),
            ("templates/signin.html", "", nil, "is not a name that a theme can have"),
            ("languages/de.json", "{\n\"help\": 1}", nil, "something other than a text for 'help'"),
            ("languages/de.json", "{\n\"help\" \"x\"}", 2, "is not a JSON object of texts"),
            ("languages/de.json", #"{"halp": "x"}"#, nil, "has the unknown text 'halp'"),
            ("languages/de.json", #"{"help": "{client}"}"#, nil, "has the placeholder {client} in 'help'"),
            ("assets/page.php", "", nil, "is not a name that a theme can have"),
            ("assets/a b.css", "", nil, "is not a name that a theme can have"),
            ("assets/theme.css", String(repeating: " ", count: 1_048_577), nil, "is longer than 1048576 bytes"),
        ] as [(String, String, Int?, String)])
    func refusal(_ name: String, _ text: String, _ line: Int?, _ problem: String) throws {
        try Self.withTheme([name: text]) { settings in
            let error = try #require(throws: ThemeError.self) { try TemplatePages(settings) }
            #expect(error.file.hasSuffix(name))
            #expect(error.line == line)
            #expect(error.problem.contains(problem), "\(error.message)")
            #expect(error.remedy.hasSuffix("."))
        }
    }

    @Test("must be a folder")
    func missing() {
        var settings = PageSettings()
        settings.theme = "/nonexistent"
        #expect(throws: ThemeError.self) { try TemplatePages(settings) }
    }
}
