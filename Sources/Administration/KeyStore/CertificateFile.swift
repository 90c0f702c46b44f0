import CountersignKeyFiles

/// A file with certificates: a key store, or a single certificate.
package struct CertificateFile {
    /// The file's name as it was given, for messages.
    package let name: String
    package let entries: [Entry]
    /// The omitted entries and the reasons, as sentences.
    package let notes: [String]
    /// Whether the aliases come from the file.
    package let isKeyStore: Bool

    /// A certificate with its alias, or with a proposed one.
    package struct Entry {
        package let alias: String
        let key: ImportedKey
        package let certificate: KeyCertificate
        /// Whether the alias comes from a Java key store, where aliases are not case-sensitive.
        let isFromJava: Bool
    }
}

extension CertificateFile {
    package init(_ store: KeyStoreFile, name: String) {
        self.init(
            name: name, entries: store.entries.compactMap { Entry($0.alias, $0.key, isFromJava: $0.isFromJava) },
            notes: store.notes, isKeyStore: true)
    }

    /// - Throws: `KeyStoreFailure` unless the file holds exactly one key, with its certificate.
    package init(_ file: KeyFile, name: String, path: String) throws(KeyStoreFailure) {
        let alias = Self.proposedAlias(path)
        let entries = file.keys.compactMap { Entry(alias, $0, isFromJava: false) }
        guard !entries.isEmpty else { throw .keyWithoutCertificate(file: name) }
        guard file.keys.count == 1 else { throw .severalKeys(file: name) }
        self.init(name: name, entries: entries, notes: file.notes, isKeyStore: false)
    }

    /// Returns the file name without its extension: `billing` for `certificates/billing.cer`.
    package static func proposedAlias(_ path: String) -> String {
        let name = path.split(separator: "/").last ?? ""
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return String(name) }
        return String(name[..<dot])
    }
}

extension CertificateFile.Entry {
    fileprivate init?(_ alias: String, _ key: ImportedKey, isFromJava: Bool) {
        guard let certificate = key.certificate else { return nil }
        self.alias = alias
        self.key = key
        self.certificate = certificate
        self.isFromJava = isFromJava
    }
}
