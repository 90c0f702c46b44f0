/// The algorithm identifier of a key (RFC 5280 §4.1.1.2).
struct AlgorithmIdentifier {
    let identifier: DERObjectIdentifier
    let parameters: DERElement?

    init?(_ element: DERElement?) {
        guard let element, element.tag == .sequence else { return nil }
        var fields = element.elements
        guard let identifier = DERObjectIdentifier(fields.next()) else { return nil }
        self.identifier = identifier
        parameters = fields.next()
        guard fields.isAtEnd else { return nil }
    }
}

/// The purpose of a key according to its algorithm identifier. The key's bits do not show it: an RSA key may be for RSASSA-PSS only, a
/// point on P-256 for key agreement only.
enum KeyAlgorithm {
    case rsa(RSASSAPSS?)
    case ec(NamedCurve)
    case ed25519
    case mlDSA65
    case mlDSA87

    init(_ algorithm: AlgorithmIdentifier) throws(KeyError) {
        switch algorithm.identifier {
        case .rsaEncryption:
            // RFC 3279 §2.3.1 requires NULL; some encoders omit it.
            guard algorithm.parameters.map({ $0.tag == .null && $0.content.isEmpty }) ?? true else {
                throw .malformed("rsaEncryption has parameters")
            }
            self = .rsa(nil)
        case .rsassaPSS: self = .rsa(try RSASSAPSS(parameters: algorithm.parameters))
        case .ecPublicKey: self = .ec(try NamedCurve(parameters: algorithm.parameters))
        case .ed25519: self = try Self.withoutParameters(.ed25519, algorithm)
        case .mlDSA65: self = try Self.withoutParameters(.mlDSA65, algorithm)
        case .mlDSA87: self = try Self.withoutParameters(.mlDSA87, algorithm)
        case let other:
            guard let name = Self.unsupportedNames[other] else {
                throw .unsupported("its algorithm \(other.text) is unknown")
            }
            throw .unsupported("its algorithm \(name) (\(other.text)) is not a supported signature algorithm")
        }
    }

    /// Checks that there are no parameters (RFC 8410 §3, RFC 9881 §2).
    private static func withoutParameters(
        _ algorithm: KeyAlgorithm, _ identifier: AlgorithmIdentifier
    ) throws(KeyError) -> KeyAlgorithm {
        guard identifier.parameters == nil else { throw .malformed("its algorithm has parameters and allows none") }
        return algorithm
    }

    /// Algorithms of existing keys that do not sign, or for which JWS has no algorithm.
    private static let unsupportedNames: [DERObjectIdentifier: String] = [
        DERObjectIdentifier(1, 3, 132, 1, 12): "id-ecDH", DERObjectIdentifier(1, 3, 132, 1, 13): "id-ecMQV",
        DERObjectIdentifier(1, 2, 840, 113549, 1, 1, 7): "id-RSAES-OAEP",
        DERObjectIdentifier(1, 2, 840, 113549, 1, 3, 1): "dhKeyAgreement",
        DERObjectIdentifier(1, 2, 840, 10040, 4, 1): "id-dsa", DERObjectIdentifier(1, 3, 101, 110): "id-X25519",
        DERObjectIdentifier(1, 3, 101, 111): "id-X448", DERObjectIdentifier(1, 3, 101, 113): "id-Ed448",
        DERObjectIdentifier(2, 16, 840, 1, 101, 3, 4, 3, 17): "id-ml-dsa-44",
    ]
}

extension DERObjectIdentifier {
    package static let rsaEncryption = DERObjectIdentifier(1, 2, 840, 113549, 1, 1, 1)
    package static let rsassaPSS = DERObjectIdentifier(1, 2, 840, 113549, 1, 1, 10)
    package static let ecPublicKey = DERObjectIdentifier(1, 2, 840, 10045, 2, 1)
    static let ed25519 = DERObjectIdentifier(1, 3, 101, 112)
    static let mlDSA65 = DERObjectIdentifier(2, 16, 840, 1, 101, 3, 4, 3, 18)
    static let mlDSA87 = DERObjectIdentifier(2, 16, 840, 1, 101, 3, 4, 3, 19)
}
