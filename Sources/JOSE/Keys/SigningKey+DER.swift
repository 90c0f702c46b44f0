import Crypto
import CryptoExtras
import Foundation

extension SigningKey {
    /// Reads an unencrypted private key: PKCS#8 (RFC 5958, RFC 8410, RFC 9881), or the older forms of RSA (RFC 8017) and EC (RFC 5915).
    ///
    /// - Throws: `KeyError` for a weak, unsupported, encrypted or malformed key.
    public init(pkcs8 der: [UInt8]) throws(KeyError) {
        if let seed = DERPrefix.ed25519Private.payload(of: der) ?? DERPrefix.ed25519Seed(withPublicKey: der) {
            self.init(try Self.parse { .ed25519(try .init(rawRepresentation: seed)) })
        } else if let seed = DERPrefix.mlDSA65Private.payload(of: der) {
            self.init(try Self.parse { .mlDSA65(try .init(seedRepresentation: seed, publicKey: nil)) })
        } else if let seed = DERPrefix.mlDSA87Private.payload(of: der) {
            self.init(try Self.parse { .mlDSA87(try .init(seedRepresentation: seed, publicKey: nil)) })
        } else if let key = try? P256.Signing.PrivateKey(derRepresentation: der) {
            self.init(.p256(key))
        } else if let key = try? P384.Signing.PrivateKey(derRepresentation: der) {
            self.init(.p384(key))
        } else if let key = try? P521.Signing.PrivateKey(derRepresentation: der) {
            self.init(.p521(key))
        } else {
            let key = try Self.parse { .rsa(try .init(unsafeDERRepresentation: der)) }
            self.init(key)
            if case .rsa(let key) = key { try RSAStrength.check(key.publicKey) }
        }
    }

    /// The key as PKCS#8; `init(pkcs8:)` reads it back.
    public var pkcs8: [UInt8] {
        switch material {
        case .rsa(let key): Array(key.pkcs8DERRepresentation)
        case .p256(let key): Array(key.derRepresentation)
        case .p384(let key): Array(key.derRepresentation)
        case .p521(let key): Array(key.derRepresentation)
        case .ed25519(let key): DERPrefix.ed25519Private.bytes + Array(key.rawRepresentation)
        case .mlDSA65(let key): DERPrefix.mlDSA65Private.bytes + Array(key.seedRepresentation)
        case .mlDSA87(let key): DERPrefix.mlDSA87Private.bytes + Array(key.seedRepresentation)
        }
    }

    private static func parse(_ body: () throws -> Material) throws(KeyError) -> Material {
        do {
            return try body()
        } catch {
            throw .unsupported("no private key of a kind used here, or it is encrypted or damaged")
        }
    }
}
