import Countersign
import Foundation
import Testing

/// A measurement that `make timing` runs on an idle machine.
@Suite(
    "RFC 8725 §2.8: the decoy of an unknown client", .serialized,
    .enabled(if: ProcessInfo.processInfo.environment["TIMING_PAIRS"] != nil, "make timing runs it"))
struct DecoyTimingTests {
    private static let message = Array("a message that nobody signed".utf8)

    @Test("costs what a failing verification costs, within 20 %", arguments: SignatureAlgorithm.allCases)
    func cost(_ algorithm: SignatureAlgorithm) throws {
        let key = try SigningKey.generate(algorithm)
        // Made with the same key, so that an RSA signature is below the modulus and is not rejected before the computation.
        let signature = try key.sign(Array("another message".utf8), algorithm: algorithm)
        let verifying = key.verificationKey
        #expect(!verifying.isValid(signature: signature, for: Self.message, algorithm: algorithm))
        // Other load on the machine lengthens single measurements, so the minimum is used; a whole attempt may also fail.
        var ratios: [Double] = []
        repeat {
            var (real, decoy) = (Duration.seconds(60), Duration.seconds(60))
            for _ in 0..<40 {
                real = min(
                    real,
                    ContinuousClock().measure {
                        _ = verifying.isValid(signature: signature, for: Self.message, algorithm: algorithm)
                    })
                decoy = min(
                    decoy,
                    ContinuousClock().measure {
                        DecoyVerification.run(algorithm, signatureLength: signature.count)
                    })
            }
            ratios.append(decoy / real)
        } while !(0.8...1.2).contains(ratios.last ?? 0) && ratios.count < 10
        #expect((0.8...1.2).contains(ratios.last ?? 0), "decoy to real: \(ratios)")
    }
}
