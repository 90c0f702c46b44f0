import Countersign
import CountersignJOSE

/// One registered public key of a client.
public struct KeyRecord: Sendable {
    /// What the engine calls the key once it is stored; `nil` before.
    public let number: Int64?
    /// The key and the restrictions on its use.
    public let jwk: JWK
    /// The certificate it came in, if any.
    public let certificate: RegisteredCertificate?
    /// Whether it may still be used.
    public let status: KeyAvailability
    /// When it was registered.
    public let addedAt: UnixTime

    /// Makes a record of a key.
    public init(
        number: Int64? = nil, jwk: JWK, certificate: RegisteredCertificate? = nil, status: KeyAvailability = .active,
        addedAt: UnixTime
    ) {
        self.number = number
        self.jwk = jwk
        self.certificate = certificate
        self.status = status
        self.addedAt = addedAt
    }

    /// The key as the verifier wants it.
    public var clientKey: ClientKey { ClientKey(jwk, certificate: certificate?.facts, availability: status) }
}

/// A certificate as it was registered, and what was read from it.
public struct RegisteredCertificate: Sendable, Equatable {
    /// The whole certificate (RFC 5280 §4.1), DER.
    public let der: [UInt8]
    /// What the rules need of it.
    public let facts: CertificateFacts

    /// Takes a certificate and what was read from it.
    public init(der: [UInt8], facts: CertificateFacts) {
        self.der = der
        self.facts = facts
    }
}
