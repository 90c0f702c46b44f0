/// A supported type of key, which determines the algorithms that a key supports.
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

    /// Returns whether keys of this type support the algorithm; an elliptic curve has only one (RFC 7518 §3.4).
    public func fits(_ algorithm: SignatureAlgorithm) -> Bool { algorithm.keyType == self }

    /// The algorithm that is used unless another one is given.
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
