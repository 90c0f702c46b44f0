import Administration

/// The result of an import from WSO2, or of its dry run.
struct MigrationReport {
    let migration: Migration
    let target: TargetConfiguration?
    let certificates: KeyStoreImport?
    /// Where the certificates are.
    let place: Target
    let isDryRun: Bool
    var hasWrittenConfiguration = false

    private var settings: [ImportedSetting] { migration.settings }

    /// Whether a setting or alias has a different value; then nothing may be changed.
    var hasConflict: Bool { rows.contains { $0.result == "conflict" } || certificates?.hasConflict == true }

    private var rows: [(line: Int?, found: String, result: String, note: String)] {
        migration.rows.map { row in
            let (result, note) = self.result(of: row.outcome)
            return (row.line, row.found, result, note)
        }
    }

    private func result(of outcome: Migration.Outcome) -> (result: String, note: String) {
        switch outcome {
        case .suggestion(let text): return ("suggestion", text)
        case .skipped(let reason, _): return ("skipped", reason)
        case .setting(let setting, let note):
            let value = "\(setting.entry.key) = \(setting.tomlText)"
            let more = note.map { "; \($0)" } ?? ""
            switch target?.effect(of: setting) {
            case nil: return ("setting", value + more)
            case .added: return ("added", value + more)
            case .unchanged: return ("unchanged", value + more)
            case .conflict(let says, let line):
                let place = (target?.path ?? "") + (line.map { ":\($0)" } ?? "")
                return ("conflict", "\(value), but \(place) says \(says)")
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
        let aliases = certificates?.rows.filter { $0.use == .unused && $0.outcome.isKept }.map(\.alias.text) ?? []
        return aliases.map { alias in
            // With an equals sign, because a value that begins with a hyphen would be parsed as an option.
            ShellCommand.text(["client", "add", "--id=" + alias, "--name=" + alias] + placeOptions)
        }
    }

    private var placeOptions: [String] {
        if case .directory(let directory) = place { ["--data=" + directory] } else { place.options }
    }

    /// The command that starts a server with the imported settings and certificates.
    private var serve: String? {
        guard !isDryRun, !hasConflict else { return nil }
        if let target { return ShellCommand.text(["serve", "--config=" + target.path]) }
        guard place.issuer == nil else { return nil }
        return certificates.map { _ in ShellCommand.text(["serve"] + placeOptions) }
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
        let lines: [JSONObject] = rows.map { row in
            [
                "line": .number(row.line) ?? .null, "found": .string(row.found), "result": .string(row.result),
                "note": .string(row.note),
            ]
        }
        let changed = !isDryRun && !hasConflict && (hasWrittenConfiguration || certificates?.changesAnything == true)
        return [
            "deployment": .array(lines),
            "settings": .object(JSONObject(settings.map { ($0.entry.key, .string($0.text)) })),
            "keystore": .object(certificates?.json) ?? .null,
            "register": .array(registrations), "serve": .string(serve) ?? .null, "dry_run": .boolean(isDryRun),
            "changed": .boolean(changed),
        ]
    }
}
