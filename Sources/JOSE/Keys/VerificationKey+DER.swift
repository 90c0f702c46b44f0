import Crypto
import CryptoExtras
import Foundation

extension VerificationKey {
    /// Reads a SubjectPublicKeyInfo (RFC 5280 §4.1.2.7, RFC 8410 §4, RFC 9881 §4).
    ///
    /// - Parameter der: DER bytes.
    /// - Throws: `KeyError` for a weak, unsupported or malformed key.
    public init(spki der: [UInt8]) throws(KeyError) {
        if let raw = DERPrefix.ed25519Public.payload(of: der) {
            self.init(try Self.parse("Ed25519") { .ed25519(try .init(rawRepresentation: raw)) })
        } else if let raw = DERPrefix.mlDSA65Public.payload(of: der) {
            self.init(try Self.parse("ML-DSA-65") { .mlDSA65(try .init(rawRepresentation: raw)) })
        } else if let raw = DERPrefix.mlDSA87Public.payload(of: der) {
            self.init(try Self.parse("ML-DSA-87") { .mlDSA87(try .init(rawRepresentation: raw)) })
        } else if let key = try? P256.Signing.PublicKey(derRepresentation: der) {
            self.init(.p256(key))
        } else if let key = try? P384.Signing.PublicKey(derRepresentation: der) {
            self.init(.p384(key))
        } else if let key = try? P521.Signing.PublicKey(derRepresentation: der) {
            self.init(.p521(key))
        } else {
            try self.init(rsaDER: der)
        }
    }

    /// Reads an RSAPublicKey (RFC 8017 appendix A.1.1).
    public init(pkcs1 der: [UInt8]) throws(KeyError) {
        try self.init(rsaDER: der)
    }

    private init(rsaDER der: [UInt8]) throws(KeyError) {
        let key: _RSA.Signing.PublicKey
        do {
            key = try .init(unsafeDERRepresentation: der)
        } catch {
            throw .unsupported("neither RSA, P-256, P-384, P-521, Ed25519 nor ML-DSA, or malformed, or too short")
        }
        try RSAStrength.check(key)
        self.init(.rsa(key))
    }

    /// The key as SubjectPublicKeyInfo; `init(spki:)` reads it back.
    public var spki: [UInt8] {
        switch material {
        case .rsa(let key): Array(key.derRepresentation)
        case .p256(let key): Array(key.derRepresentation)
        case .p384(let key): Array(key.derRepresentation)
        case .p521(let key): Array(key.derRepresentation)
        case .ed25519(let key): DERPrefix.ed25519Public.bytes + Array(key.rawRepresentation)
        case .mlDSA65(let key): DERPrefix.mlDSA65Public.bytes + Array(key.rawRepresentation)
        case .mlDSA87(let key): DERPrefix.mlDSA87Public.bytes + Array(key.rawRepresentation)
        }
    }

    private static func parse(_ name: String, _ body: () throws -> Material) throws(KeyError) -> Material {
        do {
            return try body()
        } catch {
            throw .malformed("no \(name) public key")
        }
    }
}
