import CountersignJOSE

/// The certificates in a key store, JKS or PKCS#12, recognised by its content.
///
/// Private keys in it are not decrypted and not kept: a note says that there were some.
public struct KeyStoreFile: Sendable {
    /// The longest file that is read, in bytes.
    public static let maximumLength = 1_048_576
    /// How many entries one key store may hold.
    public static let maximumEntries = 1000

    /// `.jks` or `.pkcs12`.
    public let format: KeyFormat.StoreKind
    /// At least one, in the order of the file. No two have the same alias.
    public let entries: [KeyStoreFileEntry]
    /// What the person who gave the file should know: what was left aside, and why. Sentences.
    public let notes: [String]

    /// Whether a file is a key store, told from its first bytes; also one of a kind that is not read, which `init` then names.
    public static func isKeyStore(_ bytes: [UInt8]) -> Bool {
        KeyFormat.StoreKind(startOf: bytes) != nil
    }

    /// Reads the content of a file.
    ///
    /// - Parameters:
    ///   - bytes: the whole content.
    ///   - name: the file as errors shall name it.
    ///   - password: the key store's password in UTF-8, without a line break; `nil` where there is none.
    /// - Throws: `KeyFileError` where the file is no key store, is not whole, the password is not its own, or no certificate
    ///   in it can be used.
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

/// One certificate of a key store, under its name.
public struct KeyStoreFileEntry: Sendable {
    /// What the certificate is there for.
    public enum Kind: Sendable, Equatable {
        /// It stands alone: somebody is trusted.
        case trustedCertificate
        /// It belongs to a private key, which stays in the file.
        case keyEntry
    }

    /// The name, exactly as the file has it. `keytool` writes lower case, except for certificates that stand alone in PKCS#12.
    ///
    /// A PKCS#12 entry without a name gets a number that no other has, from 1 on.
    public let alias: String
    /// The key in the certificate, and the certificate.
    public let key: ImportedKey
    /// What it is there for.
    public let kind: Kind
    /// Whether Java wrote it: every entry of JKS, and those of PKCS#12 with Java's marks. Java finds an alias without regard to case.
    public let isFromJava: Bool
}
