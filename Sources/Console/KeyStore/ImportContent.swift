import Administration
import CountersignKeyFiles
import Pages

/// The form of an import, what was wrong with it, and what would be imported.
struct ImportContent: ConsoleContent {
    static let template = "keystore-import"

    /// The most certificates that are listed one by one.
    static let maximumRows = 100

    let typed: ImportPage.Typed
    let fault: ImportFault?
    let plan: Review?
    let base: String
    let now: UnixTime

    /// A plan that waits for the second press.
    struct Review {
        let plan: KeyStoreImport
        /// The name under which its certificates are held.
        let id: String
        let digest: String
    }

    init(typed: ImportPage.Typed, fault: ImportFault?, plan: Review?, _ visit: Visit) {
        self.typed = typed
        self.fault = fault
        self.plan = plan
        base = visit.address.path
        now = visit.now
    }

    var head: PageHead {
        PageHead(
            title: "Import certificates", crumbs: [("Key store", KeyStorePage.address)],
            lead: plan == nil
                ? "Nothing is changed yet: the next page shows what would be imported."
                : "Nothing has been changed yet. This is what would be imported.",
            offersChanges: true, commands: commands)
    }

    private var commands: [String] {
        let name = plan.map { $0.plan.file.name } ?? "FILE"
        let options =
            (typed.alias.isEmpty ? [] : ShellCommand.option("--alias", typed.alias))
            + (typed.replaces ? ["--replace"] : [])
        return [
            ShellCommand.text(["keystore", "import"], on: name, options + ["--dry-run"]),
            ShellCommand.text(["keystore", "import"], on: name, options),
        ]
    }

    var context: [String: Any] {
        var context: [String: Any] = [
            "action": base + ImportPage.address, "list": base + KeyStorePage.address,
            "alias": ShownText.of(alias, limit: 255), "replaces": typed.replaces, "is_review": plan != nil,
        ]
        if let fault {
            context["fault"] = ["field": fault.field, "message": fault.message]
            context["fault_of_" + fault.field] = ["message": fault.message]
        }
        if let plan { context.merge(review(plan)) { $1 } }
        return context
    }

    /// What was typed; else the alias that a single certificate would get, from the name of its file.
    private var alias: String {
        guard typed.alias.isEmpty, let plan, plan.plan.rows.count == 1, let row = plan.plan.rows.first else {
            return typed.alias
        }
        return row.alias.text
    }

    private func review(_ review: Review) -> [String: Any] {
        let (plan, rows) = (review.plan, review.plan.rows)
        let written = rows.count { $0.outcome.isKept && $0.outcome != .unchanged }
        let hidden = rows.count - Self.maximumRows
        var context: [String: Any] = [
            "file_name": ShownText.of(plan.file.name), "checked": review.id, "plan": review.digest,
            "rows": rows.prefix(Self.maximumRows).map(row),
            "notes": plan.file.notes.map { ["text": ShownText.of($0, limit: 500)] },
            "has_notes": !plan.file.notes.isEmpty,
            "can_import": fault == nil && written > 0, "changes_nothing": fault == nil && written == 0,
            "button": written == 1 ? "Import the certificate" : "Import \(written) certificates",
            "is_named_by_file": typed.alias.isEmpty && !plan.file.isKeyStore,
        ]
        if hidden > 0 { context["hidden_rows"] = "And \(hidden) more." }
        return context
    }

    private func row(_ row: KeyStoreImport.Row) -> [String: Any] {
        let facts = row.entry.certificate.facts
        let notes = ([row.outcome.reason] + row.notes).compactMap(\.self).joined(separator: "; ")
        var values: [String: Any] = [
            "alias": ShownText.of(row.alias.text, limit: 255),
            "subject": ShownText.of(facts.subject, limit: ShownEntry.nameLimit),
            "fingerprint": facts.fingerprint.prefix(17) + "…", "valid_until": ShownEntry.time(facts.notAfter),
            "strength": ShownEntry.strength(row.entry.key.jwk.key), "result": Self.result(row.outcome),
            "note": ShownText.of(notes.prefix(1).uppercased() + notes.dropFirst(), limit: 500),
        ]
        values["state"] = ShownEntry.state(facts, at: now)
        return values
    }

    private static func result(_ outcome: KeyStoreImport.Outcome) -> [String: String] {
        switch outcome {
        case .added: ["kind": "ok", "icon": "ok", "text": "New"]
        case .unchanged: ["kind": "plain", "icon": "ok", "text": "There already"]
        case .markedAsJava: ["kind": "info", "icon": "info", "text": "Updated"]
        case .replaced: ["kind": "warn", "icon": "warn", "text": "Replaces another"]
        case .conflict: ["kind": "bad", "icon": "bad", "text": "Alias is taken"]
        case .skipped: ["kind": "warn", "icon": "warn", "text": "Left out"]
        }
    }
}
