import SwiftASN1

/// A private key under a password: `EncryptedPrivateKeyInfo` (RFC 5958 §3).
///
/// What PKCS#12 files are encrypted with opens it too, PBES2 above all (RFC 8018 §6.2).
struct EncryptedPrivateKey {
    private let encryption: PasswordBasedEncryption
    private let ciphertext: [UInt8]

    /// Reads the outside. Nothing is derived yet.
    init(_ der: [UInt8]) throws(KeyFileError.Reason) {
        do throws(KeyFileError.Reason) {
            var fields = try ASN1Node.parsing(der).fields(atMost: 2)
            encryption = try PasswordBasedEncryption(fields.next())
            ciphertext = try fields.next().octets()
            guard encryption.rounds <= PKCS12.maximumRounds else {
                throw KeyFileError.Reason.tooMuchWork(.keyStore(.pkcs12), limit: PKCS12.maximumRounds)
            }
        } catch {
            throw error.about(.private(.encrypted))
        }
    }

    /// Hands the key to a reader, in PKCS#8, and leaves nothing of it in memory that is its own.
    ///
    /// - Throws: `.wrongPassword` where the result is no private key, besides what the reader throws.
    func withKey<Value>(
        _ password: KeyStorePassword, _ read: ([UInt8]) throws(KeyFileError.Reason) -> Value
    ) throws(KeyFileError.Reason) -> Value {
        do throws(KeyFileError.Reason) {
            let library = try Libcrypto(withLegacyCiphers: encryption.cipher.isLegacy)
            let forms = PasswordForms(bmp: password.utf16 + [0, 0], utf8: password.utf8)
            // One wrong password in some hundred leaves a padding that looks right: then the content tells.
            guard var key = try encryption.decrypt(ciphertext, forms, library) else {
                throw KeyFileError.Reason.wrongPassword(.private(.encrypted))
            }
            defer { Libcrypto.overwrite(&key) }
            guard KeyFormat(outlineOf: key) == .private(.pkcs8) else {
                throw KeyFileError.Reason.wrongPassword(.private(.encrypted))
            }
            return try read(key)
        } catch {
            throw error.about(.private(.encrypted))
        }
    }
}

extension KeyFileError.Reason {
    /// The same of another format than that of the key store, whose readers it comes from.
    fileprivate func about(_ format: KeyFormat) -> KeyFileError.Reason {
        if case .damaged(.keyStore(.pkcs12), let detail) = self { return .damaged(format, detail: detail) }
        if case .unsupportedPart(.keyStore(.pkcs12), let part) = self { return .unsupportedPart(format, part) }
        if case .tooMuchWork(.keyStore(.pkcs12), let limit) = self { return .tooMuchWork(format, limit: limit) }
        return self
    }
}
