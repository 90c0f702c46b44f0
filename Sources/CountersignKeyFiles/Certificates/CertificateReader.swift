import Crypto

/// A reader of the key and the validity of an X.509 certificate (RFC 5280 §4.1).
///
/// The certificate serves as a container: its registration makes its key trusted, so no chain is built and the signature is not verified.
enum CertificateReader {
    static func key(in der: [UInt8]) throws(KeyFileError.Reason) -> ImportedKey {
        let certificate = try CertificateOutline(der)
        let key: VerificationKey
        do {
            key = try VerificationKey(spki: Array(certificate.publicKey))
        } catch {
            throw .refused(error)
        }
        let facts = CertificateFacts(
            subject: certificate.subject.text, notBefore: certificate.notBefore, notAfter: certificate.notAfter,
            thumbprintSHA1: ExactString(Base64URL.encode(Array(Insecure.SHA1.hash(data: der)))),
            thumbprintSHA256: ExactString(Base64URL.encode(Array(SHA256.hash(data: der)))))
        return ImportedKey(
            jwk: JWK(key: key),
            certificate: KeyCertificate(der: der, facts: facts))
    }
}
