import Countersign
import Store
import SQLite
import Foundation
import TestSupport
import Testing

/// Checks that refusal times do not reveal which clients exist or which keys they have. `make timing` runs it on an idle machine.
@Suite(
    "RFC 8725 §2.8: the time of a refusal", .ownThreads, .serialized,
    .enabled(if: TimingBench.pairs > 0, "make timing runs it"))
struct TimingTests {
    /// A registered client, and the algorithm with which a key that is not its own signs.
    struct Subject: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let id: String
        let keys: [SignatureAlgorithm]
        let signedWith: SignatureAlgorithm
        var isEnabled = true
        /// The size of RSA keys.
        var bits = 2048

        /// Whether verification is expensive enough for concurrent requests to reveal it.
        var isDear: Bool { keys.count == 4 || bits > 2048 }

        static let all: [Subject] = [
            .init(
                testDescription: "four P-521 keys", id: "four-p521", keys: Array(repeating: .es512, count: 4),
                signedWith: .es512),
            .init(
                testDescription: "four P-384 keys", id: "four-p384", keys: Array(repeating: .es384, count: 4),
                signedWith: .es384),
            .init(testDescription: "one P-256 key", id: "one-p256x", keys: [.es256], signedWith: .es256),
            .init(testDescription: "one Ed25519 key", id: "ed25519xx", keys: [.edDSA], signedWith: .edDSA),
            .init(testDescription: "one ML-DSA-87 key", id: "mldsa-87x", keys: [.mlDSA87], signedWith: .mlDSA87),
            .init(testDescription: "one RSA key", id: "rsa-2048x", keys: [.rs256], signedWith: .rs256),
            .init(
                testDescription: "one RSA key of 8192 bits", id: "rsa-8192x", keys: [.rs256], signedWith: .rs256,
                bits: 8192),
            .init(testDescription: "a key of another kind", id: "otherkind", keys: [.es256], signedWith: .es512),
            .init(testDescription: "disabled", id: "disabledx", keys: [.es512], signedWith: .es512, isEnabled: false),
        ]
    }

    @Test("matches that of a made-up client", arguments: [false, true], Subject.all)
    func unknown(isFlooded: Bool, _ subject: Subject) async throws {
        let bench = try await TimingBench(subject)
        defer { bench.remove() }
        let flood = isFlooded ? bench.flood() : nil
        defer { flood?.cancel() }
        let samples = try bench.samples(pairs: TimingBench.pairs)
        Self.expectAlike(samples, "\(subject.testDescription)\(isFlooded ? ", flooded" : "")")
    }

    @Test("matches that of a made-up client for concurrent requests, too", arguments: Subject.all.filter(\.isDear))
    func burst(_ subject: Subject) async throws {
        let bench = try await TimingBench(subject)
        defer { bench.remove() }
        Self.expectAlike(try await bench.bursts(of: 16, pairs: 20), "\(subject.testDescription), 16 at once")
    }

    private static func expectAlike(_ samples: (known: [Double], unknown: [Double]), _ name: String) {
        let result = RankSum(samples.known, samples.unknown)
        print(
            "timing: \(name): known", text(samples.known), "unknown", text(samples.unknown),
            "ms; known is slower in", Int((result.superiority * 1000).rounded()), "of 1000 pairs, deviations",
            (result.deviations * 100).rounded() / 100)
        // Chance exceeds four deviations once in 16,000 runs; a difference in fewer than 56 of 100 pairs takes hundreds of probes.
        #expect(abs(result.deviations) < 4 || abs(result.superiority - 0.5) < 0.06)
    }

    private static func text(_ values: [Double]) -> String {
        let sorted = values.sorted()
        return [0.1, 0.5, 0.9].map { String(format: "%.2f", sorted[Int($0 * Double(sorted.count - 1))]) }
            .joined(separator: "/")
    }
}
