import Administration
import TestSupport
import Testing

@testable import Console
@testable import Server

@Suite("The corrected example of a refused assertion", .timeLimit(.minutes(5)))
struct CorrectionTests {
    /// An assertion with one fault.
    struct Sample: Sendable, CustomTestStringConvertible {
        let rule: Rule
        var client = "billing"
        var header: [(String, JSONValue)] = [("kid", "k"), ("typ", "JWT")]
        var claims: [(String, JSONValue?)] = []
        var times: [String: Int64] = [:]
        /// In place of a signed assertion.
        var token: String?
        var signer = DebuggerBench.key
        var parameter: String?
        var isSentBefore = false
        /// Whether there is a reason in place of an example.
        var hasReason = false
        var requiresIssuedAt = false

        var testDescription: String { "rule \(rule.rawValue), \(client), \(header.map(\.0)), \(claims.map(\.0))" }
    }

    private static let samples: [Sample] = [
        Sample(rule: .structure, token: "a.b", hasReason: true),
        Sample(rule: .encoding, token: "e30=.e30.AAAA", hasReason: true),
        Sample(rule: .json, header: [("kid", .number(7))], hasReason: true),
        Sample(rule: .algorithm, header: [("alg", "HS256"), ("kid", "k")]),
        Sample(rule: .algorithm, client: "keyless", header: [("alg", "none")]),
        Sample(rule: .algorithm, header: [("alg", .number(7))]),
        Sample(rule: .criticalHeader, header: [("kid", "k"), ("crit", ["b64"]), ("b64", .boolean(false))]),
        Sample(rule: .criticalHeader, header: [("kid", "k"), ("b64", .boolean(true))]),
        Sample(rule: .type, header: [("kid", "k"), ("typ", "at+jwt")]),
        Sample(rule: .issuerAndSubject, claims: [("iss", "other")]),
        Sample(rule: .issuerAndSubject, claims: [("iss", nil)]),
        Sample(rule: .issuerAndSubject, claims: [("sub", "")]),
        Sample(rule: .issuerAndSubject, claims: [("sub", .number(7))]),
        Sample(rule: .issuerAndSubject, claims: [("iss", nil), ("sub", nil)]),
        Sample(rule: .clientIDParameter, parameter: "other"),
        Sample(rule: .registeredClient, client: "stranger", hasReason: true),
        Sample(rule: .registeredClient, client: "disabled", hasReason: true),
        Sample(rule: .registeredAlgorithm, client: "pinned", hasReason: true),
        Sample(rule: .registeredAlgorithm, client: "both", header: [("kid", "k")]),
        Sample(rule: .candidateKeys, header: [("kid", "unknown")]),
        Sample(rule: .candidateKeys, header: [("kid", "unknown"), ("x5t", "AAAA"), ("x5t#S256", "AAAA")]),
        Sample(rule: .candidateKeys, client: "two", header: [("kid", "gone")]),
        Sample(rule: .candidateKeys, client: "certified", header: [("kid", "k"), ("x5t", "AAAA")]),
        Sample(rule: .candidateKeys, client: "keyless", hasReason: true),
        Sample(rule: .candidateKeys, client: "retired", hasReason: true),
        Sample(rule: .candidateKeys, client: "revoked", hasReason: true),
        Sample(rule: .candidateCount, client: "crowd", header: []),
        Sample(rule: .signature, signer: DebuggerBench.otherKey, hasReason: true),
        Sample(rule: .certificateValidity, client: "lapsed", hasReason: true),
        Sample(rule: .certificateValidity, client: "renewed", header: [("kid", "old")], signer: DebuggerBench.otherKey),
        Sample(rule: .audience, claims: [("aud", "https://other.example")]),
        Sample(rule: .audience, client: "strict", claims: [("aud", nil)]),
        Sample(rule: .audience, client: "fapi", claims: [("aud", ["a", "b"])]),
        Sample(rule: .audience, claims: [("aud", .number(7))]),
        Sample(rule: .audience, client: "typed"),
        Sample(rule: .audience, client: "typed", header: [("kid", "k")]),
        Sample(rule: .expiry, times: ["exp": -3600]),
        Sample(rule: .expiry, claims: [("exp", nil)]),
        Sample(rule: .expiry, claims: [("exp", "soon")]),
        Sample(rule: .lifetime, times: ["exp": 86_400]),
        Sample(rule: .notBefore, times: ["nbf": 3600]),
        Sample(rule: .notBefore, claims: [("nbf", "now")]),
        Sample(rule: .issuedInFuture, times: ["iat": 3600]),
        Sample(rule: .issuedInFuture, claims: [("iat", "now")]),
        Sample(rule: .age, times: ["iat": -86_400]),
        Sample(rule: .age, claims: [("iat", nil)], requiresIssuedAt: true),
        Sample(rule: .jwtID, claims: [("jti", nil)]),
        Sample(rule: .jwtID, claims: [("jti", .string(String(repeating: "j", count: 300)))]),
        Sample(rule: .replay, isSentBefore: true),
    ]

