import Countersign
import CountersignJOSE

/// A public key out of a file, ready to be registered.
public struct ImportedKey: Sendable {
    /// The key and the restrictions on its use.
    public let jwk: JWK
    /// The certificate it came in, if any.
    public let certificate: KeyCertificate?

    /// A key, and the certificate it came in.
    public init(jwk: JWK, certificate: KeyCertificate? = nil) {
        self.jwk = jwk
        self.certificate = certificate
    }

    /// The same key under a `kid` (RFC 7517 §4.5).
    ///
    /// - Throws: `KeyError` where the JWK cannot be made again with it.
    public func named(_ keyID: ExactString) throws(KeyError) -> ImportedKey {
        var object = jwk.object
        object.set("kid", .string(keyID))
        return ImportedKey(jwk: try JWK(object), certificate: certificate)
    }
}
