import Crypto
import CryptoExtras

/// A public key, parsed once and ready to verify any number of signatures. It is never weak and never symmetric.
public struct VerificationKey: Sendable {
    let material: Material
    /// The restriction by an RSA key's algorithm identifier, if any.
    let pss: RSASSAPSS?

    /// The parsed key of the crypto library.
    enum Material: Sendable {
        case rsa(_RSA.Signing.PublicKey)
        case p256(P256.Signing.PublicKey)
        case p384(P384.Signing.PublicKey)
        case p521(P521.Signing.PublicKey)
        case ed25519(Curve25519.Signing.PublicKey)
        case mlDSA65(MLDSA65.PublicKey)
        case mlDSA87(MLDSA87.PublicKey)
    }

    init(_ material: Material, _ pss: RSASSAPSS? = nil) {
        self.material = material
        self.pss = pss
    }

    /// The type of key.
    public var type: KeyType {
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

    /// The length of an RSA modulus, of a curve's field, or of an ML-DSA public key.
    public var sizeInBits: Int {
        switch material {
        case .rsa(let key): key.keySizeInBits
        case .p256, .ed25519: 256
        case .p384: 384
        case .p521: 521
        case .mlDSA65: 1952 * 8
        case .mlDSA87: 2592 * 8
        }
    }

    /// Returns whether the key supports the algorithm, by its type and its algorithm identifier (RFC 4055 §1.2).
    public func fits(_ algorithm: SignatureAlgorithm) -> Bool { type.fits(algorithm, pss) }

    /// Returns the reason why the key does not support the algorithm, or `nil` if it does.
    func incompatibility(with algorithm: SignatureAlgorithm) -> KeyError? {
        if fits(algorithm) { return nil }
        guard let pss, type.fits(algorithm) else {
            return .wrongAlgorithm("a \(type) key does not verify \(algorithm.name)")
        }
        let own = pss.algorithms.map(\.name).joined(separator: ", ")
        return .wrongAlgorithm("its algorithm is RSASSA-PSS: it verifies \(own), not \(algorithm.name)")
    }

    /// Returns the exact length of a signature by this key, in bytes; `nil` if the key does not fit the algorithm.
    public func signatureLength(_ algorithm: SignatureAlgorithm) -> Int? {
        guard fits(algorithm) else { return nil }
        return switch material {
        case .rsa(let key): (key.keySizeInBits + 7) / 8
        case .p256, .p384, .p521, .ed25519, .mlDSA65, .mlDSA87: algorithm.signatureLengths.lowerBound
        }
    }

    /// Verifies a signature (RFC 7518 §3.3 to §3.5, RFC 8037 §3.1).
    ///
    /// - Parameters:
    ///   - signature: raw bytes; r‖s of the curve's exact length for ECDSA.
    ///   - signingInput: the signed bytes.
    ///   - algorithm: the header's `alg`; PSS salts are as long as the digest.
    /// - Returns: `false` also if key and algorithm do not fit or the length is wrong.
    public func isValid(signature: [UInt8], for signingInput: [UInt8], algorithm: SignatureAlgorithm) -> Bool {
        guard signature.count == signatureLength(algorithm) else { return false }
        switch material {
        case .rsa(let key):
            return key.isValid(_RSA.Signing.RSASignature(rawRepresentation: signature), signingInput, algorithm)
        case .p256(let key):
            guard let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature) else { return false }
            return key.isValidSignature(signature, for: SHA256.hash(data: signingInput))
        case .p384(let key):
            guard let signature = try? P384.Signing.ECDSASignature(rawRepresentation: signature) else { return false }
            return key.isValidSignature(signature, for: SHA384.hash(data: signingInput))
        case .p521(let key):
            guard let signature = try? P521.Signing.ECDSASignature(rawRepresentation: signature) else { return false }
            return key.isValidSignature(signature, for: SHA512.hash(data: signingInput))
        case .ed25519(let key): return key.isValidSignature(signature, for: signingInput)
        case .mlDSA65(let key): return key.isValidSignature(signature, for: signingInput)
        case .mlDSA87(let key): return key.isValidSignature(signature, for: signingInput)
        }
    }
}

extension _RSA.Signing.PublicKey {
    fileprivate func isValid(
        _ signature: _RSA.Signing.RSASignature, _ signingInput: [UInt8], _ algorithm: SignatureAlgorithm
    ) -> Bool {
        guard case .rsa(let kind, let digest) = algorithm.family else { return false }
        let padding = kind.library
        return switch digest {
        case .sha256: isValidSignature(signature, for: SHA256.hash(data: signingInput), padding: padding)
        case .sha384: isValidSignature(signature, for: SHA384.hash(data: signingInput), padding: padding)
        case .sha512: isValidSignature(signature, for: SHA512.hash(data: signingInput), padding: padding)
        }
    }
}

extension SignatureAlgorithm.RSAPadding {
    /// The padding of the crypto library, which calls PKCS #1 v1.5 insecure in new designs; RS256 requires it.
    var library: _RSA.Signing.Padding {
        switch self {
        case .pkcs1: .insecurePKCS1v1_5
        case .pss: .PSS
        }
    }
}
