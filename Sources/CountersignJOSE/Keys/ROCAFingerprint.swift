/// Recognises RSA moduli made by a generator whose primes can be guessed (CVE-2017-15361, "ROCA").
///
/// Such a prime is a power of 65537 modulo the product of the first primes, and so is the modulus. A sound modulus is such a
/// power modulo every one of these primes at once with a probability that can be neglected.
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

    /// Whether a number is a power of 65537 modulo a small prime.
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
