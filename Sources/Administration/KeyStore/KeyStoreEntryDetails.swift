import CountersignKeyFiles

/// A key store entry and the client that it serves.
package struct KeyStoreEntryDetails {
    package let entry: KeyStoreEntry
    package let use: KeyStoreUse

    init(_ entry: KeyStoreEntry, _ clients: ClientIDIndex) {
        self.entry = entry
        use = KeyStoreUse(of: entry.alias, isFromJava: entry.isFromJava, clients)
    }

    /// - Parameter answer: as `json` renders it.
    package init(answer object: JSONObject) throws(InvalidDocument) {
        var reader = DocumentReader(object)
        reader.require("certificate")
        reader.require("serves")
        let certificate = reader.object("certificate") { object throws(InvalidDocument) in
            try KeyCertificate(answer: object)
        }
        let use = reader.object("serves") { object throws(InvalidDocument) in try KeyStoreUse(answer: object) }
        let (alias, isFromJava) = (
            ExactString(reader.requiredText("alias")), reader.requiredBoolean("from_java_key_store")
        )
        let addedAt = reader.requiredTime("added_at")
        try reader.finishIgnoringOthers()
        guard let certificate, let use, let jwk = certificate.jwk else {
            throw InvalidDocument([DocumentFault(.document, "It is not an entry")])
        }
        entry = KeyStoreEntry(
            alias: alias, certificate: certificate, jwk: jwk, isFromJava: isFromJava, addedAt: addedAt)
        self.use = use
    }

    package static func all(in store: any Store) async throws(StoreError) -> [KeyStoreEntryDetails] {
        try await of(try await store.keyStore.entries(), in: store)
    }

    /// Looks up the clients that these entries serve.
    package static func of(
        _ entries: [KeyStoreEntry], in store: any Store
    ) async throws(StoreError) -> [KeyStoreEntryDetails] {
        let clients = try await ClientIDIndex(of: entries.map(\.alias), in: store)
        return entries.map { KeyStoreEntryDetails($0, clients) }
    }

    /// - Throws: `KeyStoreFailure.noEntry`, or `StoreError`.
    package static func entry(_ alias: String, in store: any Store) async throws -> KeyStoreEntryDetails {
        let alias = ExactString(alias)
        guard let entry = try await store.keyStore.entry(alias) else {
            throw KeyStoreFailure.noEntry(
                alias, similar: try await store.keyStore.entries(ignoringCaseOf: alias).first?.alias)
        }
        return KeyStoreEntryDetails(entry, try await ClientIDIndex(of: [alias], in: store))
    }

    package var json: JSONObject {
        let details = CertificateDetails(der: entry.certificate.der)
        var certificate = entry.certificate.json
        certificate.set("issuer", .string(details?.issuer) ?? .null)
        certificate.set("serial_number", .string(details?.serialNumber) ?? .null)
        certificate.set("sha256", .string(entry.certificate.facts.fingerprint))
        return [
            "alias": .string(entry.alias), "client_id": .string(use.client?.value) ?? .null,
            "from_java_key_store": .boolean(entry.isFromJava), "in_force": .boolean(use.isInForce),
            "use": .string(use.phrase(entry.alias)), "serves": .object(use.json),
            "type": .string(entry.jwk.key.type.description),
            "bits": .number(entry.jwk.key.sizeInBits), "algorithms": entry.jwk.algorithmNames,
            "thumbprint": .string(entry.jwk.thumbprint), "added_at": .string(entry.addedAt.text),
            "certificate": .object(certificate),
        ]
    }
}

extension KeyCertificate {
    /// The certificate itself, in PEM, and its facts.
    package var json: JSONObject {
        var object = facts.json
        object.set("pem", .string(CertificateDetails.pem(der)))
        return object
    }
}

extension CertificateFacts {
    package var json: JSONObject {
        [
            "subject": .string(subject), "not_before": .string(notBefore.text), "not_after": .string(notAfter.text),
            "x5t": .string(thumbprintSHA1), "x5t#S256": .string(thumbprintSHA256),
        ]
    }
}

extension JWK {
    /// Every algorithm whose signatures it verifies, by name.
    package var algorithmNames: JSONValue { .array(verificationAlgorithms.map(\.name)) }
}
