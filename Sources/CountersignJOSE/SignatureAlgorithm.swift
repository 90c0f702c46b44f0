/// A signature algorithm a client may prove itself with (RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864, draft-ietf-cose-dilithium).
///
/// All of them are asymmetric. `none` and the HMAC algorithms cannot be said here. ML-DSA-44 is absent because
/// swift-crypto 4.5 offers ML-DSA-65 and ML-DSA-87 only.
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
    /// - Returns: `nil` for `none`, every HMAC algorithm and everything unknown.
    public init?(name: ExactString) {
        guard let found = Self.named.first(where: { name.matches($0.name) }) else { return nil }
        self = found.algorithm
    }

    /// Every name and what it stands for: put together once, as each assertion is looked up in it.
    private static let named = allCases.flatMap { algorithm in algorithm.names.map { (name: $0, algorithm: algorithm) }
    }

    /// The name to write.
    public var name: String { rawValue }

    /// Every name that is read: RFC 9864 gave EdDSA over Ed25519 a second one.
    public var names: [String] {
        switch self {
        case .edDSA: ["EdDSA", "Ed25519"]
        case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512, .es256, .es384, .es512, .mlDSA65, .mlDSA87: [rawValue]
        }
    }
}
