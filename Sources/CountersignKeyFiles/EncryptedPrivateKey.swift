import SwiftASN1

/// A private key encrypted with a password: `EncryptedPrivateKeyInfo` (RFC 5958 §3).
///
/// It uses the same encryption schemes as PKCS#12 files, mostly PBES2 (RFC 8018 §6.2).
struct EncryptedPrivateKey {
    private let encryption: PasswordBasedEncryption
    private let ciphertext: [UInt8]

    /// Parses the structure, without deriving a key.
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

    /// Passes the decrypted key (PKCS#8) to a closure, and overwrites it afterwards.
    ///
    /// - Throws: `.wrongPassword` if the result is not a private key, or an error of the closure.
    func withKey<Value>(
        _ password: KeyStorePassword, _ read: ([UInt8]) throws(KeyFileError.Reason) -> Value
    ) throws(KeyFileError.Reason) -> Value {
        do throws(KeyFileError.Reason) {
            let library = try Libcrypto(withLegacyCiphers: encryption.cipher.isLegacy)
            let forms = PasswordForms(bmp: password.utf16 + [0, 0], utf8: password.utf8)
            // With about one wrong password in 256 the padding is valid by chance: then the content decides.
            guard var key = try encryption.decrypt(ciphertext, forms, library) else {
                throw KeyFileError.Reason.wrongPassword(.private(.encrypted))
            }
            defer { Libcrypto.overwrite(&key) }
            guard KeyFormat(structureOf: key) == .private(.pkcs8) else {
                throw KeyFileError.Reason.wrongPassword(.private(.encrypted))
            }
            return try read(key)
        } catch {
            throw error.about(.private(.encrypted))
        }
    }
}

extension KeyFileError.Reason {
    /// The reason with another format, since the readers of key stores name theirs.
    fileprivate func about(_ format: KeyFormat) -> KeyFileError.Reason {
        if case .damaged(.keyStore(.pkcs12), let detail) = self { return .damaged(format, detail: detail) }
        if case .unsupportedPart(.keyStore(.pkcs12), let part) = self { return .unsupportedPart(format, part) }
        if case .tooMuchWork(.keyStore(.pkcs12), let limit) = self { return .tooMuchWork(format, limit: limit) }
        return self
    }
}
