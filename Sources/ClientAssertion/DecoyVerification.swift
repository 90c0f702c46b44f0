import CountersignJOSE
import Crypto

/// A verification that cannot succeed, spent where a caller has no key to be verified with.
///
/// Without it, the time of an answer would tell which clients exist (RFC 8725 §2.8 speaks of such side channels).
enum DecoyVerification {
    /// Does the work of verifying one signature of this algorithm; 2048 bits for RSA.
    static func spend(_ algorithm: SignatureAlgorithm) {
        guard let decoy = decoys[algorithm] else { return }
        _ = decoy.key.isValid(signature: decoy.signature, for: message, algorithm: algorithm)
    }

    private struct Decoy: Sendable {
        let key: VerificationKey
        let signature: [UInt8]
    }

    private static let message = [UInt8](repeating: 0x2E, count: 512)

    /// Made at first use; nobody knows, or could use, the private halves.
    private static let decoys: [SignatureAlgorithm: Decoy] = {
        var decoys: [SignatureAlgorithm: Decoy] = [:]
        for algorithm in SignatureAlgorithm.allCases {
            guard let key = try? decoyKey(for: algorithm), let length = key.signatureLength(algorithm) else { continue }
            decoys[algorithm] = Decoy(key: key, signature: [UInt8](repeating: 0x2E, count: length))
        }
        return decoys
    }()

    private static func decoyKey(for algorithm: SignatureAlgorithm) throws(KeyError) -> VerificationKey {
        guard algorithm.isRSA else { return try SigningKey.generate(algorithm).verificationKey }
        // An odd number of 2048 bits takes as long as a true modulus and is found in no time.
        var modulus = (0..<256).map { _ in UInt8.random(in: .min ... .max) }
        modulus[0] |= 0x80
        modulus[255] |= 0x01
        return try VerificationKey(rsaModulus: modulus, exponent: [0x01, 0x00, 0x01])
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
