import SwiftASN1

/// The integrity check of a PKCS#12 file (RFC 7292 §4, `MacData`): an HMAC with a key derived from the password.
struct PKCS12Integrity {
    private let derivation: KeyDerivation
    private let keyLength: Int
    private let digest: Digest
    private let code: [UInt8]

    /// The rounds that one attempt with a password costs.
    var rounds: Int { derivation.rounds(for: keyLength) }

    init(_ node: ASN1Node) throws(KeyFileError.Reason) {
        var fields = try node.fields(atMost: 3)
        var info = try fields.next().fields(atMost: 2)
        let algorithm = try AlgorithmIdentifier(info.next())
        code = try info.next().octets()
        if algorithm.identifier == .pbmac1 {
            // RFC 9579: the fields after it are unused.
            var parameters = try algorithm.fields(atMost: 2)
            (derivation, keyLength) = try KeyDerivation.forCode(AlgorithmIdentifier(parameters.next()))
            digest = try Digest(pseudorandomFunction: AlgorithmIdentifier(parameters.next()))
        } else {
            guard let digest = Digest(algorithm.identifier) else {
                throw .unsupportedPKCS12("an integrity check of kind \(algorithm.identifier)")
            }
            let salt = try fields.next().octets()
            let iterations = fields.isAtEnd ? 1 : try fields.next().iterations()
            derivation = try KeyDerivation(function: .pkcs12, digest: digest, salt: salt, iterations: iterations)
            self.digest = digest
            keyLength = digest.length
        }
        guard code.count == digest.length else { throw .damagedPKCS12("its integrity check has the wrong length") }
    }

    /// Verifies the content and returns the matching encoding of the password.
    ///
    /// - Throws: `.wrongPassword` if none matches.
    func matchingPassword(
        for content: [UInt8], _ password: KeyStorePassword, _ library: borrowing Libcrypto
    ) throws(KeyFileError.Reason) -> PasswordForms {
        for bmp in password.bmpForms {
            let forms = PasswordForms(bmp: bmp, utf8: password.utf8)
            let key = try library.derive(derivation, .integrity, from: forms, count: keyLength)
            let found = try library.authenticationCode(of: content, digest, key: key)
            if Libcrypto.isEqual(found, code) { return forms }
        }
        throw .wrongPassword(.keyStore(.pkcs12))
    }
}
