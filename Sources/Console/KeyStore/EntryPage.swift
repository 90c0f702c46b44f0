import Administration
import CountersignKeyFiles
import Pages

/// An entry of the key store.
struct EntryPage: ConsolePage {
    let path = KeyStorePage.address + "/entries/{alias}"
    let notices = ["imported": "The certificate has been imported. It is in force within a second."]

    func show(_ visit: Visit) async throws -> any ConsoleContent {
        EntryContent(details: try await Self.entry(visit), base: visit.address.path, now: visit.now)
    }

    /// Returns the entry that the path names.
    static func entry(_ visit: Visit) async throws -> KeyStoreEntryDetails {
        let alias = try visit.parameter("alias")
        do {
            return try await KeyStoreAdministration(visit.store).entry(alias)
        } catch is KeyStoreFailure {
            throw ConsoleFailure.notFound("the entry “\(alias)” in its key store")
        }
    }
}

struct EntryContent: ConsoleContent {
    static let template = "keystore-entry"

    let details: KeyStoreEntryDetails
    let base: String
    let now: UnixTime

    private var alias: String { details.entry.alias.text }
    private var facts: CertificateFacts { details.entry.certificate.facts }

    var head: PageHead {
        PageHead(
            title: "Entry", key: alias, crumbs: [("Key store", KeyStorePage.address)], offersChanges: true,
            commands: [
                ShellCommand.text(["keystore", "show"], on: alias),
                ShellCommand.text(["keystore", "export"], on: alias, ["--out", "FILE.pem"]),
                ShellCommand.text(["keystore", "remove"], on: alias),
            ])
    }

    var context: [String: Any] {
        let certificate = CertificateDetails(der: details.entry.certificate.der)
        let here = base + ShownEntry.path(alias)
        let shown = ShownEntry(details: details, now: now, base: base)
        func name(_ text: String) -> String { ShownText.of(text, limit: ShownEntry.nameLimit) }
        var context: [String: Any] = [
            "subject": name(facts.subject), "issuer": name(certificate?.issuer ?? "unknown"),
            "is_self_issued": certificate?.isSelfIssued ?? false,
            "serial_number": certificate?.serialNumber ?? "unknown", "valid_from": ShownEntry.time(facts.notBefore),
            "valid_until": ShownEntry.time(facts.notAfter), "strength": ShownEntry.strength(details.entry.jwk.key),
            "algorithms": details.entry.jwk.verificationAlgorithms.map(\.name).joined(separator: ", "),
            "fingerprint": facts.fingerprint, "thumbprint": details.entry.jwk.thumbprint,
            "x5t": facts.thumbprintSHA1.text, "serves": shown.serves, "added": ShownEntry.time(details.entry.addedAt),
            "is_from_java": details.entry.isFromJava, "pem": here + "/certificate.pem",
            "der": here + "/certificate.der", "delete": here + "/delete",
            "replace": base + ImportPage.address + "?" + FormWriter.encoded([("alias", alias)]),
        ]
        context["state"] = ShownEntry.state(facts, at: now)
        return context
    }
}

/// The certificate of an entry as a file.
struct CertificateDownload: ConsolePage {
    enum Format: String {
        case pem
        case der
    }

    let format: Format
    var path: String { KeyStorePage.address + "/entries/{alias}/certificate." + format.rawValue }

    func show(_ visit: Visit) async throws -> any ConsoleContent { try await EntryPage().show(visit) }

    func download(_ visit: Visit) async throws -> Download? {
        let entry = try await EntryPage.entry(visit).entry
        let name = Download.fileName(entry.alias.text, extension: format == .pem ? "pem" : "cer")
        return switch format {
        case .pem:
            Download(
                name: name, contentType: "application/pem-certificate-chain",
                bytes: Array(CertificateDetails.pem(entry.certificate.der).utf8))
        // RFC 2585 §4.1.
        case .der: Download(name: name, contentType: "application/pkix-cert", bytes: entry.certificate.der)
        }
    }
}
