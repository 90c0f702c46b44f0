import Crypto
import CryptoExtras
import Foundation

/// A private key, parsed once and ready to sign.
public struct SigningKey: Sendable {
    let material: Material
    /// The restriction by an RSA key's algorithm identifier, if any.
    let pss: RSASSAPSS?

    /// The parsed key of the crypto library.
    enum Material: Sendable {
        case rsa(_RSA.Signing.PrivateKey)
        case p256(P256.Signing.PrivateKey)
        case p384(P384.Signing.PrivateKey)
        case p521(P521.Signing.PrivateKey)
        case ed25519(Curve25519.Signing.PrivateKey)
        case mlDSA65(MLDSA65.PrivateKey)
        case mlDSA87(MLDSA87.PrivateKey)
    }

    init(_ material: Material, _ pss: RSASSAPSS? = nil) {
        self.material = material
        self.pss = pss
    }

    /// Generates a key.
    ///
    /// - Parameters:
    ///   - algorithm: the algorithm that the key will sign with.
    ///   - rsaBits: the length of an RSA modulus, 2048 to 8192.
    /// - Throws: `KeyError.weak` for another length.
    public static func generate(_ algorithm: SignatureAlgorithm, rsaBits: Int = 2048) throws(KeyError) -> SigningKey {
        try attempt(orThrow: .unsupported("the crypto library cannot make a key for \(algorithm.name)")) {
            switch algorithm.keyType {
            case .rsa:
                guard RSAStrength.sizes.contains(rsaBits), rsaBits.isMultiple(of: 8) else {
                    throw KeyError.weak(
                        "RSA keys have \(RSAStrength.sizes.lowerBound) to \(RSAStrength.sizes.upperBound) bits")
                }
                return SigningKey(.rsa(try .init(keySize: .init(bitCount: rsaBits))))
            case .p256: return SigningKey(.p256(.init()))
            case .p384: return SigningKey(.p384(.init()))
            case .p521: return SigningKey(.p521(.init()))
            case .ed25519: return SigningKey(.ed25519(.init()))
            case .mlDSA65: return SigningKey(.mlDSA65(try .init()))
            case .mlDSA87: return SigningKey(.mlDSA87(try .init()))
            }
        }
    }

    /// The public half.
    public var verificationKey: VerificationKey {
        switch material {
        case .rsa(let key): VerificationKey(.rsa(key.publicKey), pss)
        case .p256(let key): VerificationKey(.p256(key.publicKey))
        case .p384(let key): VerificationKey(.p384(key.publicKey))
        case .p521(let key): VerificationKey(.p521(key.publicKey))
        case .ed25519(let key): VerificationKey(.ed25519(key.publicKey))
        case .mlDSA65(let key): VerificationKey(.mlDSA65(key.publicKey))
        case .mlDSA87(let key): VerificationKey(.mlDSA87(key.publicKey))
        }
    }

    /// Returns whether the key supports the algorithm, by its type and its algorithm identifier (RFC 4055 §1.2).
    public func fits(_ algorithm: SignatureAlgorithm) -> Bool { type.fits(algorithm, pss) }

    /// The algorithm that is used unless another one is given.
    public var defaultAlgorithm: SignatureAlgorithm { pss?.algorithms.first ?? type.defaultAlgorithm }

    /// The type of key. Not read from the public half, which the crypto library creates again each time.
    private var type: KeyType {
        switch material {
        case .rsa: .rsa
        case .p256: .p256
        case .p384: .p384
        case .p521: .p521
        case .ed25519: .ed25519
        case .mlDSA65: .mlDSA65
        case .mlDSA87: .mlDSA87
        }
    }

    /// Signs the input.
    ///
    /// - Returns: raw bytes; r‖s for ECDSA (RFC 7518 §3.4).
    /// - Throws: `KeyError.wrongAlgorithm` if key and algorithm do not fit.
    public func sign(_ input: [UInt8], algorithm: SignatureAlgorithm) throws(KeyError) -> [UInt8] {
        guard fits(algorithm) else {
            let own = pss.map { " of RSASSA-PSS for \($0.algorithms.map(\.name).joined(separator: ", "))" } ?? ""
            throw .wrongAlgorithm("a \(type) key\(own) cannot sign with \(algorithm.name)")
        }
        do {
            switch material {
            case .rsa(let key): return try key.sign(input, algorithm)
            case .p256(let key): return Array(try key.signature(for: SHA256.hash(data: input)).rawRepresentation)
            case .p384(let key): return Array(try key.signature(for: SHA384.hash(data: input)).rawRepresentation)
            case .p521(let key): return Array(try key.signature(for: SHA512.hash(data: input)).rawRepresentation)
            case .ed25519(let key): return Array(try key.signature(for: input))
            case .mlDSA65(let key): return Array(try key.signature(for: input))
            case .mlDSA87(let key): return Array(try key.signature(for: input))
            }
        } catch {
            throw .malformed("the key cannot sign")
        }
    }
}

extension _RSA.Signing.PrivateKey {
    fileprivate func sign(_ input: [UInt8], _ algorithm: SignatureAlgorithm) throws -> [UInt8] {
        guard case .rsa(let kind, let digest) = algorithm.family else { return [] }
        let padding = kind.library
        return switch digest {
        case .sha256: Array(try signature(for: SHA256.hash(data: input), padding: padding).rawRepresentation)
        case .sha384: Array(try signature(for: SHA384.hash(data: input), padding: padding).rawRepresentation)
        case .sha512: Array(try signature(for: SHA512.hash(data: input), padding: padding).rawRepresentation)
        }
    }
}
