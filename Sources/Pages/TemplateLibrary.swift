import Mustache
import Server

/// A renderer of another module's templates, in the layout and with the stylesheet of the pages that people see. In English only.
package struct TemplateLibrary: Sendable {
    private let brand: String
    private let library: MustacheLibrary
    private let texts: [String: String]
    private let assets: [String: PageAsset]
    private let assetLinks: [String: String]

    /// - Parameters:
    ///   - brand: the name at the top of each page.
    ///   - templates: by name, beside `layout`, `part` and `hidden`.
    ///   - assets: by file name.
    ///   - assetPath: where the assets are served.
    /// - Throws: `ThemeError` if a template cannot be used.
    package init(
        brand: String, templates: [String: [UInt8]], assets: [String: [UInt8]], assetPath: String = "/assets"
    ) throws(ThemeError) {
        var files = try PageFiles.builtIn()
        files.add(templates: templates, assets: assets)
        self.brand = brand
        library = try files.library()
        texts = files.languages[Translations.fallback] ?? [:]
        self.assets = files.assets
        assetLinks = files.assetLinks.mapValues { "\(assetPath)/\($0)" }
    }

    /// - Parameter context: values by name: texts, which are escaped, Booleans, dictionaries and arrays.
    /// - Returns: HTML in UTF-8.
    package func html(_ template: String, _ context: [String: Any]) -> [UInt8] {
        let frame: [String: Any] = [
            "t": texts, "language": Translations.fallback, "brand": brand, "assets": assetLinks,
        ]
        let values = frame.merging(context) { $1 }
        return Array((library.render(values, withTemplate: template) ?? "").utf8)
    }

    /// Returns a stylesheet or picture by its name.
    package func asset(_ name: String) -> PageAsset? { assets[name] }
}
