import CryptoExtras

/// The limit on the cost of one verification with a key from a URL.
///
/// Unauthenticated callers can trigger any number of verifications with a client's keys. Operators accept the cost of keys that they
/// register, but a client chooses the keys that it publishes without review.
enum KeyCostLimit {
    /// The maximum length of an RSA modulus.
    static let modulusBits = 4096
    /// The maximum length of an RSA exponent. The common one, 65537, has 17 bits.
    static let exponentBits = 17

    /// - Throws: `KeyError.unsupported` for a key over the limit.
    static func check(_ key: VerificationKey) throws(KeyError) {
        guard case .rsa(let rsa) = key.material else { return }
        guard rsa.keySizeInBits <= modulusBits else {
            throw .unsupported("RSA modulus of \(rsa.keySizeInBits) bits, at most \(modulusBits) are used from a URL")
        }
        let bits = key.rsaExponentBits ?? .max
        guard bits <= exponentBits else {
            throw .unsupported("RSA exponent of \(bits) bits, at most \(exponentBits) are used from a URL")
        }
    }
}

extension VerificationKey {
    /// The length of an RSA exponent in bits; `nil` for other keys.
    fileprivate var rsaExponentBits: Int? {
        guard case .rsa(let rsa) = material, let numbers = try? rsa.getKeyPrimitives() else { return nil }
        return RSAStrength.bitLength(Array(numbers.publicExponent))
    }

    /// Whether a verification takes several times as long as with P-256 or RSA of 2048 bits.
    package var isCostly: Bool {
        switch type {
        case .p384, .p521, .mlDSA65, .mlDSA87: true
        case .rsa:
            sizeInBits > KeyCostLimit.modulusBits || (rsaExponentBits ?? .max) > KeyCostLimit.exponentBits
        case .p256, .ed25519: false
        }
    }
}
