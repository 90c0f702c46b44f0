import Crypto

/// A verification that cannot succeed, for callers whose client has no key to verify with.
///
/// Without it, response times would reveal which clients exist (see RFC 8725 §2.8 on side channels).
package enum DecoyVerification {
    /// Takes as long as the verification of one signature by this algorithm.
    ///
    /// - Parameter length: the length of the signature in bytes, which for RSA is the size of the key.
    package static func run(_ algorithm: SignatureAlgorithm, signatureLength length: Int = 256) {
        guard algorithm.keyType == .rsa else { return decoys[algorithm]?.verify(algorithm) ?? () }
        (rsaDecoys.first { $0.signature.count >= length } ?? rsaDecoys.last)?.verify(algorithm)
    }

    /// A key and a signature that it rejects only after the whole computation.
    private struct Decoy: Sendable {
        let key: VerificationKey
        let signature: [UInt8]

        func verify(_ algorithm: SignatureAlgorithm) {
            _ = key.isValid(signature: signature, for: DecoyVerification.message, algorithm: algorithm)
        }
    }

    private static let message = [UInt8](repeating: 0x2E, count: 512)

    /// Generated at first use; the private keys are discarded.
    private static let decoys = SignatureAlgorithm.allCases.filter { $0.keyType != .rsa }
        .reduce(into: [SignatureAlgorithm: Decoy]()) { $0[$1] = signed($1) }

    /// Keys of 2048, 3072, 4096 and 8192 bits.
    private static let rsaDecoys = [256, 384, 512, 1024].compactMap { rsa(bytes: $0, exponent: [0x01, 0x00, 0x01]) }

    /// Makes a real signature by another key. Arbitrary bytes (r or s beyond the group's order, a hint that cannot be decoded) would be
    /// rejected before any arithmetic.
    private static func signed(_ algorithm: SignatureAlgorithm) -> Decoy? {
        guard let key = try? SigningKey.generate(algorithm), let other = try? SigningKey.generate(algorithm),
            let signature = try? other.sign(message, algorithm: algorithm)
        else { return nil }
        return Decoy(key: key.verificationKey, signature: signature)
    }

    /// Uses an odd number, which takes as long as a real modulus and needs no key generation; the signature is a smaller number.
    private static func rsa(bytes: Int, exponent: [UInt8]) -> Decoy? {
        var modulus = (0..<bytes).map { _ in UInt8.random(in: .min ... .max) }
        modulus[0] |= 0x80
        modulus[bytes - 1] |= 0x01
        guard let key = try? VerificationKey(rsaModulus: modulus, exponent: exponent) else { return nil }
        return Decoy(key: key, signature: [UInt8](repeating: 0x2E, count: bytes))
    }

    /// Measures the time that the most expensive refusal spends on signatures on this machine: four tries (rule 14) with a key on P-521
    /// or an RSA key of 8192 bits with an exponent of 33 bits (rule 12).
    package static func longestRefusal() -> Duration {
        let largest = rsa(bytes: 1024, exponent: [0x01, 0xFF, 0xFF, 0xFF, 0xFF])
        let longest = [(SignatureAlgorithm.es512, decoys[.es512]), (.rs256, largest)].map { algorithm, decoy in
            // The minimum of several runs, because the others may have been interrupted.
            (0..<5).map { _ in ContinuousClock().measure { decoy?.verify(algorithm) } }.min() ?? .zero
        }.max()
        return (longest ?? .zero) * CandidateKeys.maximumWithoutKeyID
    }
}
