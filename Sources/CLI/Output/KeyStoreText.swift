import Administration
import CountersignKeyFiles

extension KeyStoreEntryDetails {
    func text(at now: UnixTime) -> String {
        let facts = entry.certificate.facts
        let details = CertificateDetails(der: entry.certificate.der)
        let phrase = use.phrase(entry.alias)
        let client: String =
            switch use {
            case .inForce(let client): "\(client), which authenticates with it"
            case .overridden(let client, _): "\(client), \(phrase)"
            case .unused, .caseVariant, .severalClients, .severalEntries: "none: \(phrase)"
            }
        return Columns.text([
            ["Alias", entry.alias.text + (entry.isFromJava ? ", from a Java key store: in any case" : "")],
            ["Subject", facts.subject], ["Issuer", details?.issuer ?? "unknown"],
            ["Serial number", details?.serialNumber ?? "unknown"], ["Valid from", facts.notBefore.text],
            ["Valid until", facts.notAfter.text + (facts.expiryNote(at: now).map { ", \($0)" } ?? "")],
            ["Key", entry.jwk.key.summary], ["SHA-256", facts.fingerprint],
            ["Key thumbprint", entry.jwk.thumbprint], ["Added", entry.addedAt.text], ["Client", client],
        ])
    }
}

extension KeyStoreImport {
    /// Renders a table with a line for each certificate, and the notes on the file.
    func text(at now: UnixTime) -> String {
        let lines = rows.map { row in
            let facts = row.entry.certificate.facts
            let hint: String? = if case .caseVariant = row.use { "--alias gives it the exact name" } else { nil }
            let notes = ([row.outcome.reason] + row.notes + [hint, facts.expiryNote(at: now)]).compactMap(\.self)
            return [
                row.alias.text, row.outcome.rawValue, facts.notAfter.text, facts.subject, notes.joined(separator: "; "),
            ]
        }
        let table = Columns.text([["ALIAS", "RESULT", "VALID UNTIL", "SUBJECT", "NOTE"]] + lines)
        return ([table] + file.notes.map { "Note: \(VisibleText.oneLine($0))" }).joined(separator: "\n")
    }
}

extension KeyStoreFailure: MessageError {
    var message: String {
        switch self {
        case .noEntry(let alias, let similar):
            "There is no entry '\(alias.text)' in the key store. "
                + (similar.map { "There is '\($0.text)'." } ?? "'countersign keystore list' lists the entries.")
        case .noEntryInFile(let alias, let file, let aliases):
            "\(file): there is no entry '\(alias)', but \(aliases.prefix(10).joined(separator: ", "))"
                + (aliases.count > 10 ? " and \(aliases.count - 10) more." : ".")
        case .keyWithoutCertificate(let file):
            """
            \(file): it has a key without a certificate, but the key store only keeps certificates. Register the key itself: \
            countersign client edit CLIENT --public-key \(ShellCommand.word(file))
            """
        case .severalKeys(let file): "\(file): it contains more than one key. Give a file with one certificate."
        }
    }
}
