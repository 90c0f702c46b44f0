import Administration
import Pages

/// The page that asks before an entry of the key store is deleted, and says which client loses its key.
struct DeleteEntryPage: ConsolePage {
    let path = KeyStorePage.address + "/entries/{alias}/delete"
    let takesForms = true
    let isSensitive = true

    /// The name of the hidden field with the certificate that the page shows.
    static let field = "certificate"

    func show(_ visit: Visit) async throws -> any ConsoleContent {
        DeleteEntryContent(details: try await EntryPage.entry(visit), base: visit.address.path, now: visit.now)
    }

    func act(_ form: Form, _ visit: Visit) async throws -> Answer {
        let alias = try await EntryPage.entry(visit).entry.alias
        let shown = form.text(Self.field)
        // Somebody may have replaced the certificate meanwhile: the person has agreed to lose this one only.
        let condition = ChangeCondition { records in
            try records.keyStoreEntry(alias).map { $0.certificate.facts.fingerprint == shown } ?? true
        }
        do throws(StoreError) {
            try await visit.store.requiring(condition).keyStore.remove(alias)
        } catch {
            guard case .changed = error else { throw error }
            throw ConsoleFailure.changed(ChangeSubject(.keyStoreEntry, alias))
        }
        return .redirect(to: KeyStorePage.address, notice: "deleted")
    }
}

struct DeleteEntryContent: ConsoleContent {
    static let template = "keystore-delete"

    let details: KeyStoreEntryDetails
    let base: String
    let now: UnixTime

    private var alias: String { details.entry.alias.text }

    var head: PageHead {
        PageHead(
            title: "Delete the entry", key: alias,
            crumbs: [("Key store", KeyStorePage.address), (alias, ShownEntry.path(alias))],
            commands: [ShellCommand.text(["keystore", "remove"], on: alias)])
    }

    var context: [String: Any] {
        let facts = details.entry.certificate.facts
        var context: [String: Any] = [
            "subject": ShownText.of(facts.subject, limit: ShownEntry.nameLimit),
            "valid_until": ShownEntry.time(facts.notAfter), "fingerprint": facts.fingerprint,
            "field": DeleteEntryPage.field, "entry": base + ShownEntry.path(alias),
            "action": base + ShownEntry.path(alias) + "/delete",
        ]
        if details.use.isInForce, let client = details.use.client {
            context["client"] = [
                "name": ShownText.of(client.text, limit: 255),
                "link": base + "/clients/" + PathSegment.encoded(client.text),
            ]
        }
        return context
    }
}
