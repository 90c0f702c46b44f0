import CryptoExtras

/// Limits on the cost of one verification with a key.
///
/// Unauthenticated callers can make the server verify with a client's keys as often as they like. An operator accepts the cost of the
/// keys that they register; a client that publishes its keys chooses alone.
struct KeyCostLimit: Sendable {
    /// Of an RSA modulus.
    let modulusBits: Int
    /// Of an RSA exponent.
    let exponentBits: Int

    /// For keys from URLs. Exponents up to 65537 have 17 bits; every tool takes that one.
    static let published = KeyCostLimit(modulusBits: 4096, exponentBits: 17)

    /// - Throws: `KeyError.unsupported` for a key that costs more.
    func check(_ key: VerificationKey) throws(KeyError) {
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
    /// The length of an RSA exponent; `nil` for other keys.
    fileprivate var rsaExponentBits: Int? {
        guard case .rsa(let rsa) = material, let numbers = try? rsa.getKeyPrimitives() else { return nil }
        return RSAStrength.bitLength(Array(numbers.publicExponent))
    }

    /// Whether a verification takes several times as long as with P-256 or RSA of 2048 bits.
    package var isCostly: Bool {
        switch type {
        case .p384, .p521, .mlDSA65, .mlDSA87: true
        case .rsa:
            sizeInBits > KeyCostLimit.published.modulusBits
                || (rsaExponentBits ?? .max) > KeyCostLimit.published.exponentBits
        case .p256, .ed25519: false
        }
    }
}
