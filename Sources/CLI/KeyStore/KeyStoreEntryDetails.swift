import Countersign
import CountersignJOSE
import CountersignKeyFiles
import Store

/// An entry of the key store, and whom it serves.
struct KeyStoreEntryDetails {
    let entry: KeyStoreEntry
    let use: Use

    /// What an entry is good for.
    enum Use: Equatable {
        /// This client authenticates with it.
        case inForce(ClientID)
        /// Its client has keys from elsewhere, which go first.
        case overridden(ClientID, KeySource)
        /// No client has this identifier.
        case unused
        /// No client has this identifier, but there are some that differ from it in nothing but case.
        case lookalike([ClientID])
        /// It came from a Java key store and could mean each of these clients.
        case severalClients([ClientID])
        /// It came from a Java key store, and another entry could mean the same client.
        case severalEntries(ClientID)
    }

    init(_ entry: KeyStoreEntry, _ clients: ClientIDIndex) {
        self.entry = entry
        let alike = clients.clients(alike: entry.alias)
        guard let client = clients.client(of: entry.alias, isFromJava: entry.isFromJava),
            let source = clients.sources[client]
        else {
            use = alike.isEmpty ? .unused : entry.isFromJava ? .severalClients(alike) : .lookalike(alike)
            return
        }
        use =
            switch source {
            case .keyStore(let alias) where alias == entry.alias: .inForce(client)
            case .own, .keySet, .keyStore: .overridden(client, source)
            case .none: entry.isFromJava ? .severalEntries(client) : .inForce(client)
            }
    }

    /// As a person reads it.
    func text(at now: UnixTime) -> String {
        let facts = entry.certificate.facts
        let details = CertificateDetails(der: entry.certificate.der)
        let client: String =
            switch use {
            case .inForce(let client): "\(client), which authenticates with it"
            case .overridden(let client, _): "\(client), \(useText)"
            case .unused: "none: no client has this ID"
            case .lookalike, .severalClients, .severalEntries: "none: \(useText)"
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

    /// For programs.
    var json: JSONObject {
        let details = CertificateDetails(der: entry.certificate.der)
        var certificate = entry.certificate.facts.json
        certificate.set("issuer", .string(details?.issuer) ?? .null)
        certificate.set("serial_number", .string(details?.serialNumber) ?? .null)
        certificate.set("sha256", .string(entry.certificate.facts.fingerprint))
        return [
            "alias": .string(entry.alias), "client_id": .string(use.client?.value) ?? .null,
            "from_java_key_store": .boolean(entry.isFromJava), "in_force": .boolean(use.isInForce),
            "use": .string(useText),
            "type": .string(entry.jwk.key.type.description), "bits": .number(entry.jwk.key.sizeInBits),
            "algorithms": entry.jwk.algorithmNames, "thumbprint": .string(entry.jwk.thumbprint),
            "added_at": .string(entry.addedAt.text),
            "certificate": .object(certificate),
        ]
    }
}

extension KeyStoreEntryDetails {
    /// What the entry is good for, in a few words.
    var useText: String {
        func list(_ clients: [ClientID]) -> String { clients.map(\.text).joined(separator: ", ") }
        return switch use {
        case .inForce(let client): client.value == entry.alias ? "in force" : "in force for \(client)"
        case .overridden(_, .keySet): "not in force: the client has a key set at a URL"
        case .overridden(_, .keyStore(let alias)): "not in force: the entry \(alias) goes first"
        case .overridden: "not in force: the client has keys of its own"
        case .unused: "no such client"
        case .lookalike(let clients): "differs in case from the client \(list(clients))"
        case .severalClients(let clients): "could mean each of the clients \(list(clients)), so it serves none"
        case .severalEntries(let client): "another entry could mean the client \(client) too, so none serves it"
        }
    }
}

extension KeyStoreEntryDetails.Use {
    /// The client it serves, or would serve.
    var client: ClientID? {
        switch self {
        case .inForce(let client), .overridden(let client, _): client
        case .unused, .lookalike, .severalClients, .severalEntries: nil
        }
    }

    /// Whether a client authenticates with it.
    var isInForce: Bool {
        if case .inForce = self { true } else { false }
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
