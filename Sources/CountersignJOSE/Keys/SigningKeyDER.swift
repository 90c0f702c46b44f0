import Crypto
import CryptoExtras

extension SigningKey {
    /// Reads an unencrypted private key: PKCS#8 (RFC 5958, RFC 8410, RFC 9881), or the older forms of RSA (RFC 8017) and EC (RFC 5915).
    ///
    /// The restriction by PKCS#8's algorithm identifier is kept, as for public keys.
    ///
    /// - Throws: `KeyError` for a weak, unsupported, encrypted or malformed key.
    public init(pkcs8 der: [UInt8]) throws(KeyError) {
        guard var fields = DERElement(der, .sequence)?.elements, fields.next(.integer) != nil else {
            throw Self.notAKey
        }
        switch fields.nextTag {
        case DERTag.sequence:
            // RFC 5958 §2: attributes and the public key may follow; they are ignored.
            guard let algorithm = AlgorithmIdentifier(fields.next()), let key = fields.next(.octetString)?.content
            else { throw Self.notAKey }
            try self.init(try KeyAlgorithm(algorithm), Array(key))
        case DERTag.octetString: try self.init(ecPrivateKey: der, on: nil)
        case DERTag.integer: try self.init(rsaPrivateKey: der, nil)
        default: throw Self.notAKey
        }
    }

    private init(_ algorithm: KeyAlgorithm, _ key: [UInt8]) throws(KeyError) {
        switch algorithm {
        case .rsa(let pss): try self.init(rsaPrivateKey: key, pss)
        case .ec(let curve): try self.init(ecPrivateKey: key, on: curve)
        case .ed25519:
            let seed = DERElement(key, .octetString)?.content
            self.init(try Self.parse { .ed25519(try .init(rawRepresentation: seed ?? [])) })
        case .mlDSA65:
            let seed = try Self.seed(key)
            self.init(try Self.parse { .mlDSA65(try .init(seedRepresentation: seed, publicKey: nil)) })
        case .mlDSA87:
            let seed = try Self.seed(key)
            self.init(try Self.parse { .mlDSA87(try .init(seedRepresentation: seed, publicKey: nil)) })
        }
    }

    private static func parse(_ body: () throws -> Material) throws(KeyError) -> Material {
        try attempt(orThrow: notAKey, body)
    }

    /// Reads the form that contains only the seed, one of three (RFC 9881 §6).
    private static func seed(_ key: [UInt8]) throws(KeyError) -> [UInt8] {
        guard let seed = DERElement(key, .implicit(0))?.content else {
            throw .unsupported("an ML-DSA private key is read from its seed alone; this one is expanded")
        }
        return Array(seed)
    }

    private init(rsaPrivateKey der: [UInt8], _ pss: RSASSAPSS?) throws(KeyError) {
        let key = try attempt(orThrow: Self.notAKey) { try _RSA.Signing.PrivateKey(unsafeDERRepresentation: der) }
        try RSAStrength.check(key.publicKey)
        self.init(.rsa(key), pss)
    }

    /// The key as PKCS#8; `init(pkcs8:)` reads it back.
    public var pkcs8: [UInt8] {
        switch material {
        case .rsa(let key):
            guard let pss else { return Array(key.pkcs8DERRepresentation) }
            return Self.pkcs8(.rsassaPSS, parameters: pss.parameters, Array(key.derRepresentation))
        case .p256(let key): return Array(key.derRepresentation)
        case .p384(let key): return Array(key.derRepresentation)
        case .p521(let key): return Array(key.derRepresentation)
        case .ed25519(let key):
            return Self.pkcs8(.ed25519, DERWriter.element(.octetString, Array(key.rawRepresentation)))
        case .mlDSA65(let key):
            return Self.pkcs8(.mlDSA65, DERWriter.element(.implicit(0), Array(key.seedRepresentation)))
        case .mlDSA87(let key):
            return Self.pkcs8(.mlDSA87, DERWriter.element(.implicit(0), Array(key.seedRepresentation)))
        }
    }

    private static func pkcs8(
        _ algorithm: DERObjectIdentifier, parameters: [UInt8] = [], _ key: [UInt8]
    ) -> [UInt8] {
        DERWriter.element(
            .sequence, DERWriter.element(.integer, [0]),
            DERWriter.element(.sequence, algorithm.encoding, parameters), DERWriter.element(.octetString, key))
    }

    static let notAKey = KeyError.unsupported("not a private key of a supported type, or it is encrypted or damaged")
}
