import CountersignJOSE
import Testing

@testable import Countersign

@Suite("A request and an inspection check the same rules in the same order")
struct RuleOrderTests {
    /// A rule, or rule 9a, which is the first half of rule 15.
    struct Step: Hashable, CustomTestStringConvertible {
        let rule: Rule
        var isFormOfSignature = false

        init(_ rule: Rule) {
            self.rule = rule
        }

        init(_ rejection: Rejection) {
            rule = rejection.rule
            if case .malformedSignature = rejection { isFormOfSignature = true }
        }

        static let formOfSignature: Step = {
            var step = Step(.signature)
            step.isFormOfSignature = true
            return step
        }()

        var testDescription: String { isFormOfSignature ? "signature form" : "\(rule)" }

        /// Rule 7 cannot fail, and rule 13 is checked after rule 12 or 15 has failed, in its place.
        static let all =
            Rule.allCases.filter { ![.untrustedHeader, .keySetRefresh].contains($0) }.map { Step($0) }
            + [.formOfSignature]
        /// An inspection has no `client_id` parameter and does not use the assertion up.
        static let onlyOfRequests: Set = [Step(.clientIDParameter), Step(.replay)]
    }

    @Test("Each rule fails alone, in a request as in an inspection", arguments: Step.all)
    func alone(_ step: Step) async throws {
        let request = DefectiveRequest([step])
        let rejection = try #require(try await request.rejection())
        #expect(Step(rejection) == step)
        guard !Step.onlyOfRequests.contains(step) else { return }
        let failures = try await request.trace().entries.compactMap { entry -> Rule? in
            guard case .failed(let code, _) = entry.outcome else { return nil }
            #expect(code == rejection.code)
            return entry.rule
        }
        #expect(failures == [step.rule])
    }

    @Test("The order of an inspection is that of a request")
    func order() async throws {
        let order = try await orderOfRequest()
        #expect(Set(order) == Set(Step.all))
        #expect(try await orderOfInspection() == order.filter { $0 != Step(.replay) })
    }

    /// Starts with all defects at once and removes the reported one until none is left.
    private func orderOfRequest() async throws -> [Step] {
        var request = DefectiveRequest(Set(Step.all))
        var order: [Step] = []
        while let rejection = try await request.rejection() {
            let step = Step(rejection)
            try #require(request.defects.remove(step) != nil)
            order.append(step)
        }
        return order
    }

    private func orderOfInspection() async throws -> [Step] {
        // The parser also stops an inspection.
        var request = DefectiveRequest(Set(Step.all))
        var order: [Step] = []
        while (try? ClientAssertion(parsing: request.token())) == nil {
            let trace = try await request.trace()
            let failed = try #require(trace.entries.first { if case .failed = $0.outcome { true } else { false } })
            let step = Step(failed.rule)
            try #require(request.defects.remove(step) != nil)
            order.append(step)
        }
        let parsed = order.map(\.rule)
        order += try await DefectiveRequest([]).asked().filter { !parsed.contains($0) }.map { Step($0) }
        // Rule 9a is recorded only if it fails; then rule 15 is found in its place.
        let asked = try await DefectiveRequest([.formOfSignature]).asked()
        let index = try #require(asked.firstIndex(of: .signature))
        let before = try #require(order.firstIndex(of: Step(asked[index - 1])))
        order.insert(.formOfSignature, at: before + 1)
        return order
    }
}

/// An assertion and its circumstances, with defects that each violate one rule and can be combined.
private struct DefectiveRequest {
    var defects: Set<RuleOrderTests.Step>

    init(_ defects: Set<RuleOrderTests.Step>) {
        self.defects = defects
    }

    private func has(_ rule: Rule) -> Bool { defects.contains(.init(rule)) }

