import Countersign
import CountersignKeyFiles
import Store

/// A file with certificates in it: a key store, or one certificate by itself.
struct CertificateFile {
    /// As it was named, for messages.
    let name: String
    let entries: [Entry]
    /// What was left aside, and why. Sentences.
    let notes: [String]
    /// Whether the aliases are the file's own.
    let isKeyStore: Bool

    /// A certificate and the alias it has, or could have.
    struct Entry {
        let alias: String
        let key: ImportedKey
        let certificate: KeyCertificate
        /// Whether the alias comes from a Java key store, where it has no case.
        let isFromJava: Bool
    }

    /// - Throws: `KeyFileError`, and `CommandFailure` where the key stands without a certificate.
    static func read(_ path: String, _ password: PasswordOptions) throws -> CertificateFile {
        let file = try InputFile(path, limit: KeyStoreFile.maximumLength)
        return KeyStoreFile.isKeyStore(file.bytes)
            ? try CertificateFile(
                password.opening(file.name) { password throws(KeyFileError) in
                    try KeyStoreFile(file.bytes, name: file.name, password: password)
                }, name: file.name)
            : try CertificateFile(KeyFile(file.bytes, name: file.name), name: file.name, path: path)
    }

    /// The file's name without its ending: `certificates/billing.cer` is proposed as `billing`.
    static func proposedAlias(_ path: String) -> String {
        let name = path.split(separator: "/").last ?? ""
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return String(name) }
        return String(name[..<dot])
    }
}

extension CertificateFile {
    private init(_ store: KeyStoreFile, name: String) {
        self.name = name
        notes = store.notes
        isKeyStore = true
        entries = store.entries.compactMap { Entry($0.alias, $0.key, isFromJava: $0.isFromJava) }
    }

    private init(_ file: KeyFile, name: String, path: String) throws {
        self.name = name
        notes = file.notes
        isKeyStore = false
        entries = file.keys.compactMap { Entry(Self.proposedAlias(path), $0, isFromJava: false) }
        guard entries.count == file.keys.count, entries.count == 1 else {
            throw CommandFailure(
                entries.isEmpty
                    ? """
                    \(name): it holds a key without a certificate, and the key store keeps certificates. Register the key \
                    itself: countersign client edit CLIENT --public-key \(path)
                    """
                    : "\(name): it holds more than one key. Give a file with one certificate.")
        }
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
