import Administration

/// The contents of a `deployment.toml`: imported settings, suggestions, and omissions.
struct Migration {
    /// In the order of the file.
    var rows: [Row] = []
    /// Placeholders that are not filled in; any one of them prevents the whole import.
    var refusals: [ConfigurationError] { rows.flatMap(\.refusals) }
    var settings: [ImportedSetting] {
        rows.compactMap { row in
            if case .setting(let setting, _) = row.fate { setting } else { nil }
        }
    }

    /// Warnings about unusual audiences, as sentences. Any text is accepted: the example in WSO2's guide is not a URL.
    var warnings: [String] {
        settings.filter { $0.entry.key == Settings.known.tokenEndpointAlias.key }.compactMap { setting in
            let isName = setting.text.contains(/^(?i:https?:\/\/[^\/?#]+|urn:[a-z0-9][a-z0-9-]*:.)/)
            guard !isName || setting.text.contains("?") else { return nil }
            return "\(setting.entry.key): \(TOMLValue.text(setting.text).quoted) "
                + (isName ? "has a '?', which" : "is not a URL or URN, so")
                + (isName
                    ? " the URL of a token endpoint does not have." : " another server may have the same audience.")
                + " It is accepted unchanged; make sure that clients send exactly this."
        }
    }

    /// One line of the report.
    struct Row {
        /// The line in `deployment.toml`.
        let line: Int?
        /// A table, or a key qualified by its tables.
        let found: String
        let fate: Fate
        var refusals: [ConfigurationError] = []
    }

    enum Fate {
        /// An imported setting with a note on it.
        case setting(ImportedSetting, note: String?)
        /// For the operator to decide.
        case suggestion(String)
        /// Not imported, for this reason.
        case leftAside(String)
    }
}

extension Migration {
    /// - Parameter name: the name of the file, for messages.
    /// - Throws: `ConfigurationError` if the file is not TOML, or configures the authenticator or its cache twice.
    init(
        _ bytes: [UInt8], name: String, allowed: Set<String>, variables: [String: String]
    ) throws(ConfigurationError) {
        let deployment = try ConfigurationError.reading(name) { () throws(TOMLError) in try Deployment(bytes) }
        do throws(DeploymentReading.Duplicate) {
            let reading = try DeploymentReading(
                deployment, Placeholders(deployment, allowed: allowed, variables: variables))
            rows = reading.rows.map { Self.row($0, .file(name, line: $0.line)) }
        } catch {
            throw ConfigurationError(
                .file(name, line: error.line), key: error.table,
                "\(error.identifier) occurs a second time" + (error.firstLine.map { ", after line \($0)" } ?? ""),
                allowed: "one block")
        }
    }

    private static func row(_ row: DeploymentReading.Row, _ origin: GivenValue.Origin) -> Row {
        func made(_ fate: Fate, _ refusals: [ConfigurationError] = []) -> Row {
            Row(line: row.line, found: row.found, fate: fate, refusals: refusals)
        }
        switch row.content {
        case .ofListenerChain: return made(.leftAside("has no effect here: there is no listener chain"))
        case .table(let name, let isElement): return made(.leftAside(WSO2Tables.reason(name, isElement: isElement)))
        case .host(let text, let port, let outcome): return made(suggestion(text, port: port, outcome))
        case .setting(let value, let outcome):
            let moved = row.found == DeploymentReading.tokenLifetimeKey ? Settings.known.tokenLifetime : nil
            guard let entry = moved ?? Settings.entry(row.found) else {
                return made(.leftAside("not a known setting of the authenticator"))
            }
            switch outcome {
            case .same: return made(fate(GivenValue(value: value, origin: origin), [], as: entry))
            case .filled(let text, let notes):
                return made(fate(GivenValue(value: .text(text), origin: origin), notes, as: entry))
            case .unknown(let reason): return made(.leftAside("\(reason): set \(entry.key) yourself"))
            case .refused(let refusals):
                return made(
                    .leftAside(refusals.map(\.phrase).joined(separator: "; ")),
                    refusals.map { ConfigurationError(origin, key: row.found, $0.phrase, allowed: $0.remedy) })
            }
        }
    }

    private static func fate(_ given: GivenValue, _ notes: [String], as entry: any SettingEntry) -> Fate {
        if let problem = entry.problem(with: given) {
            return .leftAside(problem.problem + (problem.allowed.map { "; allowed: \($0)" } ?? ""))
        }
        guard let setting = ImportedSetting(entry, given) else { return .leftAside("cannot be read") }
        let isAlias = entry.key == Settings.known.tokenEndpointAlias.key
        let notes = notes + (isAlias ? ["an additional accepted audience"] : [])
        return .setting(setting, note: notes.isEmpty ? nil : notes.joined(separator: ", "))
    }

    /// Suggests the issuer that clients know from WSO2, port included, so that their configuration need not change.
    private static func suggestion(_ text: String, port: Int, _ outcome: Placeholders.Outcome) -> Fate {
        let host: String
        switch outcome {
        case .same: host = text
        case .filled(let filled, _): host = filled
        case .unknown(let reason): return .leftAside(reason)
        // Not an error, because this is only a suggestion.
        case .refused(let refusals):
            return .leftAside(
                refusals.map { $0.phrase + ($0.remedy.map { ": \($0)" } ?? "") }.joined(separator: "; "))
        }
        guard SettingKind<String>.text().read(.text(host)) != nil, ListenAddress("\(host):\(port)") != nil else {
            return .leftAside("is not a host name")
        }
        let issuer = "https://\(host)" + (port == 443 ? "" : ":\(port)")
        return .suggestion(
            "[server] issuer = \"\(issuer)\", if clients should find Countersign at WSO2's address")
    }
}

extension Placeholders.Refusal {
    fileprivate var remedy: String? {
        switch self {
        case .notAllowed(let name): "--allow-env \(ShellCommand.word(name))"
        case .reserved: nil
        }
    }
}

/// A setting with its imported value.
struct ImportedSetting {
    let entry: any SettingEntry
    /// The value in the form of the file, without quotes.
    let text: String

    init?(_ entry: any SettingEntry, _ given: GivenValue) {
        guard let text = entry.text(of: given) else { return nil }
        self.entry = entry
        self.text = text
    }

    /// The value in the form of the file: quoted, except numbers and booleans.
    var written: String {
        let bare: TOMLValue? = Int(text).map { .integer($0) } ?? Bool(text).map { .boolean($0) }
        if let bare, entry.problem(with: GivenValue(value: bare, origin: .flag(""))) == nil { return text }
        return TOMLString.quoted(text)
    }

    /// The table of the setting, and its name there: `event_listener.properties`, `PreventTokenReuse`.
    var table: String { entry.key.split(separator: ".").dropLast().joined(separator: ".") }
    var name: String { entry.key.split(separator: ".").last.map(String.init) ?? entry.key }
}

/// A TOML 1.0 basic string, with invisible characters escaped.
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