    func token() throws -> [UInt8] {
        var header: [(String, JSONValue)] = [("alg", has(.algorithm) ? "HS256" : "ES256")]
        if has(.type) { header.append(("typ", "at+jwt")) }
        if has(.criticalHeader) { header.append(("crit", ["x"])) }
        let repeated = has(.json) ? #","alg":"ES256"}"# : "}"
        let now = Workbench.now
        func seconds(_ time: UnixTime) -> JSONValue { .number(JSONNumber(time.seconds)) }
        var changes: [(String, JSONValue?)] = [("iat", seconds(has(.age) ? now - .seconds(6 * 3600) : now))]
        if has(.issuerAndSubject) { changes.append(("iss", "other")) }
        if has(.audience) { changes.append(("aud", "https://other.example")) }
        if has(.expiry) { changes.append(("exp", seconds(now - .seconds(3600)))) }
        if has(.notBefore) { changes.append(("nbf", seconds(now + .seconds(86_400)))) }
        if has(.jwtID) { changes.append(("jti", nil)) }
        let parts = [
            Base64URL.encode(Array((JSONObject(header).render().dropLast() + repeated).utf8)),
            Base64URL.encode(Array(Workbench.claims(changes).render().utf8)),
        ]
        let key = has(.signature) ? Workbench.unregisteredKey : Workbench.key
        let signature = try key.sign(Array(parts.joined(separator: ".").utf8), algorithm: .es256)
        let sent = Base64URL.encode(Array(defects.contains(.formOfSignature) ? signature.dropLast() : signature[...]))
        return Array(
            "\(parts[0])\(has(.encoding) ? "=" : "").\(parts[1]).\(sent)\(has(.structure) ? ".x" : "")".utf8)
    }

    private var client: RegisteredClient {
        let expired = CertificateFacts(
            subject: "CN=billing", notBefore: Workbench.now - .seconds(7200), notAfter: Workbench.now - .seconds(3600),
            thumbprintSHA1: "", thumbprintSHA256: "")
        let key = Workbench.clientKey(
            use: has(.candidateKeys) ? "enc" : nil, certificate: has(.certificateValidity) ? expired : nil)
        return RegisteredClient(
            id: "billing", isEnabled: !has(.registeredClient),
            keys: Array(repeating: key, count: has(.candidateCount) ? CandidateKeys.maximumWithoutKeyID + 1 : 1),
            options: ClientOptions(signingAlgorithm: has(.registeredAlgorithm) ? .rs256 : nil))
    }

    private var policy: AssertionPolicy {
        var policy = AssertionPolicy()
        // Negative, so that a time can be too early and too late at once.
        if has(.lifetime) { policy.maximumLifetime = .seconds(-7200) }
        if has(.issuedInFuture) { policy.futureTolerance = .seconds(-36_000) }
        return policy
    }

    func rejection() async throws -> Rejection? {
        let verifier = AssertionVerifier(
            policy: policy, directory: StaticClientDirectory([client]),
            replayGuard: ConstantReplayGuard(verdict: has(.replay) ? .replayed : .firstUse))
        return await verifier.rejection(try token(), clientID: has(.clientIDParameter) ? "other" : nil)
    }

    func trace() async throws -> Trace {
        let client = client
        return try await Trace.inspecting(
            token(), policy: policy, audiences: Workbench().audiences(), at: Workbench.now
        ) { id throws(StoreUnavailable) in id == client.id ? client : nil }
    }

    /// Returns the rules that an inspection checks, in order.
    func asked() async throws -> [Rule] {
        let client = client
        var inspection = Inspection(
            assertion: try ClientAssertion(parsing: token()), audiences: Workbench().audiences(), now: Workbench.now)
        try await inspection.run(policy, nil, isUsed: { _ throws(StoreUnavailable) in nil }) {
            _ throws(StoreUnavailable) in client
        }
        return inspection.checked.compactMap { entry in
            switch entry.outcome {
            case .held where entry.rule != .untrustedHeader, .failed: entry.rule
            case .held, .notReached, .notChecked: nil
            }
        }
    }
}

private struct ConstantReplayGuard: ReplayGuard {
    let verdict: ReplayVerdict

    func claim(_ claim: ReplayClaim) async throws(StoreUnavailable) -> ReplayVerdict { verdict }
}