    @Test("Every rule that can fail has an example or a reason why it has none")
    func everyRule() {
        let known = Set(Self.samples.map(\.rule))
        // Rule 7 cannot fail; rule 13 fails with the network.
        #expect(Set(Rule.allCases).subtracting(known) == [.untrustedHeader, .keySetRefresh])
    }

    @Test("Signed anew, the corrected assertion is accepted by the verifier", arguments: samples)
    func accepted(_ sample: Sample) async throws {
        let bench = try await bench()
        let now = bench.bench.clock.now
        var policy = AssertionPolicy()
        policy.requiresIssuedAt = sample.requiresIssuedAt
        let id = ClientID(sample.client)
        let client = try await StoredClients(bench.bench.store, bench.bench.settings).find(id, at: now).client
        let verifier = AssertionVerifier(
            policy: policy, directory: StaticClientDirectory(client.map { [$0] } ?? []),
            replayGuard: InMemoryReplayGuard(clock: { now }))
        let audiences = AcceptedAudiences(issuer: bench.bench.urls.issuer, endpoints: [bench.bench.urls.token])
        func verify(_ token: String, _ parameter: String?) async throws -> (Rejection, ClientAssertion?)? {
            do {
                _ = try await verifier.verify(
                    token, clientID: parameter.map { ClientID($0) }, audiences: audiences, at: now)
                return nil
            } catch {
                guard case .refused(let rejection, let assertion) = error else { throw error }
                return (rejection, assertion)
            }
        }

        let sent =
            try sample.token
            ?? bench.assertion(
                of: sample.client, key: sample.signer, header: sample.header, claims: sample.claims, times: sample.times
            )
        if sample.isSentBefore { #expect(try await verify(sent, nil) == nil) }
        let (rejection, assertion) = try #require(try await verify(sent, sample.parameter))
        #expect(rejection.rule == sample.rule)
        let record = try #require(
            TraceRecord(text: TraceRecord(assertion: assertion, trace: Trace(stoppedBy: rejection)).text))
        let corrections = try await AssertionCorrections(
            bench.bench.store, bench.bench.settings, issuer: ConsoleBench.issuer
        ).corrections(of: record.trace, record.facts, client: sample.client, at: now)
        let correction = try #require(corrections.first)
        #expect(corrections.count == 1 && correction.rule == sample.rule)
        #expect(try Correction(answer: correction.json) == correction)
        guard case .example(let corrected) = correction.content else {
            #expect(sample.hasReason)
            return
        }
        #expect(!sample.hasReason)
        #expect(!corrected.parts.isEmpty && corrected.parts.allSatisfy { $0.members.contains { $0.change != .same } })

        // What was sent, changed as the example says.
        let parts = sent.split(separator: ".").map { Base64URL.decode(String($0)) ?? [] }
        var (header, claims) = (try JSONObject(parsing: parts[0]), try JSONObject(parsing: parts[1]))
        var parameter = sample.parameter
        for part in corrected.parts {
            switch part.name {
            case .header: header = try Self.applying(part, to: header, sample.client, at: now)
            case .claims: claims = try Self.applying(part, to: claims, sample.client, at: now)
            case .parameters:
                let form = try Self.applying(part, to: ["client_id": .string(parameter)], sample.client, at: now)
                parameter = form.string("client_id")?.text
            }
        }
        let names = [Self.rsa.verificationKey.thumbprint, "k", "new"]
        let signer =
            sample.client == "crowd"
            ? try #require(Self.crowd.first { $0.verificationKey.thumbprint == header.string("kid")?.text })
            : header.string("alg") == "RS256" ? Self.rsa : DebuggerBench.key
        #expect(sample.client == "crowd" || header["kid"] == nil || names.contains(header.string("kid")?.text ?? ""))
        let algorithm = try #require(header.string("alg").flatMap { SignatureAlgorithm(name: $0) })
        let again = try CompactJWS.sign(header: header, payload: claims.rendered(), key: signer, algorithm: algorithm)
        // The client of one sample has no key at all, so that a later rule fails.
        let failed = try await verify(again, parameter)?.0
        #expect(
            failed.map { sample.client == "keyless" && $0.rule > sample.rule } ?? true, "\(String(describing: failed))")
    }

    @Test("An example has no signature, and never a jti that can be used; a hostile one is text")
    func hostile() async throws {
        let bench = try await bench()
        let hostile = JSONValue.string("</script><img src=x>\u{202E}\"{{base}}" + String(repeating: "&", count: 180))
        for claims: [(String, JSONValue?)] in [[("aud", hostile)], [("jti", hostile), ("exp", .number(1))]] {
            let assertion = try bench.assertion(header: [("kid", "k"), ("x5t", hostile)], claims: claims)
            let reference = try await bench.reference(await bench.send(assertion))
            let page = await (try await bench.bench.browser(signedInAs: "vic")).open("/console/refusals/\(reference)")
            #expect(page.html.contains("Example: Claims") && page.response.body.count < 50_000)
            for part in assertion.split(separator: ".") { #expect(!page.html.contains(part)) }
            for mark in ["<img", "\u{202E}"] { #expect(!page.html.contains(mark)) }
        }
    }

    @Test("What an operator sees about a header names a key of the client in force")
    func page() async throws {
        let bench = try await bench()
        let assertion = try bench.assertion(header: [("kid", "unknown")])
        let reference = try await bench.reference(await bench.send(assertion))
        let page = await (try await bench.bench.browser(signedInAs: "vic")).open("/console/refusals/\(reference)")
        #expect(page.html.contains("Example: Protected header"))
        #expect(page.html.contains("<del>−   &quot;kid&quot;: &quot;unknown&quot;</del>"))
        #expect(page.html.contains("<ins>+   &quot;kid&quot;: &quot;k&quot;</ins>"))
    }
}

extension CorrectionTests {
    private static let rsa = makeKey(.rs256)
    private static let crowd = (0..<5).map { _ in makeKey(.es256) }

    private static func makeKey(_ algorithm: SignatureAlgorithm) -> SigningKey {
        do { return try SigningKey.generate(algorithm) } catch { preconditionFailure("\(error)") }
    }

    private static func certificate(_ thumbprint: ExactString, isValid: Bool) -> KeyCertificate {
        KeyCertificate(
            der: [0x30, 0x00],
            facts: CertificateFacts(
                subject: "CN=test", notBefore: UnixTime(seconds: 0),
                notAfter: TestClock.start + .seconds(isValid ? 86_400 : -86_400), thumbprintSHA1: thumbprint,
                thumbprintSHA256: thumbprint))
    }

    /// With clients that have several keys.
    private func bench() async throws -> DebuggerBench {
        let bench = try await DebuggerBench()
        func key(
            _ key: SigningKey, _ name: ExactString?, _ certificate: KeyCertificate? = nil,
            _ status: KeyAvailability = .active
        ) -> KeyRecord {
            KeyRecord(
                jwk: JWK(key: key.verificationKey, keyID: name), certificate: certificate, status: status,
                addedAt: TestClock.start)
        }
        try await bench.add(
            "both", { $0.options.signingAlgorithm = .rs256 },
            keys: [key(DebuggerBench.key, "k"), key(Self.rsa, nil)])
        try await bench.add(
            "two",
            keys: [
                key(DebuggerBench.otherKey, "gone", nil, .revoked(since: TestClock.start - .seconds(60))),
                key(DebuggerBench.key, "k"),
            ])
        try await bench.add("certified", keys: [key(DebuggerBench.key, "k", Self.certificate("BBBB", isValid: true))])
        try await bench.add("crowd", keys: Self.crowd.map { key($0, nil) })
        try await bench.add(
            "renewed",
            keys: [
                key(DebuggerBench.otherKey, "old", Self.certificate("CCCC", isValid: false)),
                key(DebuggerBench.key, "new", Self.certificate("DDDD", isValid: true)),
            ])
        return bench
    }

    private static func applying(
        _ part: CorrectedAssertion.Part, to object: JSONObject, _ client: String, at now: UnixTime
    ) throws -> JSONObject {
        let removed = Set(part.members.filter { $0.change == .removed }.map(\.name))
        var changed = JSONObject(
            object.members.filter { !removed.contains($0.name.text) }.map { ($0.name.text, $0.value) })
        for member in part.members where member.change == .added {
            let value: JSONValue =
                switch CorrectedAssertion.Placeholder(rawValue: member.value) {
                case .clientID: .string(client)
                case .issuer: .string(ConsoleBench.issuer)
                case .signingTime: .number(now.seconds)
                case .expiry: .number((now + .seconds(60)).seconds)
                case .freshName: .string(AssertionTemplate.randomJWTID())
                case .notKept: .null
                case nil: try JSONValue.parsed(member.value)
                }
            changed.set(member.name, value)
        }
        return changed
    }
}

extension JSONValue {
    fileprivate static func parsed(_ text: String) throws -> JSONValue {
        try #require(try JSONObject(parsing: Array("{\"value\":\(text)}".utf8))["value"])
    }
}
