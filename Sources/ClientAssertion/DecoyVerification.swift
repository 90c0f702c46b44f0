import CountersignJOSE
import Crypto

/// A verification that cannot succeed, spent on callers whose client has no key to verify with.
///
/// Without it, the time of an answer would tell which clients exist (RFC 8725 §2.8 speaks of such side channels).
package enum DecoyVerification {
    /// Does the work of verifying one signature of this algorithm; 2048 bits for RSA.
    package static func spend(_ algorithm: SignatureAlgorithm) {
        guard let decoy = decoys[algorithm] else { return }
        decoy.verify()
    }

    /// A key and a signature that it refuses only after the whole computation.
    private struct Decoy: Sendable {
        let key: VerificationKey
        let signature: [UInt8]
        let algorithm: SignatureAlgorithm

        func verify() {
            _ = key.isValid(signature: signature, for: DecoyVerification.message, algorithm: algorithm)
        }
    }

    private static let message = [UInt8](repeating: 0x2E, count: 512)

    /// Made at first use; the private halves are not kept.
    private static let decoys: [SignatureAlgorithm: Decoy] = {
        var decoys: [SignatureAlgorithm: Decoy] = [:]
        for algorithm in SignatureAlgorithm.allCases {
            decoys[algorithm] =
                algorithm.isRSA ? rsa(algorithm, bytes: 256, exponent: [0x01, 0x00, 0x01]) : signed(algorithm)
        }
        return decoys
    }()

    /// A real signature by another key. Bytes that only look like one (r or s beyond the group's order, a hint that cannot be decoded)
    /// would be refused before any arithmetic.
    private static func signed(_ algorithm: SignatureAlgorithm) -> Decoy? {
        guard let key = try? SigningKey.generate(algorithm), let other = try? SigningKey.generate(algorithm),
            let signature = try? other.sign(message, algorithm: algorithm)
        else { return nil }
        return Decoy(key: key.verificationKey, signature: signature, algorithm: algorithm)
    }

    /// An odd number takes as long as a true modulus and is found in no time; the signature is a number below it.
    private static func rsa(_ algorithm: SignatureAlgorithm, bytes: Int, exponent: [UInt8]) -> Decoy? {
        var modulus = (0..<bytes).map { _ in UInt8.random(in: .min ... .max) }
        modulus[0] |= 0x80
        modulus[bytes - 1] |= 0x01
        guard let key = try? VerificationKey(rsaModulus: modulus, exponent: exponent) else { return nil }
        return Decoy(key: key, signature: [UInt8](repeating: 0x2E, count: bytes), algorithm: algorithm)
    }

    /// The time that the dearest refusal spends on signatures, on this machine: rule 14 allows four tries, and the dearest key is either
    /// on P-521 or an RSA key of 8192 bits with an exponent of 33 bits (rule 12).
    package static func dearestRefusal() -> Duration {
        let largest = rsa(.rs256, bytes: 1024, exponent: [0x01, 0xFF, 0xFF, 0xFF, 0xFF])
        let dearest = [decoys[.es512], largest].compactMap { $0 }.map { decoy in
            // The shortest of several: the others were interrupted.
            (0..<5).map { _ in ContinuousClock().measure { decoy.verify() } }.min() ?? .zero
        }.max()
        return (dearest ?? .zero) * CandidateKeys.maximumWithoutKeyID
    }
}

extension SignatureAlgorithm {
    fileprivate var isRSA: Bool {
        switch self {
        case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512: true
        case .es256, .es384, .es512, .edDSA, .mlDSA65, .mlDSA87: false
        }
    }
}
