/// The reason why a file gave no key, with the remedy.
public struct KeyFileError: Error, Sendable, Equatable {
    /// The name of the file, as it was given.
    public let file: String
    /// The reason.
    public let reason: Reason

    /// The reason for refusing a file.
    public enum Reason: Error, Sendable, Equatable {
        case empty
        /// The operating system does not open the file; its text.
        case unreadable(String)
        /// It is longer than `limit` bytes.
        case tooLong(limit: Int)
        case notRecognised
        /// It is text in UTF-16.
        case utf16
        /// It ends too early or violates its format.
        case damaged(KeyFormat?, detail: String)
        /// A private key instead of a public one.
        case privateKey(KeyFormat.PrivateKind)
        /// A line of a private key instead of a public key, although the private key itself is unreadable.
        case privateKeyLine(String)
        /// A public key instead of a private one.
        case noPrivateKey(KeyFormat)
        /// A key store instead of a private key.
        case keyInStore(KeyFormat.StoreKind)
        /// A private key with the encryption of RFC 1421, whose key derivation is a single round of MD5.
        case encrypted
        /// A format that has to be converted first.
        case unsupported(KeyFormat)
        /// It has more than `limit` keys.
        case tooManyKeys(limit: Int)
        case noKeys
        /// More than one private key.
        case severalPrivateKeys(Int)
        /// A key that is weak, symmetric, of an unknown kind, or malformed.
        case refused(KeyError)
        /// Another file instead of a key store.
        case noKeyStore
        /// Its content cannot be verified or decrypted without a password.
        case passwordNeeded(KeyFormat)
        /// Another password, or a modified file: the two are indistinguishable.
        case wrongPassword(KeyFormat)
        /// Not a valid password of a key store.
        case unusablePassword(String)
        /// It is encrypted without an integrity check, so a modification would go unnoticed.
        case encryptedWithoutMAC(KeyFormat.StoreKind)
        /// A password was given, but the file has nothing that it could verify.
        case missingMAC(KeyFormat.StoreKind)
        /// An unsupported key derivation, encryption or other part of the format.
        case unsupportedPart(KeyFormat, String)
        /// It needs more than `limit` rounds of key derivation.
        case tooMuchWork(KeyFormat, limit: Int)
        /// It has more than `limit` entries.
        case tooManyEntries(limit: Int)
        case noCertificates(KeyFormat.StoreKind)
        /// A part of OpenSSL is not installed.
        case missingModule(String)
    }

    init(_ file: String, _ reason: Reason) {
        self.file = file
        self.reason = reason
    }

    /// The file, what was found and what to do, in one line.
    public var message: String { "\(file): \(problem). \(remedy)" }
}

extension KeyFileError.Reason {
    /// Runs a parser of a key, and throws its error as `.refused`.
    static func mapping<Key>(_ parse: () throws(KeyError) -> Key) throws(KeyFileError.Reason) -> Key {
        do {
            return try parse()
        } catch {
            throw .refused(error)
        }
    }
}

