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
            case .unused, .lookalike, .severalClients, .severalEntries: "none: \(phrase)"
            }
        return Columns.text([
            ["Alias", entry.alias.text + (entry.isFromJava ? ", from a Java key store: in any case" : "")],
            ["Subject", facts.subject], ["Issuer", details?.issuer ?? "unknown"],
            ["Serial number", details?.serialNumber ?? "unknown"], ["Valid from", facts.notBefore.text],
            ["Valid until", facts.notAfter.text + (facts.lapse(at: now).map { ", \($0)" } ?? "")],
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
            let notes = ([row.fate.reason] + row.notes + [row.hint, facts.lapse(at: now)]).compactMap(\.self)
            return [row.alias.text, row.fate.name, facts.notAfter.text, facts.subject, notes.joined(separator: "; ")]
        }
        let table = Columns.text([["ALIAS", "RESULT", "VALID UNTIL", "SUBJECT", "NOTE"]] + lines)
        return ([table] + file.notes.map { "Note: \(VisibleText.oneLine($0))" }).joined(separator: "\n")
    }
}

extension KeyStoreImport.Row {
    fileprivate var hint: String? {
        if case .lookalike = use { "--alias gives it the exact name" } else { nil }
    }
}

extension KeyStoreFailure {
    var messageWithCommand: String {
        switch self {
        case .noEntry(_, similar: nil): message + " 'countersign keystore list' lists the entries."
        case .keyWithoutCertificate(let file):
            message + " Register the key itself: countersign client edit CLIENT --public-key \(ShellCommand.word(file))"
        case .noEntry, .noEntryInFile, .severalKeys: message
        }
    }
}
