import Administration

/// The result of an import from WSO2, or of its dry run.
struct MigrationReport {
    private let rows: [Row]
    private let settings: [ImportedSetting]
    private let target: TargetConfiguration?
    private let certificates: KeyStoreImport?
    /// The data directory for the certificates.
    private let directory: String
    private let isDryRun: Bool
    var hasWrittenConfiguration = false

    private struct Row {
        let line: Int?
        let found: String
        let result: String
        let note: String
    }

    init(
        _ migration: Migration, target: TargetConfiguration?, certificates: KeyStoreImport?, directory: String,
        isDryRun: Bool
    ) {
        rows = migration.rows.map { Self.row($0, target) }
        settings = migration.settings
        self.target = target
        self.certificates = certificates
        self.directory = directory
        self.isDryRun = isDryRun
    }

    /// Whether a setting or alias has a different value; then nothing may be changed.
    var hasConflict: Bool { rows.contains { $0.result == "conflict" } || certificates?.hasConflict == true }

    private static func row(_ row: Migration.Row, _ target: TargetConfiguration?) -> Row {
        func made(_ result: String, _ note: String) -> Row {
            Row(line: row.line, found: row.found, result: result, note: note)
        }
        switch row.fate {
        case .suggestion(let text): return made("suggestion", text)
        case .leftAside(let reason): return made("left aside", reason)
        case .setting(let setting, let note):
            let value = "\(setting.entry.key) = \(setting.written)"
            let more = note.map { "; \($0)" } ?? ""
            switch target?.change(by: setting) {
            case nil: return made("setting", value + more)
            case .added: return made("added", value + more)
            case .unchanged: return made("unchanged", value + more)
            case .conflict(let says, let line):
                let place = (target?.path ?? "") + (line.map { ":\($0)" } ?? "")
                return made("conflict", "\(value), but \(place) says \(says)")
            }
        }
    }

    var text: String {
        let table = rows.map { [$0.line.map(String.init) ?? "-", $0.found, $0.result, $0.note] }
        var parts = [Columns.text([["LINE", "IN THE FILE", "RESULT", "WHAT AND WHY"]] + table)]
        if settings.isEmpty { parts.append("It has no setting that can be imported.") }
        if target == nil, !settings.isEmpty {
            parts.append(
                "For the configuration file (--config writes it):\n\n" + TargetConfiguration.tables(settings).dropLast()
            )
        }
        if let certificates { parts.append("From \(certificates.file.name):\n" + certificates.text(at: .now)) }
        if !hasConflict, !registrations.isEmpty {
            let heading = "Register these clients, each under the ID it has in WSO2, with the same capitalization:"
            parts.append(([heading] + registrations.map { "  " + $0 }).joined(separator: "\n"))
        }
        parts.append(outcome)
        if let serve { parts.append("Start the server:\n  " + serve) }
        return parts.filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    /// The commands that register a client for each unused alias.
    private var registrations: [String] {
        let aliases = certificates?.rows.filter { $0.use == .unused && $0.fate.isKept }.map(\.alias.text) ?? []
        return aliases.map { alias in
            // With an equals sign, because a value that begins with a hyphen would be parsed as an option.
            ShellCommand.text(["client", "add", "--id=" + alias, "--name=" + alias, "--data=" + directory])
        }
    }

    /// The command that starts a server with the imported settings and certificates.
    private var serve: String? {
        guard !isDryRun, !hasConflict else { return nil }
        if let target { return ShellCommand.text(["serve", "--config=" + target.path]) }
        return certificates.map { _ in ShellCommand.text(["serve", "--data=" + directory]) }
    }

    private var outcome: String {
        if hasConflict { return "Nothing was changed." }
        if isDryRun { return "Nothing was changed (--dry-run)." }
        let file = target.map { target in
            "\(target.path) " + (hasWrittenConfiguration ? "is written." : "stays as it is.")
        }
        let store = certificates.map {
            $0.changesAnything ? "The certificates are in the key store." : "The key store stays as it is."
        }
        return [file, store].compactMap(\.self).joined(separator: "\n")
    }

    var json: JSONObject {
        let lines = rows.map { row in
            JSONValue.object(
                [
                    "line": .number(row.line) ?? .null,
                    "found": .string(row.found), "result": .string(row.result),
                    "note": .string(row.note),
                ])
        }
        let changed = !isDryRun && !hasConflict && (hasWrittenConfiguration || certificates?.changesAnything == true)
        return [
            "deployment": .array(lines),
            "settings": .object(JSONObject(settings.map { ($0.entry.key, .string($0.text)) })),
            "keystore": .object(certificates?.json) ?? .null,
            "register": .array(registrations),
            "serve": .string(serve) ?? .null, "dry_run": .boolean(isDryRun),
            "changed": .boolean(changed),
        ]
    }
}
