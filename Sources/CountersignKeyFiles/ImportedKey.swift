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

extension ClientKey {
    /// Prepares a key from a file for verification.
    public init(_ key: ImportedKey, availability: KeyAvailability = .active) {
        self.init(key.jwk, certificate: key.certificate?.facts, availability: availability)
    }
}
