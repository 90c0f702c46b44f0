/// The kinds of keys there are here: one for each set of algorithms a key can serve.
public enum KeyType: String, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    case rsa = "RSA"
    case p256 = "P-256"
    case p384 = "P-384"
    case p521 = "P-521"
    case ed25519 = "Ed25519"
    case mlDSA65 = "ML-DSA-65"
    case mlDSA87 = "ML-DSA-87"

    /// The name people know it by.
    public var description: String { rawValue }

    /// Whether keys of this type serve the algorithm; an elliptic curve serves its own alone (RFC 7518 §3.4).
    public func fits(_ algorithm: SignatureAlgorithm) -> Bool {
        switch algorithm {
        case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512: self == .rsa
        case .es256: self == .p256
        case .es384: self == .p384
        case .es512: self == .p521
        case .edDSA: self == .ed25519
        case .mlDSA65: self == .mlDSA65
        case .mlDSA87: self == .mlDSA87
        }
    }

    /// The algorithm to use where nothing else was said.
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
