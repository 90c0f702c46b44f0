extension Trace {
    /// Checks every rule without using the assertion up: rule 24 is not checked, and all failures are reported.
    ///
    /// - Parameters:
    ///   - token: the compact serialization.
    ///   - policy: the server's policy; the client's own options are applied to it.
    ///   - audiences: the values of `aud` that identify the server.
    ///   - now: the time of the evaluation.
    ///   - audienceObstacle: why `aud` cannot be checked; `nil` if it can.
    ///   - lookUp: finds the registered client that the assertion names.
    public static func inspecting(
        _ token: [UInt8], policy: AssertionPolicy, audiences: AcceptedAudiences, at now: UnixTime,
        audienceObstacle: String? = nil,
        client lookUp: (ClientID) async throws(StoreUnavailable) -> RegisteredClient?
    ) async throws(StoreUnavailable) -> Trace {
        let assertion: ClientAssertion
        do {
            assertion = try ClientAssertion(parsing: token)
        } catch {
            return Trace(stoppedBy: error)
        }
        var inspection = Inspection(assertion, audiences, at: now)
        try await inspection.run(policy, audienceObstacle, client: lookUp)
        return Trace(
            Rule.allCases.map { rule in
                Entry(rule: rule, outcome: inspection.asked.first { $0.rule == rule }?.outcome ?? .notReached)
            })
    }
}

/// An evaluation of the rules that continues after a failure and records every outcome.
///
/// It calls the same rules as `AssertionVerifier` and `ClientSignature`, in the same order.
struct Inspection {
    /// The outcomes, in the order in which the rules were checked.
    private(set) var asked: [Trace.Entry] = []
    private let assertion: ClientAssertion
    private let audiences: AcceptedAudiences
    private let now: UnixTime

    init(_ assertion: ClientAssertion, _ audiences: AcceptedAudiences, at now: UnixTime) {
        self.assertion = assertion
        self.audiences = audiences
        self.now = now
    }

    mutating func run(
        _ policy: AssertionPolicy, _ audienceObstacle: String?,
        client lookUp: (ClientID) async throws(StoreUnavailable) -> RegisteredClient?
    ) async throws(StoreUnavailable) {
        let (assertion, jws, claims) = (assertion, assertion.jws, assertion.claims)
        let (audiences, now) = (audiences, now)
        var policy = policy
        // The parser has checked these.
        for rule in [Rule.structure, .encoding, .json, .algorithm, .criticalHeader] { record(rule, .held) }
        ask(.type, try TypeRule.check(jws.header.type))
        record(.untrustedHeader, .held)
        if let id = ask(.issuerAndSubject, try IssuerAndSubjectRule.check(claims)) {
            ask(.clientIDParameter, try ClientIDParameterRule.check(nil, names: id))
            do { try SignatureFormRule.check(jws) } catch {
                record(.signature, .failed(code: error.code, error.explanation))
            }
            let client = try await lookUp(id)
            if let client { policy = policy.applied(to: client) }
            inspectSignature(of: id, client, policy)
        }
        record(.keySetRefresh, .notAsked("the registered keys are used as they are"))

        if let audienceObstacle {
            record(.audience, .notAsked(audienceObstacle))
        } else {
            ask(.audience, try AudienceRule.check(assertion, policy, audiences))
        }
        if let expiry = ask(.expiry, try ExpiryRule.check(claims, policy, at: now)) {
            ask(.lifetime, try ExpiryRule.checkLifetime(expiry, claims, policy, at: now))
        }
        ask(.notBefore, try NotBeforeRule.check(claims, policy, at: now))
        ask(.issuedInFuture, try IssuedAtRule.check(claims, policy, at: now))
        ask(.age, try IssuedAtRule.checkAge(claims, policy, at: now))
        ask(.jwtID, try JWTIDRule.check(claims, policy))
        record(.replay, .notAsked("an inspection does not use the assertion up"))
    }

    private mutating func inspectSignature(of id: ClientID, _ found: RegisteredClient?, _ policy: AssertionPolicy) {
        let (jws, now) = (assertion.jws, now)
        guard let client = ask(.registeredClient, try RegisteredClientRule.check(found, id: id)) else { return }
        ask(.registeredAlgorithm, try RegisteredAlgorithmRule.check(jws.header.algorithm, client))
        if let candidates = ask(.candidateKeys, try CandidateKeys.select(for: jws.header, of: client, at: now)) {
            ask(.candidateCount, try CandidateKeys.checkCount(candidates))
            let key = ask(.signature, try SignatureRule.check(jws, with: candidates, of: id, nil, at: now))
            if let key { ask(.certificateValidity, try CertificateValidityRule.check(key, policy, at: now)) }
        }
        guard let search = SignatureSearch(jws, among: client.keys) else { return }
        for index in asked.indices where [.candidateKeys, .signature].contains(asked[index].rule) {
            guard case .failed(let code, let explanation) = asked[index].outcome else { continue }
            asked[index] = Trace.Entry(
                rule: asked[index].rule, outcome: .failed(code: code, explanation.adding(search.finding)))
        }
    }

    /// - Returns: the rule's result; `nil` if the rule failed.
    @discardableResult
    private mutating func ask<Answer>(
        _ rule: Rule, _ check: @autoclosure () throws(Rejection) -> Answer
    ) -> Answer? {
        do {
            let answer = try check()
            record(rule, .held)
            return answer
        } catch {
            record(rule, .failed(code: error.code, error.explanation.inspected))
            return nil
        }
    }

    /// Keeps the first outcome of a rule: rule 9a, the first half of rule 15, is more specific than the second half.
    private mutating func record(_ rule: Rule, _ outcome: Trace.Outcome) {
        guard !asked.contains(where: { $0.rule == rule }) else { return }
        asked.append(Trace.Entry(rule: rule, outcome: outcome))
    }
}
