/// A signature algorithm for client authentication (RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864, draft-ietf-cose-dilithium).
///
/// All are asymmetric; `none` and the HMAC algorithms cannot be represented. ML-DSA-44 is missing because swift-crypto 4.5 lacks it.
public enum SignatureAlgorithm: String, Sendable, Hashable, CaseIterable {
    case rs256 = "RS256"
    case rs384 = "RS384"
    case rs512 = "RS512"
    case ps256 = "PS256"
    case ps384 = "PS384"
    case ps512 = "PS512"
    case es256 = "ES256"
    case es384 = "ES384"
    case es512 = "ES512"
    case edDSA = "EdDSA"
    case mlDSA65 = "ML-DSA-65"
    case mlDSA87 = "ML-DSA-87"

    /// - Parameter name: the `alg` header parameter, compared by bytes.
    /// - Returns: `nil` for `none`, HMAC algorithms and unknown names.
    public init?(name: ExactString) {
        guard let found = Self.named.first(where: { name.matches($0.name) }) else { return nil }
        self = found.algorithm
    }

    /// Every name with its algorithm. Built once, because every assertion looks its algorithm up.
    private static let named = allCases.flatMap { algorithm in algorithm.names.map { (name: $0, algorithm: algorithm) }
    }

    /// The name written into headers.
    public var name: String { rawValue }

    /// Every accepted name; RFC 9864 added a second one for EdDSA over Ed25519.
    public var names: [String] { self == .edDSA ? [rawValue, "Ed25519"] : [rawValue] }

    /// The kind of signature, with its parameters.
    package enum Family: Sendable, Hashable {
        case rsa(RSAPadding, SHA2)
        /// The curve determines the digest (RFC 7518 §3.4).
        case ecdsa(NamedCurve)
        case edDSA
        case mlDSA
    }

    /// The padding of an RSA signature (RFC 8017 §8).
    package enum RSAPadding: Sendable {
        case pkcs1
        case pss
    }

    /// The digests of RFC 7518 §3.1, by their length in bits.
    package enum SHA2: Int, Sendable {
        case sha256 = 256
        case sha384 = 384
        case sha512 = 512
    }

    /// The kind of signature, with its parameters.
    package var family: Family {
        switch self {
        case .rs256: .rsa(.pkcs1, .sha256)
        case .rs384: .rsa(.pkcs1, .sha384)
        case .rs512: .rsa(.pkcs1, .sha512)
        case .ps256: .rsa(.pss, .sha256)
        case .ps384: .rsa(.pss, .sha384)
        case .ps512: .rsa(.pss, .sha512)
        case .es256: .ecdsa(.p256)
        case .es384: .ecdsa(.p384)
        case .es512: .ecdsa(.p521)
        case .edDSA: .edDSA
        case .mlDSA65, .mlDSA87: .mlDSA
        }
    }

    /// The digest that is signed; `nil` for algorithms that sign the message itself.
    package var digest: SHA2? {
        switch family {
        case .rsa(_, let digest): digest
        case .ecdsa(let curve): curve.digest
        case .edDSA, .mlDSA: nil
        }
    }

    /// The type of key that the algorithm needs.
    public var keyType: KeyType {
        switch self {
        case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512: .rsa
        case .es256: .p256
        case .es384: .p384
        case .es512: .p521
        case .edDSA: .ed25519
        case .mlDSA65: .mlDSA65
        case .mlDSA87: .mlDSA87
        }
    }
}

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
    public var defaultAlgorithm: SignatureAlgorithm { SignatureAlgorithm.allCases.first(where: fits) ?? .rs256 }

    /// Returns whether a key with this type and algorithm identifier supports the algorithm (RFC 4055 §1.2).
    func fits(_ algorithm: SignatureAlgorithm, _ pss: RSASSAPSS?) -> Bool {
        fits(algorithm) && (pss?.allows(algorithm) ?? true)
    }
}
