extension SafeBags {
    /// Which certificate belongs to which key, and which stand alone.
    ///
    /// The certificate of a key is that with the key's `localKeyID`. One with Java's mark stands alone; where there are no keys,
    /// all do. The rest are issuers of those of keys.
    var content: KeyStoreContent {
        var content = KeyStoreContent()
        content.privateKeys = keys.count
        var names = EntryNames(taken: (keys + certificates.map(\.attributes)).compactMap(\.name))
        var leaves: Set<Int> = []
        for key in keys {
            guard let leaf = certificate(of: key) else {
                let name = key.name.map { " " + $0.quotedAlias } ?? ""
                content.notes.append("To the key\(name) belongs no certificate, or more than one: it is left aside.")
                continue
            }
            guard leaves.insert(leaf).inserted else { continue }
            let alias = names.name(key.name ?? certificates[leaf].attributes.name)
            content.entries.append(
                .init(
                    alias: alias, kind: .keyEntry, isFromJava: key.isJavaKey, certificate: certificates[leaf].der))
        }
        for (index, certificate) in certificates.enumerated() where !leaves.contains(index) {
            guard certificate.attributes.isTrusted || keys.isEmpty else {
                content.chainCertificates += 1
                continue
            }
            content.entries.append(
                .init(
                    alias: names.name(certificate.attributes.name), kind: .trustedCertificate,
                    isFromJava: certificate.attributes.isTrusted, certificate: certificate.der))
        }
        if others > 0 {
            content.notes.append("Left aside, for being neither a certificate nor a private key: \(others).")
        }
        return content
    }

    /// - Returns: `nil` where there is none, or where two could be meant.
    private func certificate(of key: Attributes) -> Int? {
        if let keyID = key.keyID {
            let matches = certificates.indices.filter { certificates[$0].attributes.keyID == keyID }
            return matches.count == 1 ? matches[0] : nil
        }
        // Some tools write one key, its certificate first, and no identifiers. Java reads it so, too.
        let areUnmarked = certificates.allSatisfy { $0.attributes.keyID == nil && !$0.attributes.isTrusted }
        return keys.count == 1 && areUnmarked ? certificates.indices.first : nil
    }
}

/// Numbers for entries without a name, as Java gives them.
private struct EntryNames {
    private let taken: Set<String>
    private var last = 0

    init(taken: [String]) {
        self.taken = Set(taken)
    }

    mutating func name(_ name: String?) -> String {
        if let name, !name.isEmpty { return name }
        repeat { last += 1 } while taken.contains(String(last))
        return String(last)
    }
}
