import CountersignJOSE

/// One registered public key of a client, ready to verify, and the certificate it came in, if any.
public struct ClientKey: Sendable {
    /// The key and the restrictions on its use.
    public let jwk: JWK
    /// The certificate the key came in.
    public let certificate: CertificateFacts?
    /// Whether it may still be used.
    public let availability: KeyAvailability
    /// The RFC 7638 thumbprint, by which a key is known wherever it came from.
    public let thumbprint: String
    /// The 32 bytes that the thumbprint stands for.
    package let thumbprintDigest: [UInt8]
    /// SHA-1 and SHA-256 of the certificate, decoded once.
    let certificateDigests: [[UInt8]]

    /// Takes what was registered.
    public init(_ jwk: JWK, certificate: CertificateFacts? = nil, availability: KeyAvailability = .active) {
        self.jwk = jwk
        self.certificate = certificate
        self.availability = availability
        thumbprintDigest = jwk.key.thumbprintDigest
        thumbprint = Base64URL.encode(thumbprintDigest)
        let texts = certificate.map { [$0.thumbprintSHA1, $0.thumbprintSHA256] } ?? []
        certificateDigests = texts.compactMap(SentThumbprint.decode)
    }

    /// Whether both are one key with the same name and the same restrictions.
    package func isSame(as other: ClientKey) -> Bool {
        thumbprintDigest == other.thumbprintDigest && jwk.keyID == other.jwk.keyID
            && jwk.algorithm == other.jwk.algorithm && jwk.use == other.jwk.use
            && jwk.operations == other.jwk.operations && availability == other.availability
    }
}
