/// What a `deployment.toml` says, sorted into what comes over, what may, and what does not.
struct Migration {
    /// In the order of the file.
    var rows: [Row] = []
    /// Placeholders that are not filled in, which keeps everything from being imported.
    var refusals: [ConfigurationError] { rows.flatMap(\.refusals) }
    /// The settings among them.
    var settings: [ImportedSetting] { rows.compactMap(\.setting) }

    /// What comes over and is worth a thought all the same. An audience may be any text: the original's own guide has one that is no
    /// URL.
    var warnings: [String] {
        settings.filter { $0.entry.key == Settings.known.tokenEndpointAlias.key }.compactMap { setting in
            let isName = setting.text.contains(/^(?i:https?:\/\/[^\/?#]+|urn:[a-z0-9][a-z0-9-]*:.)/)
            guard !isName || setting.text.contains("?") else { return nil }
            return "\(setting.entry.key): \(WrittenValue.text(setting.text).quoted) "
                + (isName ? "has a '?', which" : "is no URL or URN, so")
                + (isName ? " the URL of a token endpoint has not." : " another server may have the same audience.")
                + " It is accepted as it stands; see that clients send it exactly so."
        }
    }

    /// One line of the report.
    struct Row {
        /// In `deployment.toml`.
        let line: Int?
        /// A table, or a table and a key in it.
        let found: String
        let fate: Fate
        var refusals: [ConfigurationError] = []
    }

    /// What becomes of what was found.
    enum Fate {
        /// A setting, and what else there is to say of it.
        case setting(ImportedSetting, note: String?)
        /// Worth a thought, and not done by itself.
        case suggestion(String)
        /// Not brought, and why.
        case leftAside(String)
    }
}

extension Migration.Row {
    var setting: ImportedSetting? {
        switch fate {
        case .setting(let setting, _): setting
        case .suggestion, .leftAside: nil
        }
    }
}

/// A setting and the value it is to have.
struct ImportedSetting {
    let entry: any SettingEntry
    /// As it would stand in the file, without quotes.
    let text: String

    /// - Parameter given: a value that is allowed.
    init?(_ entry: any SettingEntry, _ given: GivenValue) {
        guard let text = entry.text(of: given) else { return nil }
        self.entry = entry
        self.text = text
    }

    /// As it stands in the file. A number or a truth is written without quotes, however it was found.
    var written: String {
        let bare: WrittenValue? = Int(text).map { .integer($0) } ?? Bool(text).map { .boolean($0) }
        if let bare, entry.problem(with: GivenValue(value: bare, origin: .flag(""))) == nil { return text }
        return TOMLString.quoted(text)
    }

    /// The table it stands in, and its name there: `event_listener.properties`, `PreventTokenReuse`.
    var table: String { entry.key.split(separator: ".").dropLast().joined(separator: ".") }
    var name: String { entry.key.split(separator: ".").last.map(String.init) ?? entry.key }
}

/// A basic string of TOML 1.0, with nothing in it that a terminal or an editor does not show.
enum TOMLString {
    static func quoted(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "\"") { result, scalar in
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case _ where VisibleText.isInvisible(scalar):
                let digits = String(scalar.value, radix: 16)
                let (letter, length) = scalar.value > 0xFFFF ? ("U", 8) : ("u", 4)
                result += "\\" + letter + String(repeating: "0", count: length - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        } + "\""
    }
}
