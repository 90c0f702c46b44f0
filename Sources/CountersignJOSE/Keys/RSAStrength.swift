import CryptoExtras

/// Which RSA keys are used at all: 2048 to 8192 bits (RFC 7518 §3.3), with an exponent that is odd, not 1 and at most 33 bits long,
/// and primes that were not made by a generator known to be broken.
enum RSAStrength {
    static let sizes = 2048...8192
    static let maximumExponentBits = 33

    static func check(modulus: [UInt8], exponent: [UInt8]) throws(KeyError) {
        let bits = bitLength(modulus)
        guard bits >= sizes.lowerBound else {
            throw .weak("RSA modulus of \(bits) bits, at least \(sizes.lowerBound) are needed")
        }
        guard bits <= sizes.upperBound else {
            throw .weak("RSA modulus of \(bits) bits, at most \(sizes.upperBound) are used")
        }
        guard modulus.last.map({ $0 & 1 == 1 }) == true else { throw .weak("RSA modulus is even") }
        guard !ROCAFingerprint.matches(modulus) else {
            throw .weak("RSA modulus with guessable primes (CVE-2017-15361)")
        }
        let exponentBits = bitLength(exponent)
        guard exponentBits > 1 else { throw .weak("RSA exponent is below 3") }
        guard exponentBits <= maximumExponentBits else {
            throw .weak("RSA exponent of \(exponentBits) bits, at most \(maximumExponentBits) are used")
        }
        guard exponent.last.map({ $0 & 1 == 1 }) == true else { throw .weak("RSA exponent is even") }
    }

    static func check(_ key: _RSA.Signing.PublicKey) throws(KeyError) {
        let numbers: _RSA.Signing.PublicKey.Primitives
        do {
            numbers = try key.getKeyPrimitives()
        } catch {
            throw .malformed("RSA numbers cannot be read")
        }
        try check(modulus: Array(numbers.modulus), exponent: Array(numbers.publicExponent))
    }

    static func bitLength(_ number: [UInt8]) -> Int {
        guard let first = number.firstIndex(where: { $0 != 0 }) else { return 0 }
        return (number.count - first) * 8 - number[first].leadingZeroBitCount
    }
}

extension VerificationKey {
    /// An RSA key from its numbers (RFC 8017 §3.1).
    ///
    /// - Parameters:
    ///   - modulus: big-endian.
    ///   - exponent: big-endian.
    /// - Throws: `KeyError.weak` for a key outside `RSAStrength`.
    public init(rsaModulus modulus: [UInt8], exponent: [UInt8]) throws(KeyError) {
        try self.init(rsaModulus: modulus, exponent: exponent, nil)
    }

    init(rsaModulus modulus: [UInt8], exponent: [UInt8], _ pss: RSASSAPSS?) throws(KeyError) {
        try RSAStrength.check(modulus: modulus, exponent: exponent)
        do {
            self.init(.rsa(try _RSA.Signing.PublicKey(n: modulus, e: exponent)), pss)
        } catch {
            throw .malformed("RSA numbers make no key")
        }
    }
}
