import Administration
import TestSupport
import Testing

@testable import Console
@testable import Server

@Suite("The debugger and the token endpoint agree", .timeLimit(.minutes(5)))
struct DebuggerAgreementTests {
    struct Case: Sendable, CustomTestStringConvertible {
        /// `nil` if the assertion is accepted.
        let code: RejectionCode?
        let name: String
        let make: @Sendable (DebuggerBench) throws -> String

        init(_ code: RejectionCode?, _ name: String, _ make: @escaping @Sendable (DebuggerBench) throws -> String) {
            (self.code, self.name, self.make) = (code, name, make)
        }

        var testDescription: String { "\(code?.rawValue ?? "accepted"): \(name)" }
    }

    private static let endpoint = ConsoleBench.issuer + "/oauth2/token"

    static let form: [Case] = [
        .init(.malformed, "nothing") { _ in "x" }, .init(.malformed, "two parts") { _ in "e30.e30" },
        .init(.malformed, "not base64url") { _ in "e30.e3!0.AAAA" },
        .init(.malformed, "padding") { try $0.assertion() + "=" },
        .init(.malformed, "a NUL") { try $0.assertion() + "\u{0}" },
        .init(.malformed, "a line end within") { try $0.assertion().replacing(".", with: "\n.") },
        .init(.malformed, "too long") {
            try $0.assertion(claims: [("x", .string(String(repeating: "x", count: 17_000)))])
        },
        .init(.malformed, "a duplicate claim") { try $0.assertion(payload: #"{"iss":"billing","iss":"x"}"#) },
        .init(.malformed, "kid is a number") { try $0.assertion(header: [("kid", .number(7))]) },
        .init(.algorithmNotAllowed, "none") { try $0.assertion(header: [("alg", "none")]) },
        .init(.algorithmNotAllowed, "HS256") { try $0.assertion(header: [("alg", "HS256")]) },
        .init(.criticalHeader, "crit") { try $0.assertion(header: [("crit", .array(["x"]))]) },
        .init(.wrongType, "an access token") { try $0.assertion(header: [("typ", "at+jwt")]) },
        .init(.missingClaim, "no sub") { try $0.assertion(claims: [("sub", nil)]) },
        .init(.wrongClaimType, "sub is a number") { try $0.assertion(claims: [("sub", .number(7))]) },
        .init(.issuerSubjectMismatch, "iss is another") { try $0.assertion(claims: [("iss", "other")]) },
        .init(.badSignature, "63 bytes") {
            DebuggerBench.replacing([UInt8](repeating: 1, count: 63), of: try $0.assertion())
        },
        .init(.badSignature, "63 bytes of a client that does not exist") {
            DebuggerBench.replacing([UInt8](repeating: 1, count: 63), of: try $0.assertion(of: "nobody"))
        },
    ]

    static let client: [Case] = [
        .init(.unknownClient, "not registered") { try $0.assertion(of: "nobody") },
        .init(.unknownClient, "control characters") { try $0.assertion(of: "bil\u{0}ling") },
        .init(.unknownClient, "longer than an identifier") { try $0.assertion(of: String(repeating: "c", count: 300)) },
        .init(.unknownClient, "disabled") { try $0.assertion(of: "disabled") },
        .init(.unknownClient, "registered for a secret") { try $0.assertion(of: "secret") },
        .init(.unknownClient, "a URL, which this server does not accept") {
            try $0.assertion(of: "https://client.example/c")
        },
        .init(.algorithmNotAllowed, "not the registered one") { try $0.assertion(of: "pinned") },
        .init(.noMatchingKey, "no key") { try $0.assertion(of: "keyless") },
        .init(.noMatchingKey, "another kid") { try $0.assertion(header: [("kid", "other")]) },
        .init(.noMatchingKey, "another type of key") { try $0.assertion(key: .generate(.edDSA)) },
        .init(.noMatchingKey, "retired") { try $0.assertion(of: "retired") },
        .init(.noMatchingKey, "revoked") { try $0.assertion(of: "revoked") },
        .init(.noMatchingKey, "five keys and no kid") { try $0.assertion(of: "many", header: []) },
        .init(.noMatchingKey, "another certificate") {
            try $0.assertion(of: "warned", header: [("x5t#S256", "AAAA")])
        },
        .init(.badSignature, "an unregistered key") { try $0.assertion(key: DebuggerBench.otherKey) },
        .init(.certificateExpired, "a certificate of 2023") { try $0.assertion(of: "lapsed") },
        .init(nil, "a certificate that is only warned about") { try $0.assertion(of: "warned") },
        .init(nil, "the thumbprint as kid") {
            try $0.assertion(header: [("kid", .string(DebuggerBench.jwk.thumbprint))])
        },
    ]

    static let claims: [Case] = [
        .init(nil, "a usual one") { try $0.assertion() },
        .init(.wrongAudience, "another server") { try $0.assertion(claims: [("aud", "https://other.example")]) },
        .init(nil, "the token endpoint") { try $0.assertion(claims: [("aud", .string(endpoint))]) },
        .init(.wrongAudience, "the token endpoint, strictly") {
            try $0.assertion(of: "strict", claims: [("aud", .string(endpoint))])
        },
        .init(.wrongAudience, "an array, by FAPI") {
            try $0.assertion(of: "fapi", claims: [("aud", .array([.string(ConsoleBench.issuer)]))])
        },
        .init(nil, "two audiences, legacy") {
            try $0.assertion(of: "legacy", claims: [("aud", .array([.string(ConsoleBench.issuer), "x"]))])
        },
        .init(.wrongAudience, "two audiences") {
            try $0.assertion(claims: [("aud", .array([.string(ConsoleBench.issuer), "x"]))])
        },
        .init(.wrongType, "typ is demanded") { try $0.assertion(of: "typed") },
        .init(nil, "typ is demanded and there") {
            try $0.assertion(of: "typed", header: [("kid", "k"), ("typ", "client-authentication+jwt")])
        },
        .init(.missingClaim, "no aud") { try $0.assertion(claims: [("aud", nil)]) },
        .init(.missingClaim, "no exp") { try $0.assertion(claims: [("exp", nil)]) },
        .init(.missingClaim, "no jti") { try $0.assertion(claims: [("jti", nil)]) },
        .init(nil, "no jti, legacy") { try $0.assertion(of: "legacy", claims: [("jti", nil)]) },
        .init(.wrongClaimType, "exp is a string") { try $0.assertion(claims: [("exp", "1800000000")]) },
        .init(.expired, "a minute ago") { try $0.assertion(times: ["exp": -60]) },
        .init(nil, "expired within the skew") { try $0.assertion(times: ["exp": -29]) },
        .init(.lifetimeTooLong, "a day") { try $0.assertion(times: ["exp": 86_400]) },
        .init(.lifetimeTooLong, "six minutes, by FAPI") { try $0.assertion(of: "fapi", times: ["exp": 400]) },
        .init(.notYetValid, "in a minute") { try $0.assertion(times: ["nbf": 60]) },
        .init(.issuedInFuture, "in a minute") { try $0.assertion(times: ["iat": 60]) },
        .init(.issuedInFuture, "in 20 seconds, by FAPI") { try $0.assertion(of: "fapi", times: ["iat": 20]) },
        .init(.tooOld, "six hours ago") { try $0.assertion(times: ["iat": -21_600]) },
    ]

    @Test("about each rule", arguments: [form, client, claims])
    func rules(_ cases: [Case]) async throws {
        let debugger = try await DebuggerBench()
        for example in cases {
            let assertion = try example.make(debugger)
            let judgement = try await debugger.judge(assertion)
            #expect(judgement.fetch == nil, "\(example)")
            #expect(judgement.rejection?.code == example.code, "\(example)")
            #expect(judgement.trace.codes.contains(example.code) != judgement.trace.isClean, "\(example)")
            #expect(judgement.isAccepted == judgement.trace.isClean, "\(example)")
            // The endpoint is asked afterwards: nothing was used up.
            #expect(try await debugger.refusal(assertion) == example.code?.rawValue, "\(example)")
        }
    }

    @Test("RFC 7523 §3 (7): about an assertion that was used, unless the client may use it again")
    func reuse() async throws {
        let debugger = try await DebuggerBench()
        let clients: [(String, RejectionCode?)] = [("billing", .replayed), ("legacy", .replayed), ("reuser", nil)]
        for (client, code) in clients {
            let assertion = try debugger.assertion(of: client, claims: client == "legacy" ? [("jti", nil)] : [])
            #expect(try await debugger.judge(assertion).isAccepted)
            #expect(try await debugger.refusal(assertion) == nil)
            #expect(try await debugger.judge(assertion).rejection?.code == code)
            #expect(try await debugger.refusal(assertion) == code?.rawValue)
        }
    }

    @Test("about settings of the server")
    func settings() async throws {
        let debugger = try await DebuggerBench {
            $0.policy.audienceProfile = .strict
            $0.policy.requiresExplicitTyping = true
            $0.policy.requiresIssuedAt = true
            $0.policy.audienceAliases = ["https://alias.example"]
        }
        let typed: [(String, JSONValue)] = [("kid", "k"), ("typ", "client-authentication+jwt")]
        let cases: [(String, RejectionCode?)] = [
            (try debugger.assertion(), .wrongType),
            (try debugger.assertion(header: typed, claims: [("aud", .string(Self.endpoint))]), .wrongAudience),
            (try debugger.assertion(header: typed, claims: [("iat", nil)]), .missingClaim),
            (try debugger.assertion(of: "legacy", header: typed, claims: [("aud", "https://alias.example")]), nil),
        ]
        for (assertion, code) in cases {
            #expect(try await debugger.judge(assertion).rejection?.code == code)
            #expect(try await debugger.refusal(assertion) == code?.rawValue)
        }
        let disabled = try await DebuggerBench { $0.acceptsAssertions = false }
        let assertion = try disabled.assertion()
        let judgement = try await disabled.judge(assertion)
        #expect(judgement.verdict == .refused && judgement.isDisabled)
        let answer = await disabled.send(assertion)
        #expect(answer.status == 401 && answer.html.contains(AssertionJudgement.disabledMessage))
    }
}

@Suite("What the debugger cannot judge without a fetch", .timeLimit(.minutes(5)))
struct DebuggerFetchTests {
    private static let url = "https://keys.example/jwks"
    private static let document = "https://client.example/c"

    private func expectUndecided(
        _ judgement: AssertionJudgement, _ rule: Rule, _ url: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(judgement.verdict == .undecided && !judgement.isAccepted, sourceLocation: sourceLocation)
        #expect(judgement.fetch?.rule == rule && judgement.fetch?.url.text == url, sourceLocation: sourceLocation)
        let outcome = judgement.trace.entries.first { $0.rule == rule }?.outcome
        guard case .notChecked(let reason)? = outcome else {
            Issue.record("\(String(describing: outcome))", sourceLocation: sourceLocation)
            return
        }
        #expect(reason.contains(url), sourceLocation: sourceLocation)
    }

    @Test("A key set that was not read yet, then read, then changed, then too old")
    func keySet() async throws {
        let debugger = try await DebuggerBench()
        try await debugger.add("agent", { $0.keySetURL = Self.url }, keys: [])
        debugger.documents.publish(Documents.keySet(DebuggerBench.key), at: Self.url)
        let first = try debugger.assertion(of: "agent")
        let unread = try await debugger.judge(first)
        expectUndecided(unread, .keySetRefresh, Self.url)
        #expect(unread.trace.isClean && unread.fetch?.reason == .keySetNotRead)
        #expect(debugger.documents.readCount == 0)
        // Rules that need no key are judged, and decide.
        let disabled = try debugger.assertion(of: "agent", header: [("typ", "at+jwt")])
        #expect(try await debugger.judge(disabled).rejection?.code == .wrongType)
        #expect(try await debugger.judge(disabled).verdict == .refused)
        #expect(try await debugger.refusal(first) == nil)
        #expect(debugger.documents.readCount == 1)

        // Now the set is stored.
        #expect(try await debugger.judge(first).rejection?.code == .replayed)
        let second = try debugger.assertion(of: "agent")
        #expect(try await debugger.judge(second).isAccepted)
        #expect(try await debugger.refusal(second) == nil)
        let late = try debugger.assertion(of: "agent", times: ["exp": -100])
        #expect(try await debugger.judge(late).rejection?.code == .expired)

        // The client has changed its key: the endpoint reads the set once more.
        debugger.documents.publish(Documents.keySet(DebuggerBench.otherKey), at: Self.url)
        debugger.bench.clock.advance(by: .seconds(60))
        for header: [(String, JSONValue)] in [[("kid", "new")], [("kid", "k")]] {
            let rotated = try debugger.assertion(of: "agent", key: DebuggerBench.otherKey, header: header)
            let judgement = try await debugger.judge(rotated)
            expectUndecided(judgement, .keySetRefresh, Self.url)
            let code: RejectionCode = header[0].1 == "new" ? .noMatchingKey : .badSignature
            #expect(judgement.rejection?.code == code && judgement.trace.firstFailure == code)
        }
        let rotated = try debugger.assertion(of: "agent", key: DebuggerBench.otherKey)
        #expect(try await debugger.refusal(rotated) == nil)
        #expect(try await debugger.judge(rotated).rejection?.code == .replayed)

        // Too old: whatever is stored, the endpoint reads it first.
        debugger.bench.clock.advance(by: .seconds(7 * 86_400))
        let old = try debugger.assertion(of: "agent", key: DebuggerBench.otherKey)
        let judgement = try await debugger.judge(old)
        expectUndecided(judgement, .keySetRefresh, Self.url)
        #expect(judgement.rejection == nil && judgement.fetch?.readAt != nil)
        #expect(try await debugger.refusal(old) == nil)

        // A key that is given needs no fetch.
        var conditions = AssertionConditions()
        conditions.keys = .given([ClientKey(DebuggerBench.jwk)])
        #expect(try await debugger.judge(rotated, conditions).fetch == nil)
    }

    @Test("A refusal that is judged again says what would be fetched, in the report as on the page")
    func references() async throws {
        let debugger = try await DebuggerBench()
        let bench = debugger.bench
        try await debugger.add("agent", { $0.keySetURL = Self.url }, keys: [])
        func refuse(_ header: [(String, JSONValue)] = [("kid", "k")]) async throws -> String {
            try await debugger.reference(
                await debugger.send(try debugger.assertion(of: "agent", header: header)))
        }
        func report(
            _ reference: String, _ change: (inout AssertionConditions) -> Void = { _ in }
        ) async throws -> InspectionReport {
            var conditions = AssertionConditions()
            change(&conditions)
            let reads = debugger.documents.readCount
            let report = try await AssertionDebugger(bench.store, bench.settings, bench.urls).inspect(
                .refusal(reference), asIf: conditions, at: bench.clock.now)
            #expect(debugger.documents.readCount == reads)
            #expect(try InspectionReport(answer: report.json).json == report.json)
            return report
        }
        func page(_ reference: String) async throws -> String {
            let vic = try await bench.browser(signedInAs: "vic")
            return await vic.open("/console\(DebuggerBench.path)?reference=\(reference)").html
        }
        // Its key set could not be read.
        let unread = try await refuse()
        let first = try await report(unread)
        #expect(first.verdict == .undecided && first.code == nil && first.trace.isClean)
        #expect(first.fetch?.rule == Rule.keySetRefresh.rawValue && first.fetch?.url == Self.url)
        #expect(first.fetch?.reason.contains("has not been read yet") == true)
        var html = try await page(unread)
        #expect(html.contains("when it arrived: cannot be judged without a fetch"))
        #expect(html.contains("Rule 13: the key set has not been read yet; \(Self.url) would be fetched"))
        // A rule that no document changes decides; one before the keys is reached first.
        let late = try await report(unread) { $0.time = bench.clock.now + .seconds(900) }
        #expect(late.verdict == .refused && late.code == "expired" && late.fetch == first.fetch)
        #expect(try await report(unread) { $0.keys = .given([ClientKey(DebuggerBench.jwk)]) }.fetch == nil)
        let typed = try await report(try await refuse([("kid", "k"), ("typ", "at+jwt")]))
        #expect(typed.verdict == .refused && typed.code == "wrong_type" && typed.fetch == nil)

        // Now it is stored, and another key is asked for.
        bench.clock.advance(by: .seconds(600))
        debugger.documents.publish(Documents.keySet(DebuggerBench.key), at: Self.url)
        #expect(try await debugger.refusal(try debugger.assertion(of: "agent")) == nil)
        #expect(try await report(unread).fetch == nil)
        let other = try await refuse([("kid", "new")])
        let again = try await report(other)
        #expect(again.verdict == .undecided && again.code == "no_matching_key")
        #expect(again.fetch?.reason.contains("no key of the key set") == true)
        html = try await page(other)
        #expect(html.contains("If it still has the same keys: refused by rule 12, no_matching_key."))
        let otherLate = try await report(other) { $0.time = bench.clock.now + .seconds(900) }
        #expect(otherLate.verdict == .refused && otherLate.code == "expired" && otherLate.fetch == again.fetch)

        bench.clock.advance(by: .seconds(7 * 86_400))
        let old = try await report(unread)
        #expect(old.verdict == .undecided && old.fetch?.reason.contains("too old to be used") == true)
        html = try await page(unread)
        #expect(html.contains("If it still has the same keys: no rule fails that can be judged."))
    }

    @Test("A key set of a client that registered itself, even if another client has the same one")
    func stranger() async throws {
        let debugger = try await DebuggerBench()
        try await debugger.add("agent", { $0.keySetURL = Self.url }, keys: [])
        debugger.documents.publish(Documents.keySet(DebuggerBench.key), at: Self.url)
        #expect(try await debugger.refusal(try debugger.assertion(of: "agent")) == nil)
        let record = DebuggerBench.record("stranger") { $0.keySetURL = Self.url }
        let dynamic = DynamicRegistration(
            client: record.id, origin: .open, digest: [UInt8](repeating: 1, count: 32), registeredAt: TestClock.start,
            expiresAt: TestClock.start + .seconds(86_400))
        _ = try await debugger.bench.store.dynamicRegistrations.add(
            ClientRegistration(client: record, keys: []), dynamic,
            within: OpenRegistrationBounds(unused: 100, total: 100))
        let assertion = try debugger.assertion(of: "stranger")
        let judgement = try await debugger.judge(assertion)
        expectUndecided(judgement, .keySetRefresh, Self.url)
        #expect(judgement.fetch?.reason == .keySetOfStranger)
        #expect(try await debugger.refusal(assertion) == nil)
    }

    @Test("A client that is a URL")
    func document() async throws {
        let debugger = try await DebuggerBench {
            $0.clientMetadata.isEnabled = true
            $0.clientMetadata.allowedHosts = ["client.example"]
            $0.clientMetadata.scopes = ["read"]
        }
        let keys = try JSONValue(parsing: Documents.keySet(DebuggerBench.key))
        let body: JSONObject = [
            "client_id": .string(Self.document), "client_name": "Agent",
            "token_endpoint_auth_method": "private_key_jwt", "grant_types": ["client_credentials"], "jwks": keys,
        ]
        debugger.documents.publish(body.rendered(), at: Self.document)
        let assertion = try debugger.assertion(of: Self.document)
        for _ in 0..<2 {
            let judgement = try await debugger.judge(assertion)
            expectUndecided(judgement, .registeredClient, Self.document)
            #expect(judgement.trace.isClean)
        }
        #expect(debugger.documents.readCount == 0)
        #expect(try await debugger.refusal(assertion) == nil)
        // Its document is in the server's memory alone.
        expectUndecided(try await debugger.judge(assertion), .registeredClient, Self.document)

        // What needs no document is refused as the endpoint refuses it.
        for (assertion, code) in [
            (try debugger.assertion(of: "https://other.example/c"), RejectionCode.unknownClient),
            (try debugger.assertion(of: "https://client.example/"), .unknownClient),
            (try debugger.assertion(of: "https://client.example/a/../c"), .unknownClient),
            (try debugger.assertion(of: Self.document, header: [("typ", "at+jwt")]), .wrongType),
            (
                DebuggerBench.replacing(
                    [UInt8](repeating: 1, count: 63), of: try debugger.assertion(of: Self.document)), .badSignature
            ),
        ] {
            let judgement = try await debugger.judge(assertion)
            #expect(judgement.verdict == .refused && judgement.rejection?.code == code)
            #expect(try await debugger.refusal(assertion) == code.rawValue)
        }
        // A client that is registered under a URL is known.
        try await debugger.add("https://client.example/registered")
        let registered = try debugger.assertion(of: "https://client.example/registered")
        #expect(try await debugger.judge(registered).isAccepted)
        #expect(try await debugger.refusal(registered) == nil)
    }

    @Test("The console's own client is known to the debugger of its process")
    func builtIn() async throws {
        let debugger = try await DebuggerBench()
        let client = try ConsoleClient(
            at: debugger.bench.address, issuer: ConsoleBench.issuer, at: debugger.bench.clock.now)
        let assertion = try client.assertion(at: debugger.bench.clock.now)
        #expect(try await debugger.judge(assertion).rejection?.code == .unknownClient)
        let own = AssertionDebugger(
            debugger.bench.store, debugger.bench.settings, debugger.bench.urls, builtIn: client.builtIn)
        #expect(try await own.judge(Array(assertion.utf8), at: debugger.bench.clock.now).isAccepted)
    }
}

extension Trace {
    fileprivate var codes: [RejectionCode?] {
        entries.map { if case .failed(let code, _) = $0.outcome { code } else { nil } }.filter { $0 != nil }
    }
}
