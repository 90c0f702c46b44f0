import Crypto

/// A public key from a file, with its certificate.
public struct ImportedKey: Sendable {
    /// The key and the restrictions on its use.
    public let jwk: JWK
    /// The certificate with the key, if any.
    public let certificate: KeyCertificate?

    /// Combines a key and its certificate.
    public init(jwk: JWK, certificate: KeyCertificate? = nil) {
        self.jwk = jwk
        self.certificate = certificate
    }

    /// Adds a `kid` to the key (RFC 7517 §4.5).
    ///
    /// - Throws: `KeyError` if the JWK with this `kid` is not valid.
    public func named(_ keyID: ExactString) throws(KeyError) -> ImportedKey {
        var object = jwk.object
        object.set("kid", .string(keyID))
        return ImportedKey(jwk: try JWK(object), certificate: certificate)
    }
}

extension ImportedKey {
    /// Reads the key and the validity of an X.509 certificate (RFC 5280 §4.1).
    ///
    /// The certificate serves as a container: its registration makes its key trusted, so no chain is built and the signature is not
    /// verified.
    init(certificate der: [UInt8]) throws(KeyFileError.Reason) {
        let certificate = try ParsedCertificate(der)
        let key = try KeyFileError.Reason.mapping { () throws(KeyError) in
            try VerificationKey(spki: Array(certificate.publicKey))
        }
        let facts = CertificateFacts(
            subject: certificate.subject.text, notBefore: certificate.notBefore, notAfter: certificate.notAfter,
            thumbprintSHA1: ExactString(Base64URL.encode(Array(Insecure.SHA1.hash(data: der)))),
            thumbprintSHA256: ExactString(Base64URL.encode(Array(SHA256.hash(data: der)))))
        self.init(jwk: JWK(key: key), certificate: KeyCertificate(der: der, facts: facts))
    }
}

extension ClientKey {
    /// Prepares a key from a file for verification.
    public init(_ key: ImportedKey, availability: KeyAvailability = .active) {
        self.init(key.jwk, certificate: key.certificate?.facts, availability: availability)
    }
}
