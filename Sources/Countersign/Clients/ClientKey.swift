/// A registered public key of a client, prepared for verification, with its certificate if it has one.
public struct ClientKey: Sendable {
    /// The key and the restrictions on its use.
    public let jwk: JWK
    /// The certificate that the key was registered with.
    public let certificate: CertificateFacts?
    /// Whether the key may still be used.
    public let availability: KeyAvailability
    /// The RFC 7638 thumbprint, which identifies the key regardless of its origin.
    public let thumbprint: String
    /// The thumbprint's 32 bytes.
    package let thumbprintDigest: [UInt8]
    /// The SHA-1 and SHA-256 digests of the certificate.
    let certificateDigests: [[UInt8]]

    /// Prepares a registered key.
    public init(_ jwk: JWK, certificate: CertificateFacts? = nil, availability: KeyAvailability = .active) {
        self.jwk = jwk
        self.certificate = certificate
        self.availability = availability
        thumbprintDigest = jwk.key.thumbprintDigest
        thumbprint = Base64URL.encode(thumbprintDigest)
        let texts = certificate.map { [$0.thumbprintSHA1, $0.thumbprintSHA256] } ?? []
        certificateDigests = texts.compactMap(SentThumbprint.decode)
    }

    /// Returns whether both are the same key with the same `kid` and the same restrictions.
    package func isSame(as other: ClientKey) -> Bool {
        thumbprintDigest == other.thumbprintDigest && jwk.keyID == other.jwk.keyID
            && jwk.algorithm == other.jwk.algorithm && jwk.use == other.jwk.use
            && jwk.operations == other.jwk.operations && availability == other.availability
    }
}

/// Whether a registered key may still be used. Retirement lets a client switch to another key without interruption.
public enum KeyAvailability: Sendable, Equatable {
    case active
    /// Valid until a given time.
    case retiring(until: UnixTime)
    /// Permanently invalid.
    case revoked(since: UnixTime)

    /// Returns whether the key may authenticate its client at `now`.
    public func allowsUse(at now: UnixTime) -> Bool { exclusion(at: now) == nil }

    /// Returns the reason why the key may not authenticate its client; `nil` if it may.
    func exclusion(at now: UnixTime) -> KeyExclusion? {
        switch self {
        case .active: nil
        case .retiring(let end): now < end ? nil : .retired(since: end)
        case .revoked(let since): .revoked(since: since)
        }
    }
}
