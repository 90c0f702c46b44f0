import Administration

/// The contents of a `deployment.toml`: imported settings, suggestions, and omissions.
struct Migration {
    /// In the order of the file.
    var rows: [Row] = []
    /// Placeholders that are not filled in; any one of them prevents the whole import.
    var refusals: [ConfigurationError] {
        rows.flatMap { row -> [ConfigurationError] in
            if case .skipped(_, let refusals) = row.outcome { refusals } else { [] }
        }
    }
    var settings: [ImportedSetting] {
        rows.compactMap { if case .setting(let setting, _) = $0.outcome { setting } else { nil } }
    }

    /// Warnings about unusual audiences, as sentences. Any text is accepted: the example in WSO2's guide is not a URL.
    var warnings: [String] {
        settings.filter { $0.entry.key == Settings.known.tokenEndpointAlias.key }.compactMap { setting in
            let isName = setting.text.contains(/^(?i:https?:\/\/[^\/?#]+|urn:[a-z0-9][a-z0-9-]*:.)/)
            guard !isName || setting.text.contains("?") else { return nil }
            let problem =
                isName
                ? "has a '?', which the URL of a token endpoint does not have."
                : "is not a URL or URN, so another server may have the same audience."
            return """
                \(setting.entry.key): \(TOMLValue.string(setting.text).quoted) \(problem) It is accepted unchanged; make sure that \
                clients send exactly this.
                """
        }
    }

    /// One line of the report.
    struct Row {
        /// The line in `deployment.toml`.
        let line: Int?
        /// A table, or a key qualified by its tables.
        let found: String
        let outcome: Outcome
    }

    enum Outcome {
        /// An imported setting with a note on it.
        case setting(ImportedSetting, note: String?)
        /// For the operator to decide.
        case suggestion(String)
        /// Not imported, for this reason; the refusals are errors.
        case skipped(String, refusals: [ConfigurationError] = [])
    }
}

extension Migration {
    /// - Parameter name: the name of the file, for messages.
    /// - Throws: `ConfigurationError` if the file is not TOML, or configures the authenticator or its cache twice.
    init(_ bytes: [UInt8], name: String, allowed: Set<String>, variables: [String: String]) throws(ConfigurationError) {
        let deployment = try ConfigurationError.reading(name) { () throws(TOMLError) in try Deployment(bytes) }
        do throws(ClassifiedDeployment.Duplicate) {
            let reading = try ClassifiedDeployment(
                deployment, Placeholders(deployment, allowed: allowed, variables: variables))
            rows = reading.rows.map { row in
                Row(line: row.line, found: row.found, outcome: Self.outcome(of: row, .file(name, line: row.line)))
            }
        } catch {
            throw ConfigurationError(
                .file(name, line: error.line), key: error.table,
                "\(error.identifier) occurs a second time" + (error.firstLine.map { ", after line \($0)" } ?? ""),
                allowed: "one block")
        }
    }

    private static func outcome(of row: ClassifiedDeployment.Row, _ origin: SourcedValue.Origin) -> Outcome {
        switch row.content {
        case .ofListenerChain: return .skipped("has no effect here: there is no listener chain")
        case .table(let name, let isElement): return .skipped(WSO2Tables.reason(name, isElement: isElement))
        case .host(let text, let port, let filled): return suggestion(text, port: port, filled)
        case .setting(let value, let filled):
            guard let entry = moved[row.found] ?? Settings.entry(row.found) else {
                return .skipped("not a known setting of the authenticator")
            }
            switch filled {
            case .unchanged:
                return outcome(of: SourcedValue(value: seconds(value, row.found), origin: origin), [], as: entry)
            case .filled(let text, let notes):
                return outcome(
                    of: SourcedValue(value: seconds(.string(text), row.found), origin: origin), notes, as: entry)
            case .unknown(let reason): return .skipped("\(reason): set \(entry.key) yourself")
            case .refused(let refusals):
                return .skipped(
                    refusals.map(\.phrase).joined(separator: "; "),
                    refusals: refusals.map {
                        ConfigurationError(origin, key: row.found, $0.phrase, allowed: $0.remedy)
                    })
            }
        }
    }

    /// The settings that have another name here.
    private static let moved: [String: any SettingEntry] = [
        ClassifiedDeployment.tokenLifetimeKey: Settings.known.tokenLifetime,
        ClassifiedDeployment.refreshTokenLifetimeKey: Settings.known.refreshTokenLifetime,
    ]

    /// Adds the unit to a number of seconds if the setting has another one here.
    private static func seconds(_ value: TOMLValue, _ key: String) -> TOMLValue {
        guard key == ClassifiedDeployment.refreshTokenLifetimeKey, let number = value.scalar, Int(number) != nil else {
            return value
        }
        return .string(number + "s")
    }

    private static func outcome(of given: SourcedValue, _ notes: [String], as entry: any SettingEntry) -> Outcome {
        if let problem = entry.problem(with: given) {
            return .skipped(problem.problem + (problem.allowed.map { "; allowed: \($0)" } ?? ""))
        }
        guard let setting = ImportedSetting(entry, given) else { return .skipped("cannot be read") }
        let isAlias = entry.key == Settings.known.tokenEndpointAlias.key
        let notes = notes + (isAlias ? ["an additional accepted audience"] : [])
        return .setting(setting, note: notes.isEmpty ? nil : notes.joined(separator: ", "))
    }

    /// Suggests the issuer that clients know from WSO2, port included, so that their configuration need not change.
    private static func suggestion(_ text: String, port: Int, _ filled: Placeholders.Outcome) -> Outcome {
        let host: String
        switch filled {
        case .unchanged: host = text
        case .filled(let filled, _): host = filled
        case .unknown(let reason): return .skipped(reason)
        // Not an error, because this is only a suggestion.
        case .refused(let refusals):
            return .skipped(refusals.map { $0.phrase + ($0.remedy.map { ": \($0)" } ?? "") }.joined(separator: "; "))
        }
        guard SettingKind<String>.text().parse(.string(host)) != nil, ListenAddress("\(host):\(port)") != nil else {
            return .skipped("is not a host name")
        }
        let issuer = "https://\(host)" + (port == 443 ? "" : ":\(port)")
        return .suggestion("[server] issuer = \"\(issuer)\", if clients should find Countersign at WSO2's address")
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

    init?(_ entry: any SettingEntry, _ given: SourcedValue) {
        guard let text = entry.text(of: given) else { return nil }
        self.entry = entry
        self.text = text
    }

    /// The value in the form of the file: quoted, except numbers and booleans.
    var tomlText: String {
        let bare: TOMLValue? = Int(text).map { .integer($0) } ?? Bool(text).map { .boolean($0) }
        if let bare, entry.problem(with: SourcedValue(value: bare, origin: .flag(""))) == nil { return text }
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
