import Crypto
import CryptoExtras

extension VerificationKey {
    /// Reads a SubjectPublicKeyInfo (RFC 5280 §4.1.2.7, RFC 4055 §1.2, RFC 5480 §2, RFC 8410 §4, RFC 9881 §4).
    ///
    /// The restriction by the algorithm identifier is kept: id-RSASSA-PSS allows PS256, PS384 and PS512, or the one that its parameters
    /// specify.
    ///
    /// - Parameter der: DER bytes.
    /// - Throws: `KeyError` for a weak, unsupported or malformed key, also for one whose algorithm does not sign (id-ecDH).
    public init(spki der: [UInt8]) throws(KeyError) {
        guard var fields = DERElement(der, .sequence)?.elements, let algorithm = AlgorithmIdentifier(fields.next()),
            let bits = fields.next(.bitString)?.bitStringBytes, fields.isAtEnd
        else { throw .malformed("not a SubjectPublicKeyInfo") }
        let key = Array(bits)
        switch try KeyAlgorithm(algorithm) {
        case .rsa(let pss): try self.init(rsaPublicKey: key, pss)
        case .ec(let curve): self.init(try curve.publicKey(key))
        case .ed25519: self.init(try Self.parse("Ed25519") { .ed25519(try .init(rawRepresentation: key)) })
        case .mlDSA65: self.init(try Self.parse("ML-DSA-65") { .mlDSA65(try .init(rawRepresentation: key)) })
        case .mlDSA87: self.init(try Self.parse("ML-DSA-87") { .mlDSA87(try .init(rawRepresentation: key)) })
        }
    }

    private static func parse(_ name: String, _ body: () throws -> Material) throws(KeyError) -> Material {
        try attempt(orThrow: .malformed("not an \(name) public key"), body)
    }

    /// Reads an RSAPublicKey (RFC 8017 appendix A.1.1).
    public init(pkcs1 der: [UInt8]) throws(KeyError) {
        try self.init(rsaPublicKey: der, nil)
    }

    private init(rsaPublicKey der: [UInt8], _ pss: RSASSAPSS?) throws(KeyError) {
        guard var fields = DERElement(der, .sequence)?.elements, let modulus = fields.next()?.unsignedInteger,
            let exponent = fields.next()?.unsignedInteger, fields.isAtEnd
        else { throw .malformed("not an RSA public key") }
        try self.init(rsaModulus: modulus, exponent: exponent, pss)
    }

    /// The key as SubjectPublicKeyInfo; `init(spki:)` reads it back.
    public var spki: [UInt8] {
        switch material {
        case .rsa(let key):
            guard let pss else { return Array(key.derRepresentation) }
            return Self.spki(.rsassaPSS, parameters: pss.parameters, Array(key.pkcs1DERRepresentation))
        case .p256(let key): return Array(key.derRepresentation)
        case .p384(let key): return Array(key.derRepresentation)
        case .p521(let key): return Array(key.derRepresentation)
        case .ed25519(let key): return Self.spki(.ed25519, Array(key.rawRepresentation))
        case .mlDSA65(let key): return Self.spki(.mlDSA65, Array(key.rawRepresentation))
        case .mlDSA87(let key): return Self.spki(.mlDSA87, Array(key.rawRepresentation))
        }
    }

    private static func spki(
        _ algorithm: DERObjectIdentifier, parameters: [UInt8] = [], _ key: [UInt8]
    ) -> [UInt8] {
        DERWriter.element(
            .sequence, DERWriter.element(.sequence, algorithm.encoding, parameters), DERWriter.bitString(key))
    }
}

extension NamedCurve {
    /// Reads an ECPoint (RFC 5480 §2.2): uncompressed or compressed, and on the curve.
    func publicKey(_ point: [UInt8]) throws(KeyError) -> VerificationKey.Material {
        let isCompressed: Bool
        switch (point.first, point.count) {
        case (0x04, 1 + 2 * coordinateLength): isCompressed = false
        case (0x02, 1 + coordinateLength), (0x03, 1 + coordinateLength): isCompressed = true
        case (0x06, _), (0x07, _):
            throw .unsupported("its point is in the hybrid form; write it uncompressed or compressed")
        default: throw .malformed("its point is not one of \(rawValue), uncompressed or compressed")
        }
        return try attempt(orThrow: .malformed("the point is not on \(rawValue)")) {
            switch self {
            case .p256:
                .p256(try isCompressed ? .init(compressedRepresentation: point) : .init(x963Representation: point))
            case .p384:
                .p384(try isCompressed ? .init(compressedRepresentation: point) : .init(x963Representation: point))
            case .p521:
                .p521(try isCompressed ? .init(compressedRepresentation: point) : .init(x963Representation: point))
            }
        }
    }
}
