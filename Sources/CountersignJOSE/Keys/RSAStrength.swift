import CryptoExtras

/// The requirements on RSA keys: 2048 to 8192 bits (RFC 7518 §3.3), an odd exponent from 3 on of at most 33 bits, and primes that do not
/// come from a generator known to be broken.
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
        let numbers = try attempt(orThrow: .malformed("RSA numbers cannot be read")) { try key.getKeyPrimitives() }
        try check(modulus: Array(numbers.modulus), exponent: Array(numbers.publicExponent))
    }

    static func bitLength(_ number: [UInt8]) -> Int {
        guard let first = number.firstIndex(where: { $0 != 0 }) else { return 0 }
        return (number.count - first) * 8 - number[first].leadingZeroBitCount
    }
}

extension VerificationKey {
    /// Creates an RSA key from its numbers (RFC 8017 §3.1).
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
        let key = try attempt(orThrow: .malformed("RSA numbers do not form a key")) {
            try _RSA.Signing.PublicKey(n: modulus, e: exponent)
        }
        self.init(.rsa(key), pss)
    }
}

/// A detector of RSA moduli from a generator with guessable primes (CVE-2017-15361, "ROCA").
///
/// Such a prime is a power of 65537 modulo the product of the first primes, and so is the modulus. The probability that a sound modulus
/// is such a power modulo each of these primes is negligible.
enum ROCAFingerprint {
    private static let primes: [UInt32] = [
        3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109,
        113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
    ]

    /// - Parameter modulus: big-endian.
    static func matches(_ modulus: [UInt8]) -> Bool {
        primes.allSatisfy { prime in
            let remainder = modulus.reduce(UInt32(0)) { ($0 << 8 | UInt32($1)) % prime }
            return isPower(remainder, modulo: prime)
        }
    }

    /// Returns whether a number is a power of 65537 modulo a small prime.
    private static func isPower(_ number: UInt32, modulo prime: UInt32) -> Bool {
        let generator = 65537 % prime
        var power: UInt32 = 1
        repeat {
            if power == number { return true }
            power = power * generator % prime
        } while power != 1 && power != 0
        return false
    }
}
