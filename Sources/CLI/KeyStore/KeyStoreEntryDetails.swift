import Countersign
import CountersignJOSE
import CountersignKeys
import CountersignStore

/// An entry of the key store, and whom it serves.
struct KeyStoreEntryDetails {
    let entry: KeyStoreEntry
    let use: Use

    /// What an entry is good for.
    enum Use: Equatable {
        /// Its client authenticates with it.
        case inForce
        /// Its client has keys from elsewhere, which go first.
        case overridden(KeySource)
        /// No client has this identifier.
        case unused
        /// No client has this identifier, but there are some that differ from it in nothing but case.
        case lookalike([ClientID])
    }

    init(_ entry: KeyStoreEntry, _ clients: ClientIDIndex) {
        self.entry = entry
        let alike = clients.lookalikes(of: entry.alias)
        switch clients.client(entry.alias).flatMap({ clients.sources[$0] }) {
        case .keyStore, .some(.none): use = .inForce
        case .own: use = .overridden(.own)
        case .keySet(let url): use = .overridden(.keySet(url: url))
        case Optional.none: use = alike.isEmpty ? .unused : .lookalike(alike)
        }
    }

    /// As a person reads it.
    func text(at now: UnixTime) -> String {
        let facts = entry.certificate.facts
        let details = CertificateDetails(der: entry.certificate.der)
        let client: String =
            switch use {
            case .inForce: "\(entry.alias.text), which authenticates with it"
            case .overridden: "\(entry.alias.text), \(use.text)"
            case .unused: "none: no client has this ID"
            case .lookalike: "none: \(use.text)"
            }
        return Columns.text([
            ["Alias", entry.alias.text], ["Subject", facts.subject], ["Issuer", details?.issuer ?? "unknown"],
            ["Serial number", details?.serialNumber ?? "unknown"], ["Valid from", facts.notBefore.text],
            ["Valid until", facts.notAfter.text + (facts.lapse(at: now).map { ", \($0)" } ?? "")],
            ["Key", entry.jwk.key.summary], ["SHA-256", facts.fingerprint],
            ["Key thumbprint", entry.jwk.thumbprint], ["Added", entry.addedAt.text], ["Client", client],
        ])
    }

    /// For programs.
    var json: JSONObject {
        func text(_ value: String?) -> JSONValue { value.map { .string(ExactString($0)) } ?? .null }
        let details = CertificateDetails(der: entry.certificate.der)
        var certificate = entry.certificate.facts.json
        certificate.set("issuer", text(details?.issuer))
        certificate.set("serial_number", text(details?.serialNumber))
        certificate.set("sha256", text(entry.certificate.facts.fingerprint))
        return JSONObject([
            ("alias", .string(entry.alias)), ("client_id", use.hasClient ? .string(entry.alias) : .null),
            ("in_force", .boolean(use == .inForce)), ("use", text(use.text)),
            ("type", text(entry.jwk.key.type.description)), ("bits", .number(JSONNumber(entry.jwk.key.sizeInBits))),
            ("algorithms", entry.jwk.algorithmNames), ("thumbprint", text(entry.jwk.thumbprint)),
            ("added_at", text(entry.addedAt.text)),
            ("certificate", .object(certificate)),
        ])
    }
}

extension KeyStoreEntryDetails.Use {
    /// In a few words.
    var text: String {
        switch self {
        case .inForce: "in force"
        case .overridden(.keySet): "not in force: the client has a key set at a URL"
        case .overridden: "not in force: the client has keys of its own"
        case .unused: "no such client"
        case .lookalike(let clients):
            "differs in case from the client \(clients.map(\.text).joined(separator: ", "))"
        }
    }

    /// Whether there is a client of this identifier.
    var hasClient: Bool {
        switch self {
        case .inForce, .overridden: true
        case .unused, .lookalike: false
        }
    }
}

extension VerificationKey {
    /// Its type, its size where that varies, and what its algorithm identifier leaves of the type's algorithms.
    var summary: String {
        guard type == .rsa else { return type.description }
        let own = SignatureAlgorithm.allCases.filter(fits)
        let limit = own.contains(.rs256) ? "" : " (\(own.map(\.name).joined(separator: ", ")) only)"
        return "RSA \(sizeInBits)\(limit)"
    }
}
