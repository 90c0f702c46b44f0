import Countersign
import Server
import Store

/// Refusals of the last thirty days as requests leave them, half of them of callers who proved a key.
struct RefusalFilling: Sendable {
    private static let period: Duration = .seconds(30 * 86_400)
    private static let endpoint = "/oauth2/token"
    /// The number of different traces.
    private static let variety = 1000
    /// Entries that are queued before the writer is awaited.
    private static let batchSize = 500

    let count: Int

    /// A refusal without its reference and time.
    private struct Sample {
        let client: String
        let isProven: Bool
        let code: String
        let trace: String
    }

    func fill(_ store: any Store) async throws {
        let samples = try Self.samples()
        let start = UnixTime.now - Self.period
        for first in stride(from: 0, to: count, by: Self.batchSize) {
            for number in first..<min(first + Self.batchSize, count) {
                let sample = samples[Int.random(in: 0..<samples.count)]
                // A third of the strangers claim a name of their own.
                let isStranger = !sample.isProven && number.isMultiple(of: 3)
                store.audit.record(
                    AuditEntry(
                        reference: .random(), at: start + Self.period * (Double(number) / Double(count)),
                        clientID: isStranger ? "stranger-\(number)" : sample.client, isProven: sample.isProven,
                        code: sample.code, endpoint: Self.endpoint,
                        remoteAddress: "10.\(number % 4).\(Int.random(in: 0..<250)).\(Int.random(in: 1..<250))",
                        trace: sample.trace))
            }
            await store.audit.flush()
            if (first + Self.batchSize).isMultiple(of: 100_000) {
                StoreFiller.say("  \(first + Self.batchSize) of \(count) refusals")
            }
        }
    }

    private static func samples() throws -> [Sample] {
        let key = try SigningKey.generate(.es256)
        return try (1...variety).map { number in
            let client = "other-\(number)"
            let token = try AssertionTemplate(
                clientID: ClientID(client), audience: "https://auth.example.com/oauth2/token", lifetime: .seconds(60),
                keyID: ExactString(key.verificationKey.thumbprint)
            ).sign(with: key, algorithm: .es256, at: .now)
            let assertion = try ClientAssertion(parsing: Array(token.utf8))
            let rejection = rejection(number, ClientID(client))
            return Sample(
                client: client, isProven: rejection.isProven, code: rejection.code.rawValue,
                trace: TraceRecord(assertion: assertion, trace: Trace(stoppedBy: rejection)).text)
        }
    }

    /// Returns a rejection of a proven caller for even numbers, of another one for odd numbers.
    private static func rejection(_ number: Int, _ client: ClientID) -> Rejection {
        let issuer: ExactString = "https://auth.example.com"
        let audience = Audience.one(ExactString(issuer.text + "/oauth2/token"))
        return switch number % 10 {
        case 0, 2, 4: .wrongAudience(found: audience, accepted: [issuer], aliases: 0, profile: .strict)
        case 6: .missingClaim(.jwtID, .absent)
        case 8: .replayed(jti: "Vf3m0yNqT6uWk2b7c9dR1w")
        case 1: .unknownClient(client, .disabled)
        case 3: .badSignature(algorithm: .es256, keysTried: [])
        case 5: .noMatchingKey(.noKeys)
        case 7: .keySetUnavailable(reason: "its server answered with status 503")
        default: .unknownClient(client, .notRegistered)
        }
    }
}
