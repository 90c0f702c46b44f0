/// A curve of ES256, ES384 or ES512, as named in DER (RFC 5480 §2.1.1).
package enum NamedCurve: String, Sendable, CaseIterable {
    case p256 = "P-256"
    case p384 = "P-384"
    case p521 = "P-521"

    /// Reads ECParameters: the name of a curve, or explicit parameters that all equal those of a curve.
    ///
    /// A curve that differs only in its generator would let an attacker construct a private key for a public one (CVE-2020-0601).
    init(parameters: DERElement?) throws(KeyError) {
        guard let parameters else { throw .malformed("id-ecPublicKey without a curve") }
        let found: NamedCurve?
        switch parameters.tag {
        case .objectIdentifier:
            guard let name = DERObjectIdentifier(parameters) else { throw .malformed("its curve cannot be read") }
            found = Self.allCases.first { $0.domain.identifier == name }
            if found == nil {
                let known = Self.unsupportedNames[name].map { "\($0) (\(name.text))" } ?? name.text
                throw .unsupported("its curve \(known) is not one of P-256, P-384 and P-521")
            }
        case .sequence:
            found = Self.allCases.first { $0.domain.matches(parameters) }
        default: found = nil
        }
        guard let found else {
            throw .unsupported("its curve is given by parameters that are not those of P-256, P-384 or P-521")
        }
        self = found
    }

    /// The length of a coordinate, in bytes.
    var coordinateLength: Int { domain.coordinateLength }

    /// The digest that is signed (RFC 7518 §3.4).
    var digest: SignatureAlgorithm.SHA2 { domain.digest }

    private var domain: CurveDomain {
        switch self {
        case .p256: .p256
        case .p384: .p384
        case .p521: .p521
        }
    }

    private static let unsupportedNames: [DERObjectIdentifier: String] = [
        DERObjectIdentifier(1, 3, 132, 0, 10): "secp256k1", DERObjectIdentifier(1, 3, 132, 0, 33): "P-224",
        DERObjectIdentifier(1, 2, 840, 10045, 3, 1, 1): "P-192",
        DERObjectIdentifier(1, 3, 36, 3, 3, 2, 8, 1, 1, 7): "brainpoolP256r1",
        DERObjectIdentifier(1, 3, 36, 3, 3, 2, 8, 1, 1, 11): "brainpoolP384r1",
        DERObjectIdentifier(1, 3, 36, 3, 3, 2, 8, 1, 1, 13): "brainpoolP512r1",
    ]
}
