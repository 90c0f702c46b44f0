import CountersignKeyFiles
import Server

/// A file with certificates: a key store, or a single certificate.
package struct CertificateFile: Sendable {
    /// The file's name as it was given, for messages.
    package let name: String
    package let entries: [Entry]
    /// The omitted entries and the reasons, as sentences.
    package let notes: [String]
    /// Whether the aliases come from the file.
    package let isKeyStore: Bool

    /// A certificate with its alias, or with a proposed one.
    package struct Entry: Sendable {
        package let alias: String
        package let key: ImportedKey
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

    /// Reads a file that was sent over the network, recognised by its content.
    ///
    /// - Parameters:
    ///   - name: of the file, also for the alias of a single certificate.
    ///   - password: of the key store, in UTF-8; not used for other files.
    /// - Throws: `KeyFileError`; `KeyStoreFailure` for a key without its certificate; what `reading` throws.
    package static func read(_ bytes: [UInt8], name: String, password: [UInt8]?) async throws -> CertificateFile {
        try await reading { try CertificateFile(bytes, name: name, password: password) }
    }

    /// Runs a function that reads a file on a thread of its own, one at a time, so that event loops never wait for it: the derivation of a
    /// key store's password takes up to two seconds of computation.
    ///
    /// - Throws: `OAuthError` `temporarily_unavailable` if too many files are waiting.
    package static func reading<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        guard let result = await threads.run({ Result { try body() } }) else {
            throw OAuthError(
                .temporarilyUnavailable, "The server is reading too many files at the same time. Try again in a moment."
            )
        }
        return try result.get()
    }

    private static let threads = PasswordThreads(concurrency: 1, waiting: 8, niceness: 5)

    private init(_ bytes: [UInt8], name: String, password: [UInt8]?) throws {
        if KeyStoreFile.isKeyStore(bytes) {
            self.init(try KeyStoreFile(bytes, name: name, password: password), name: name)
        } else {
            try self.init(KeyFile(bytes, name: name), name: name, path: name)
        }
    }

    /// Returns the file name without its extension: `billing` for `certificates/billing.cer`.
    package static func proposedAlias(_ path: String) -> String {
        let name = path.split(separator: "/").last ?? ""
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return String(name) }
        return String(name[..<dot])
    }
}

extension CertificateFile.Entry {
    init?(_ alias: String, _ key: ImportedKey, isFromJava: Bool) {
        guard let certificate = key.certificate else { return nil }
        self.alias = alias
        self.key = key
        self.certificate = certificate
        self.isFromJava = isFromJava
    }
}
