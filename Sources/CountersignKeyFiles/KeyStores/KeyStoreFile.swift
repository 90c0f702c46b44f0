/// The certificates in a key store, JKS or PKCS#12, recognised by its content.
///
/// Its private keys are neither decrypted nor kept; a note mentions them.
public struct KeyStoreFile: Sendable {
    /// The maximum length of a file, in bytes.
    public static let maximumLength = 1_048_576
    /// The maximum number of entries.
    public static let maximumEntries = 1000

    /// `.jks` or `.pkcs12`.
    public let format: KeyFormat.StoreKind
    /// At least one entry, in the order of the file. Aliases are unique.
    public let entries: [KeyStoreFileEntry]
    /// Notes for the person who gave the file, as sentences: what was skipped, and why.
    public let notes: [String]

    /// Recognises a key store by its first bytes, even one of an unsupported kind, which `init` then refuses by name.
    public static func isKeyStore(_ bytes: [UInt8]) -> Bool {
        KeyFormat.StoreKind(startOf: bytes) != nil
    }

    /// Reads the content of a file.
    ///
    /// - Parameters:
    ///   - bytes: the whole content.
    ///   - name: the name of the file in errors.
    ///   - password: the key store's password in UTF-8, without a line break.
    /// - Throws: `KeyFileError` if the file is not a key store, is damaged, has another password, or has no usable certificate.
    public init(_ bytes: [UInt8], name: String, password: [UInt8]?) throws(KeyFileError) {
        do throws(KeyFileError.Reason) {
            guard bytes.count <= Self.maximumLength else {
                throw KeyFileError.Reason.tooLong(limit: Self.maximumLength)
            }
            guard !bytes.isEmpty else { throw KeyFileError.Reason.empty }
            guard let format = KeyFormat.StoreKind(startOf: bytes) else { throw KeyFileError.Reason.noKeyStore }
            let password = try password.map { bytes throws(KeyFileError.Reason) in try KeyStorePassword(bytes) }
            let content =
                switch format {
                case .jks: try JavaKeyStore.read(bytes, password)
                case .pkcs12: try PKCS12.read(bytes, password)
                case .jceks: throw KeyFileError.Reason.unsupported(.keyStore(format))
                }
            self.format = format
            (entries, notes) = try content.certificates(of: format)
        } catch {
            throw KeyFileError(name, error)
        }
    }
}

/// A certificate of a key store, under its name.
public struct KeyStoreFileEntry: Sendable {
    /// The purpose of an entry.
    public enum Kind: Sendable, Equatable {
        /// A stand-alone certificate.
        case trustedCertificate
        /// The certificate of a private key, which stays in the file.
        case keyEntry
    }

    /// The name, exactly as in the file. `keytool` writes lower case, except for stand-alone certificates in PKCS#12.
    ///
    /// A PKCS#12 entry without a name gets an unused number, from 1 on.
    public let alias: String
    /// The certificate and its key.
    public let key: ImportedKey
    /// The purpose of the entry.
    public let kind: Kind
    /// Whether Java wrote the entry: every entry of JKS, and those of PKCS#12 with Java's attributes. Java ignores the case of an alias.
    public let isFromJava: Bool
}
