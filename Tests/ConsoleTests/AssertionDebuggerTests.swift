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

    @Test(
        "The verdict about a client with many keys is that of the endpoint, whatever the search for the key leaves out")
    func manyKeys() async throws {
        let debugger = try await DebuggerBench()
        let keys = try (0..<40).map { _ in try SigningKey.generate(.es256) }
        try await debugger.add(
            "crowd",
            keys: keys.map { KeyRecord(jwk: JWK(key: $0.verificationKey), addedAt: TestClock.start) })
        let signer = try #require(keys.last)
        let thumbprint = JWK(key: signer.verificationKey).thumbprint
        let cases: [(SigningKey, header: [(String, JSONValue)], RejectionCode?)] = [
            (signer, [], .noMatchingKey), (signer, [("kid", .string(thumbprint))], nil),
            (DebuggerBench.otherKey, [("kid", .string(thumbprint))], .badSignature),
        ]
        for (key, header, code) in cases {
            let assertion = try debugger.assertion(of: "crowd", key: key, header: header)
            let judgement = try await debugger.judge(assertion)
            #expect(judgement.rejection?.code == code)
            #expect(judgement.isAccepted == judgement.trace.isClean)
            #expect(try await debugger.refusal(assertion) == code?.rawValue)
        }
    }

    @Test("One inspection of a person runs at a time and two of all together; beyond that 429 with Retry-After")
    func limits() async throws {
        let debugger = try await DebuggerBench()
        let (bench, now) = (debugger.bench, debugger.bench.clock.now)
        let late = try debugger.assertion(times: ["exp": -600])
        let query = "?reference=" + (try await debugger.reference(await debugger.send(late)))
        let path = "/console" + DebuggerBench.path
        let (ada, vic) = (try await bench.browser(signedInAs: "ada"), try await bench.browser(signedInAs: "vic"))
        let page = await ada.open(path)
        func judge() async -> Browser.Shown {
            await ada.post(page, DebuggerBench.path, [(name: "token", value: late)])
        }
        func expectRefused(_ shown: Browser.Shown, _ words: String) {
            #expect(shown.status == 429 && shown.header("Retry-After") == "1" && shown.html.contains(words))
            #expect(!late.split(separator: ".").contains { shown.html.contains($0) })
        }
        let person = try #require(try await bench.store.users.user(named: "ada")).id
        try await bench.inspections.run(for: .person(person), at: now) { _ in
            expectRefused(await judge(), "Another inspection of yours")
            expectRefused(await ada.open(path + query), "Another inspection of yours")
            #expect(await ada.open(path).status == 200)
            #expect(await vic.open(path + query).status == 200)
            try await bench.inspections.run(for: .client("script"), at: now) { _ in
                expectRefused(await vic.open(path + query), "Inspections of others")
            }
        }
        // One that has failed has ended, too.
        await #expect(throws: CancellationError.self) {
            try await bench.inspections.run(for: .person(person), at: now) { _ in throw CancellationError() }
        }
        for _ in 2..<AssertionInspections.share { #expect(await judge().status == 200) }
        expectRefused(await judge(), "30 inspections in a short time")
        bench.clock.advance(by: .seconds(AssertionInspections.pause))
        #expect(await judge().status == 200)
        expectRefused(await judge(), "30 inspections in a short time")
        #expect(await vic.open(path + query).status == 200)
    }
}
