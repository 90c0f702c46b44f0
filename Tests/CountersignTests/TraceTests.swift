@testable import Countersign
import Testing

@Suite("The trace of an assertion")
struct TraceTests {
    @Test("lists every rule in order: held, failed or not reached")
    func stopped() throws {
        let rejection = Rejection.wrongAudience(
            found: .one("x"), accepted: ["https://as.example"], aliases: 0, profile: .compatible)
        let trace = Trace(stoppedBy: rejection)
        #expect(trace.entries.map(\.rule) == Rule.allCases)
        #expect(trace.entries.map(\.rule.rawValue) == Array(1...24))
        #expect(trace.entries[..<16].allSatisfy { $0.outcome == .held })
        #expect(trace.entries[16].outcome == .failed(code: .wrongAudience, rejection.explanation))
        #expect(trace.entries[17...].allSatisfy { $0.outcome == .notReached })
        #expect(trace.firstFailure == .wrongAudience)
    }

    @Test("can be rendered and parsed")
    func roundTrip() async throws {
        let token = try Workbench.sign(Workbench.claims([("exp", nil), ("aud", "x\u{1F600}\"\\")]))
        let trace = try await inspect(token)
        #expect(Trace(json: trace.json) == trace)
        #expect(Trace(json: trace.compactJSON) == trace)
        #expect(Trace(json: .array([.object(["rule": .number(99)])])) == nil)
        for compact: [JSONValue] in [
            ["hx"], ["hf"], ["c", .object([:])], [.string(String(repeating: "h", count: 25))],
        ] {
            #expect(Trace(json: .array(compact)) == nil)
        }
    }

    @Test("of an inspection lists every failed rule, not only the first")
    func everyFailure() async throws {
        let token = try Workbench.sign(
            Workbench.claims([("exp", .number(0)), ("aud", "https://other.example"), ("jti", nil)]),
            header: [("typ", "at+jwt")], key: Workbench.unregisteredKey)
        let codes = try await inspect(token).entries.compactMap { entry -> RejectionCode? in
            guard case .failed(let code, _) = entry.outcome else { return nil }
            return code
        }
        let expected: [RejectionCode] = [.wrongType, .badSignature, .wrongAudience, .expired, .missingClaim]
        #expect(codes == expected)
    }

    @Test("of an inspection of a valid assertion is clean, and the assertion can still be used")
    func clean() async throws {
        let workbench = Workbench()
        let token = try Workbench.sign(Workbench.claims())
        #expect(try await inspect(token).isClean)
        #expect(await workbench.verdict(token) == nil)
    }

    @Test("of something other than an assertion stops at the parser")
    func malformed() async throws {
        let trace = try await inspect(Array("nonsense".utf8))
        #expect(trace.firstFailure == .malformed)
        #expect(trace.entries.last?.outcome == .notReached)
    }

    @Test("Every reason has a code, a rule, a sentence and an explanation", arguments: Self.everyRejection)
    func explained(_ rejection: Rejection) {
        let explanation = rejection.explanation
        for text in [
            explanation.expected, explanation.found, explanation.clientRemedy, rejection.sentence,
        ] {
            #expect(!text.isEmpty)
            #expect(text.utf8.count < 2048)
        }
        let trace = Trace(stoppedBy: rejection)
        #expect(Trace(json: trace.json) == trace)
        #expect(Trace(json: trace.compactJSON) == trace)
        #expect(rejection.isProven == (rejection.rule.rawValue > 15))
        guard case .malformedSignature = rejection else {
            #expect(rejection.isDisclosed == !(10...15).contains(rejection.rule.rawValue))
            return
        }
        #expect(rejection.isDisclosed)
    }

    @Test("of a signature of the wrong form shows rule 15 as failed, and the rules before it as not reached")
    func malformedSignature() {
        let trace = Trace(stoppedBy: .malformedSignature(algorithm: .es256, fault: .der(length: 71)))
        #expect(trace.entries[..<9].allSatisfy { $0.outcome == .held })
        #expect(trace.entries[9..<14].allSatisfy { $0.outcome == .notReached })
        #expect(trace.firstFailure == .badSignature)
        #expect(trace.entries.map(\.rule) == Rule.allCases)
        #expect(Trace(json: trace.json) == trace)
        #expect(Trace(json: trace.compactJSON) == trace)
    }

    @Test("Every code is used by a reason")
    func everyCode() {
        #expect(Set(Self.everyRejection.map(\.code)) == Set(RejectionCode.allCases))
    }

    @Test(
        "A sentence names its subject",
        arguments: [
            (Rejection.wrongType(found: nil, isRequired: true), "typ: "), (.missingClaim(.expiry, .absent), "exp: "),
            (.wrongAudience(found: .one("x"), accepted: ["y"], aliases: 0, profile: .strict), "aud: "),
            (.wrongClaimType(.notBefore, found: "x"), "nbf: "), (.replayed(jti: "j"), "jti: "),
        ])
    func subject(_ rejection: Rejection, _ subject: String) {
        #expect(rejection.sentence.hasPrefix(subject))
    }

