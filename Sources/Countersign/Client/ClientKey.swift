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

/// What rule 16 and the header parameters `x5t` and `x5t#S256` need to know of a certificate (RFC 5280 §4.1.2.5, RFC 7515 §4.1.7–8).
public struct CertificateFacts: Sendable, Equatable {
    /// The subject's distinguished name, for people.
    public let subject: String
    /// The first moment of validity.
    public let notBefore: UnixTime
    /// The last moment of validity.
    public let notAfter: UnixTime
    /// base64url of the SHA-1 of the DER encoding.
    public let thumbprintSHA1: ExactString
    /// base64url of the SHA-256 of the DER encoding.
    public let thumbprintSHA256: ExactString

    /// Takes what was registered.
    public init(
        subject: String, notBefore: UnixTime, notAfter: UnixTime, thumbprintSHA1: ExactString,
        thumbprintSHA256: ExactString
    ) {
        self.subject = subject
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.thumbprintSHA1 = thumbprintSHA1
        self.thumbprintSHA256 = thumbprintSHA256
    }
}
