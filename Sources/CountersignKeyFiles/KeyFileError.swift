import CountersignJOSE

/// Why a file gave no key: which file, what was found in it, and what to do.
public struct KeyFileError: Error, Sendable, Equatable {
    /// The file as it was named by the person who gave it.
    public let file: String
    /// What was found.
    public let reason: Reason

    /// What is the matter with a file.
    public enum Reason: Error, Sendable, Equatable {
        case empty
        /// Bytes allowed at most.
        case tooLong(limit: Int)
        case notRecognised
        /// Text in another encoding than UTF-8.
        case utf16
        /// It ends too early or holds what its format does not allow.
        case damaged(KeyFormat?, detail: String)
        /// A private key where a public one is expected.
        case privateKey(KeyFormat)
        /// A line that belongs to a private key where a public one is expected, though the key itself cannot be read.
        case privateKeyLine(String)
        /// A public key where a private one is expected.
        case noPrivateKey(KeyFormat)
        /// A key store where a private key is expected.
        case keyInStore(KeyFormat)
        /// A private key that is encrypted in the way of RFC 1421, whose key derivation is a single round of MD5.
        case encrypted
        /// A format that has to be converted first.
        case unsupported(KeyFormat)
        /// Keys allowed at most.
        case tooManyKeys(limit: Int)
        case noKeys
        /// More private keys than the one that signs.
        case severalPrivateKeys(Int)
        /// A key that is weak, symmetric, of an unknown kind, or not well-formed.
        case refused(KeyError)
        /// Something else where a key store is expected.
        case noKeyStore
        /// Its content cannot be trusted, or not be read, before a password has proved it.
        case passwordNeeded(KeyFormat)
        /// Another password, or a file that was altered: the two cannot be told apart.
        case wrongPassword(KeyFormat)
        /// Not a password that any key store can have.
        case unusablePassword(String)
        /// It is encrypted, and nothing in it tells a wrong password or an altered file from a right one.
        case unproven(KeyFormat)
        /// A password was given, and nothing in the file could prove anything by it.
        case unprotected(KeyFormat)
        /// A password's derivation, an encryption or another part of the format that is not known here.
        case unsupportedPart(KeyFormat, String)
        /// To read it would take more work than any honest file asks for; the limit is in rounds of a derivation.
        case tooMuchWork(KeyFormat, limit: Int)
        /// Entries allowed at most.
        case tooManyEntries(limit: Int)
        case noCertificates(KeyFormat)
        /// A part of OpenSSL is not installed.
        case missingModule(String)
    }

    init(_ file: String, _ reason: Reason) {
        self.file = file
        self.reason = reason
    }

    /// All of it in one line.
    public var line: String { "\(file): \(found). \(remedy)" }
}