extension KeyFileError {
    /// What was found, as a phrase.
    public var problem: String {
        switch reason {
        case .empty: "it is empty"
        case .unreadable(let detail): "it cannot be read: \(detail)"
        case .tooLong(let limit): "it is longer than \(limit / 1024) KiB"
        case .notRecognised: "it is not a key in PEM, DER or JSON (JWK, JWK Set)"
        case .utf16: "it is text in UTF-16"
        case .damaged(let format?, let detail): "it looks like \(format.phrase), but \(detail)"
        case .damaged(nil, let detail): detail
        case .privateKey(let kind): "it contains \(kind.rawValue)"
        case .keyInStore(let kind): "it contains \(kind.rawValue)"
        case .noPrivateKey(let format), .unsupported(let format): "it contains \(format.phrase)"
        case .privateKeyLine(let line): "it contains a line of a private key, '\(line)'"
        case .encrypted: "it contains a private key with the outdated encryption of PEM itself (Proc-Type)"
        case .tooManyKeys(let limit): "it contains more than \(limit) keys"
        case .noKeys: "it contains no key that can be used"
        case .severalPrivateKeys(let count): "it contains \(count) private keys"
        case .refused(let error): error.phrase
        case .noKeyStore: "it is neither a JKS nor a PKCS#12 key store"
        case .passwordNeeded(let format): "it is \(format.phrase), which needs its password"
        case .wrongPassword(let format): "it is \(format.phrase), but the password is wrong or the file was altered"
        case .unusablePassword(let detail): "the password cannot be used: \(detail)"
        case .encryptedWithoutMAC(let kind): "it is \(kind.rawValue) that is encrypted but has no integrity check (MAC)"
        case .missingMAC(let kind):
            "it is \(kind.rawValue) without an integrity check (MAC): the password cannot verify it"
        case .unsupportedPart(let format, let part): "it is \(format.phrase) with \(part), which is not supported"
        case .tooMuchWork(let format, let limit):
            "it is \(format.phrase) that asks for more than \(limit) rounds of password derivation"
        case .tooManyEntries(let limit): "it contains more than \(limit) entries"
        case .noCertificates(let kind): "it is \(kind.rawValue) without a certificate"
        case .missingModule(let module): "its encryption needs OpenSSL's \(module), which is not installed"
        }
    }

    /// What to do, as a sentence.
    public var remedy: String {
        switch reason {
        case .empty, .notRecognised, .noKeys:
            "Give a public key, a certificate, a JWK or a JWK Set."
        case .unreadable: "Check its path and its permissions."
        case .tooLong, .tooManyKeys: "Give a file with the keys of this client only."
        case .damaged: "Export it once more."
        case .privateKey, .privateKeyLine: "The server must never have it: give the public half."
        case .noPrivateKey: "Give the private key: a PEM or DER file, or a private JWK."
        case .keyInStore: "Take the private key out."
        case .utf16: "Save it as UTF-8."
        case .encrypted: "Encrypt it as PKCS#8."
        case .unsupported(let format): format.conversion
        case .severalPrivateKeys: "Give a file with the one key that signs."
        case .refused: "Give an RSA key of 2048 to 8192 bits, or one on P-256, P-384, P-521 or Ed25519."
        case .noKeyStore: "Give a key store made by keytool or OpenSSL."
        case .passwordNeeded(.private(.encrypted)): "Give its password."
        case .wrongPassword(.private(.encrypted)): "Give the password it was encrypted with."
        case .passwordNeeded, .wrongPassword: "Give the password of the key store itself, not that of a key in it."
        case .unusablePassword: "Give the password in UTF-8, on one line."
        case .missingMAC: "If you trust the file as you would a bare certificate, give it without a password."
        case .unsupportedPart(.private(.encrypted), _), .tooMuchWork(.private(.encrypted), _): "Encrypt it again."
        case .encryptedWithoutMAC, .unsupportedPart: "Write it again."
        case .missingModule: "Install that, or write the file again."
        case .tooMuchWork: "Write it again with fewer rounds."
        case .tooManyEntries: "Give a key store with the certificates of clients only."
        case .noCertificates: "Give the key store that contains the client's certificate."
        }
    }
}

extension KeyFormat {
    /// How to convert this format to a supported one.
    fileprivate var conversion: String {
        switch self {
        case .private(.openSSH):
            "Convert a copy to PEM. That leaves an Ed25519 key as it is: generate a new one."
        case .public, .private: "Convert it to PEM."
        case .keyStore(.pkcs12), .keyStore(.jks): "Read it as a key store."
        case .keyStore(.jceks): "Convert it to PKCS#12."
        case .other(.openSSHPublicKey): "Convert it to PEM (not Ed25519)."
        case .other(.certificateRequest): "Give the certificate or the public key."
        case .other(.pkcs7): "Take the certificate out."
        }
    }
}
