/// The supported types of keys, one for each set of algorithms that a key can serve.
public enum KeyType: String, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    case rsa = "RSA"
    case p256 = "P-256"
    case p384 = "P-384"
    case p521 = "P-521"
    case ed25519 = "Ed25519"
    case mlDSA65 = "ML-DSA-65"
    case mlDSA87 = "ML-DSA-87"

    /// The usual name.
    public var description: String { rawValue }

    /// Whether keys of this type serve the algorithm; an elliptic curve serves its own alone (RFC 7518 §3.4).
    public func fits(_ algorithm: SignatureAlgorithm) -> Bool { algorithm.keyType == self }

    /// The algorithm that is used unless another one is asked for.
    public var defaultAlgorithm: SignatureAlgorithm {
        switch self {
        case .rsa: .rs256
        case .p256: .es256
        case .p384: .es384
        case .p521: .es512
        case .ed25519: .edDSA
        case .mlDSA65: .mlDSA65
        case .mlDSA87: .mlDSA87
        }
    }
}
