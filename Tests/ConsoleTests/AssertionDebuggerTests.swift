import Administration
import TestSupport
import Testing

@testable import Console
@testable import Server

@Suite("Debugging an assertion", .timeLimit(.minutes(5)))
struct AssertionDebuggerTests {
    private func use(_ assertion: String, _ bench: ConsoleBench) async -> Int {
        await Browser(bench).send(
            "POST", "/oauth2/token",
            form: [
                ("grant_type", "client_credentials"), ("client_assertion", assertion),
                ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ]
        ).status
    }

    @Test("RFC 7523 §3 (7): judging an assertion does not use it up, and says when it was used")
    func reuse() async throws {
        let bench = try await ConsoleBench()
        let key = try SigningKey.generate(.es256)
        try await bench.store.clients.add(
            ClientRecord(id: ClientID("billing"), name: "Billing", createdAt: TestClock.start),
            keys: [KeyRecord(jwk: JWK(key: key.verificationKey, keyID: "k"), addedAt: TestClock.start)])
        let template = AssertionTemplate(clientID: ClientID("billing"), audience: ConsoleBench.issuer, keyID: "k")
        let assertion = try template.sign(with: key, at: bench.clock.now)
        let debugger = AssertionDebugger(bench.store, bench.settings, bench.urls)
        func judge(_ conditions: AssertionConditions = AssertionConditions()) async throws -> AssertionJudgement {
            try await debugger.judge(Array(assertion.utf8), asIf: conditions, at: bench.clock.now)
        }
        for _ in 0..<3 { #expect(try await judge().isAccepted) }
        #expect(await use(assertion, bench) == 200)
        let before = try await bench.store.replay.facts()
        let after = try await judge()
        #expect(after.rejection?.code == .replayed && after.trace.firstFailure == .replayed)
        #expect(try await bench.store.replay.facts() == before)
        #expect(await use(assertion, bench) == 401)

        var conditions = AssertionConditions()
        conditions.time = bench.clock.now + .seconds(86_400)
        let later = try await judge(conditions)
        #expect(later.rejection?.code == .expired && later.trace.firstFailure == .expired)
        #expect(later.differences(from: after).map(\.rule).contains(.expiry))
        conditions = AssertionConditions()
        conditions.keys = .given([ClientKey(JWK(key: try SigningKey.generate(.es256).verificationKey))])
        #expect(try await judge(conditions).rejection?.code == .badSignature)
        conditions.keys = .registered("k")
        #expect(try await judge(conditions).rejection?.code == .replayed)
    }
}
