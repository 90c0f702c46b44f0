import Mustache
import Server

/// The files that pages are made of, each by its name.
struct PageFiles {
    /// A file's text, and its path for messages.
    struct Template {
        let path: String
        let text: String
    }

    private(set) var templates: [String: Template] = [:]
    private(set) var languages: [String: [String: String]] = [:]
    private(set) var assets: [String: PageAsset] = [:]

    static func builtIn() throws(ThemeError) -> PageFiles {
        var files = PageFiles()
        files.add(
            templates: [
                "layout": PackageResources.layout_mustache, "part": PackageResources.part_mustache,
                "hidden": PackageResources.hidden_mustache, "signin": PackageResources.signin_mustache,
                "consent": PackageResources.consent_mustache, "refusal": PackageResources.refusal_mustache,
                "form_post": PackageResources.form_post_mustache, "sign_out": PackageResources.sign_out_mustache,
                "signed_out": PackageResources.signed_out_mustache, "account": PackageResources.account_mustache,
            ],
            assets: [
                "pages.css": PackageResources.pages_css, "form-post.js": PackageResources.form_post_js,
                "favicon.svg": PackageResources.favicon_svg,
            ])
        for (language, bytes) in [("en", PackageResources.en_json), ("de", PackageResources.de_json)] {
            files.languages[language] = try TextFile.read(bytes, path: "languages/\(language).json")
        }
        return files
    }

    /// Names in templates and the URLs' ends: `pages_css` is `pages.css?v=…`.
    var assetLinks: [String: String] {
        Dictionary(
            uniqueKeysWithValues: assets.map { name, asset in
                (String(name.map { $0.isLetter || $0.isNumber ? $0 : "_" }), "\(name)?v=\(asset.version)")
            })
    }

    /// Adds the files of another module.
    ///
    /// - Parameters:
    ///   - templates: by name, such as `layout`.
    ///   - assets: by file name, such as `pages.css`.
    mutating func add(templates: [String: [UInt8]], assets: [String: [UInt8]]) {
        for (name, bytes) in templates {
            self.templates[name] = Template(
                path: "templates/\(name).mustache", text: String(decoding: bytes, as: UTF8.self))
        }
        for (name, bytes) in assets {
            self.assets[name] = AssetType.of(name).map { PageAsset(contentType: $0, bytes: bytes) }
        }
    }

    /// Takes over the files of a theme; those that it does not have stay as they are.
    mutating func replace(from folder: ThemeFolder) throws(ThemeError) {
        for file in try folder.files(in: "templates", ["mustache"]) {
            guard templates[file.name] != nil else {
                throw ThemeError(
                    file.path, "is not the name of a template",
                    remedy: "Name it after one of \(templates.keys.sorted().joined(separator: ", ")), or remove it.")
            }
            templates[file.name] = Template(path: file.path, text: try file.text())
        }
        let english = languages[Translations.fallback] ?? [:]
        for file in try folder.files(in: "languages", ["json"]) {
            let texts = try TextFile.read(file.bytes, path: file.path)
            try TextFile.check(texts, against: english, path: file.path)
            languages[file.name, default: [:]].merge(texts) { $1 }
        }
        for file in try folder.files(in: "assets", AssetType.extensions) {
            assets[file.fullName] = AssetType.of(file.fullName).map { PageAsset(contentType: $0, bytes: file.bytes) }
        }
    }

    /// Parses all templates.
    func library() throws(ThemeError) -> MustacheLibrary {
        MustacheContentTypes.register(HTMLEscaping(), named: HTMLEscaping.name)
        try TemplateCheck.check(templates)
        var library = MustacheLibrary()
        for (name, template) in templates {
            library.register(try Self.parse(template), named: name)
        }
        return library
    }

    private static func parse(_ template: Template) throws(ThemeError) -> MustacheTemplate {
        // A file ends with a line feed, which would be a blank after each use of a partial.
        let text = template.text.hasSuffix("\n") ? String(template.text.dropLast()) : template.text
        do {
            return try MustacheTemplate(string: HTMLEscaping.pragma + text)
        } catch let error as MustacheTemplate.ParserError {
            throw ThemeError(
                template.path, line: error.context.lineNumber,
                "is not a Mustache template: \(TemplateCheck.words(error.error))",
                remedy: "Correct the tag.")
        } catch {
            throw ThemeError(template.path, "is not a Mustache template: \(error)", remedy: "Correct it.")
        }
    }
}

/// The content types of assets, by the ends of their names.
enum AssetType {
    private static let types = [
        "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml",
        "png": "image/png",
        "webp": "image/webp", "woff2": "font/woff2",
    ]

    static let extensions = types.keys.sorted()

    static func of(_ name: String) -> String? {
        name.split(separator: ".").last.flatMap { types[String($0)] }
    }
}