    @Test("Untrusted text is shortened, and its control characters are escaped")
    func hostileText() {
        let text = String(repeating: "x", count: 5000) + "\u{1B}[31m"
        let long = Rejection.wrongType(found: ExactString(text), isRequired: false)
        #expect(long.explanation.found.utf8.count < 300)
        let escape = Rejection.wrongType(found: "\u{1B}[31m\n", isRequired: false)
        #expect(escape.explanation.found == "'\\u{1b}[31m\\u{a}'")
    }

    static let everyRejection: [Rejection] = {
        let now = Workbench.now
        return [
            .malformed(rule: .structure, detail: "x"), .malformed(rule: .encoding, detail: "x"),
            .malformed(rule: .json, detail: "x"), .algorithmNotAllowed(found: "none"),
            .criticalHeader(parameter: "crit"),
            .wrongType(found: nil, isRequired: true), .wrongType(found: "at+jwt", isRequired: false),
            .issuerSubjectMismatch(issuer: "a", subject: "b"),
            .clientIDMismatch(parameter: ClientID("a"), subject: ClientID("b")),
            .unknownClient(ClientID("a"), .notRegistered), .unknownClient(ClientID("a"), .disabled),
            .unknownClient(ClientID("a"), .otherMethod(.none)),
            .algorithmNotRegistered(found: .es256, registered: .rs256), .noMatchingKey(.noKeys),
            noneFits,
            .noMatchingKey(.tooMany(5)), .keySetUnavailable(reason: "x"),
            .badSignature(algorithm: .es256, keysTried: []),
            .badSignature(algorithm: .es256, keysTried: []),
            .malformedSignature(algorithm: .es256, fault: .der(length: 71)),
            .malformedSignature(algorithm: .rs256, fault: .hexadecimal(digits: 512)),
            .malformedSignature(algorithm: .edDSA, fault: .base64(characters: 88)),
            .malformedSignature(algorithm: .rs256, fault: .length(128)),
            .certificateExpired(subject: "CN=a", notBefore: now, notAfter: now, now: now),
            .wrongAudience(found: .one("x"), accepted: ["y"], aliases: 0, profile: .strict),
            .wrongAudience(found: .many([]), accepted: ["y", "z"], aliases: 2, profile: .compatible),
            .replayed(jti: "j"), .replayed(jti: nil),
        ] + RegisteredClaim.allCases.map { .missingClaim($0, .absent) }
            + RegisteredClaim.allCases.flatMap { claim in
                [.null, "", "5", ["x"], .number(1), .boolean(true), .object(JSONObject([]))]
                    .map { .wrongClaimType(claim, found: $0) }
            }
            + times.flatMap {
                [.expired($0), .lifetimeTooLong($0), .notYetValid($0), .issuedInFuture($0), .tooOld($0)]
            }
    }()

    /// Near and distant times, equal and different.
    private static let times: [AssertionTimes] = {
        let seconds: [Double?] = [nil, 0, 300, 1_800_000_000, 1_800_000_060_000, 1_800_007_200, 1e18, -1e300, 1e300]
        let dates = seconds.map { seconds -> AssertionTimes.NumericDate? in
            guard let seconds, let time = UnixTime(numericDate: seconds) else { return nil }
            return .init(literal: "\(seconds)", time: time)
        }
        return dates.flatMap { issuedAt in
            dates.map { expiry in
                AssertionTimes(
                    issuedAt: issuedAt, notBefore: issuedAt, expiry: expiry, now: Workbench.now, skew: .seconds(30),
                    maximumLifetime: .seconds(3600), maximumAge: .seconds(18_000))
            }
        }
    }()

    /// The longest rejection.
    private static let noneFits: Rejection = {
        let long = ExactString(String(repeating: "x", count: 300))
        let header = ["kid", "x5t", "x5t#S256"].map { ($0, JSONValue.string(long)) }
        let key = Workbench.clientKey(id: ExactString(String(repeating: "y", count: 300)))
        guard let token = try? Workbench.sign(Workbench.claims(), header: header),
            let sought = try? CompactJWS(parsing: token).header
        else { preconditionFailure("the key cannot sign") }
        let excluded = ExcludedKey(key, .certificate(.sha256, registered: long))
        return .noMatchingKey(
            .noneFits(sought, excluded: Array(repeating: excluded, count: 8), others: 92))
    }()

    private func inspect(_ token: [UInt8]) async throws -> Trace {
        let workbench = Workbench()
        return try await workbench.trace(token, client: workbench.client)
    }
}
