/// An X.509 certificate as the container of a key. It is never part of a chain of trust: its key is trusted because it is registered.
public struct KeyCertificate: Sendable, Equatable {
    /// The certificate itself (RFC 5280 §4.1), DER.
    public let der: [UInt8]
    /// The facts that the rules need.
    public let facts: CertificateFacts

    /// Combines a certificate with the facts read from it.
    public init(der: [UInt8], facts: CertificateFacts) {
        self.der = der
        self.facts = facts
    }
}

/// The facts about a certificate that rule 16 and the header parameters `x5t` and `x5t#S256` need (RFC 5280 §4.1.2.5, RFC 7515 §4.1.7–8).
public struct CertificateFacts: Sendable, Equatable {
    /// The subject's distinguished name, for display.
    public let subject: String
    /// The first moment of validity.
    public let notBefore: UnixTime
    /// The last moment of validity.
    public let notAfter: UnixTime
    /// base64url of the SHA-1 of the DER encoding.
    public let thumbprintSHA1: ExactString
    /// base64url of the SHA-256 of the DER encoding.
    public let thumbprintSHA256: ExactString

    /// Creates the facts about one certificate.
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
