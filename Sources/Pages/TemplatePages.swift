import Crypto
import Mustache
import Server

/// A renderer of pages from Mustache templates, which are parsed once.
package struct TemplatePages: PageRenderer {
    private let settings: PageSettings
    private let library: MustacheLibrary
    private let translations: Translations
    private let assets: [String: PageAsset]
    private let assetLinks: [String: String]

    /// - Throws: `ThemeError` if a file of the theme cannot be used.
    package init(_ settings: PageSettings = PageSettings()) throws(ThemeError) {
        var files = try PageFiles.builtIn()
        if let folder = settings.theme { try files.replace(from: ThemeFolder(folder)) }
        self.settings = settings
        library = try files.library()
        translations = Translations(files.languages)
        assets = files.assets
        assetLinks = files.assetLinks
    }

    package func html(_ page: Page, languages: [String]) -> [UInt8] {
        let translation = translations.preferred(languages)
        let content = page.content.rendition(in: translation, page.frame)
        let context = frame(page.frame, translation).merging(content.context) { $1 }
        return Array((library.render(context, withTemplate: content.template) ?? "").utf8)
    }

    package var languages: [String] { translations.all.map(\.language) }

    package func asset(_ name: String) -> PageAsset? { assets[name] }

    /// What the layout of every page shows.
    private func frame(_ frame: Page.Frame, _ translation: Translation) -> [String: Any] {
        var context: [String: Any] = [
            "t": translation.texts, "language": translation.language, "brand": settings.name,
            "host": ShownText.of(frame.host),
            "assets": assetLinks.mapValues { "\(frame.path)/assets/\($0)" },
        ]
        context["help"] = settings.helpURL
        context["privacy"] = settings.privacyURL
        if let link = frame.link {
            context["languages"] = translations.all.filter { $0.language != translation.language }.map { other in
                ["tag": other.language, "name": other["language_name"], "link": Self.link(link, in: other.language)]
            }
        }
        return context
    }

    /// Returns a path and query in which `ui_locales` is a certain language.
    static func link(_ link: String, in language: String) -> String {
        let parts = link.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let parameters = (parts.count > 1 ? parts[1] : "").split(separator: "&").filter { !$0.hasPrefix("ui_locales=") }
        return parts[0] + "?" + (parameters + ["ui_locales=\(language)"]).joined(separator: "&")
    }
}

/// What a page shows, and with which template.
struct Rendition {
    let template: String
    let context: [String: Any]
}

extension Page.Content {
    func rendition(in translation: Translation, _ frame: Page.Frame) -> Rendition {
        switch self {
        case .signIn(let page): Rendition(template: "signin", context: page.context(translation, frame))
        case .consent(let page): Rendition(template: "consent", context: page.context(translation, frame))
        case .refusal(let page): Rendition(template: "refusal", context: page.context(translation, frame))
        case .formPost(let page): Rendition(template: "form_post", context: page.context(translation))
        case .signOut(let page): Rendition(template: "sign_out", context: page.context(translation, frame))
        case .signedOut(let reference):
            Rendition(
                template: "signed_out",
                context: ["title": translation["signed_out_title"], "reference": reference.map { ShownText.of($0) }]
                    .compactMapValues(\.self))
        case .account(let page): Rendition(template: "account", context: page.context(translation))
        }
    }
}

extension [HiddenField] {
    var context: [[String: String]] { map { ["name": $0.name, "value": $0.value] } }
}
