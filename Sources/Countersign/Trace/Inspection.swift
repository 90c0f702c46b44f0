extension Trace {
    /// Checks every rule without using the assertion up: rule 24 is not checked, and all failures are reported.
    ///
    /// - Parameters:
    ///   - token: the compact serialization.
    ///   - policy: the server's policy; the client's own options are applied to it.
    ///   - audiences: the values of `aud` that identify the server.
    ///   - now: the time of the evaluation.
    ///   - audienceProblem: why `aud` cannot be checked; `nil` if it can.
    ///   - lookUp: finds the registered client that the assertion names.
    public static func inspecting(
        _ token: [UInt8], policy: AssertionPolicy, audiences: AcceptedAudiences, at now: UnixTime,
        audienceProblem: String? = nil,
        client lookUp: (ClientID) async throws(StoreUnavailable) -> RegisteredClient?
    ) async throws(StoreUnavailable) -> Trace {
        try await inspecting(
            token, policy: policy, audiences: audiences, at: now, audienceProblem: audienceProblem,
            isUsed: { _ throws(StoreUnavailable) in nil }, client: lookUp)
    }

    /// Checks every rule without using the assertion up.
    ///
    /// - Parameter isUsed: whether a `jti` was claimed, without claiming it; `nil` if that is not known. Asked if every other rule holds.
    package static func inspecting(
        _ token: [UInt8], policy: AssertionPolicy, audiences: AcceptedAudiences, at now: UnixTime,
        audienceProblem: String? = nil,
        isUsed: (ReplayClaim) async throws(StoreUnavailable) -> Bool?,
        client lookUp: (ClientID) async throws(StoreUnavailable) -> RegisteredClient?
    ) async throws(StoreUnavailable) -> Trace {
        let assertion: ClientAssertion
        do {
            assertion = try ClientAssertion(parsing: token)
        } catch {
            return Trace(stoppedBy: error)
        }
        var inspection = Inspection(assertion: assertion, audiences: audiences, now: now)
        try await inspection.run(policy, audienceProblem, isUsed: isUsed, client: lookUp)
        return Trace(
            entries: Rule.allCases.map { rule in
                Entry(rule: rule, outcome: inspection.checked.first { $0.rule == rule }?.outcome ?? .notReached)
            })
    }
}

/// An evaluation of the rules that continues after a failure and records every outcome.
///
/// It calls the same rules as `AssertionVerifier` and `ClientSignature`, in the same order.
struct Inspection {
    /// The outcomes, in the order in which the rules were checked.
    private(set) var checked: [Trace.Entry] = []
    let assertion: ClientAssertion
    let audiences: AcceptedAudiences
    let now: UnixTime

    mutating func run(
        _ policy: AssertionPolicy, _ audienceProblem: String?,
        isUsed: (ReplayClaim) async throws(StoreUnavailable) -> Bool?,
        client lookUp: (ClientID) async throws(StoreUnavailable) -> RegisteredClient?
    ) async throws(StoreUnavailable) {
        let (assertion, jws, claims) = (assertion, assertion.jws, assertion.claims)
        let (audiences, now) = (audiences, now)
        var policy = policy
        // The parser has checked these.
        for rule in [Rule.structure, .encoding, .json, .algorithm, .criticalHeader] { record(rule, .held) }
        check(.type, try TypeRule.check(jws.header.type))
        record(.untrustedHeader, .held)
        let client = check(.issuerAndSubject, try IssuerAndSubjectRule.check(claims))
        if let id = client {
            check(.clientIDParameter, try ClientIDParameterRule.check(nil, names: id))
            do { try SignatureFormRule.check(jws) } catch {
                record(.signature, .failed(code: error.code, error.explanation))
            }
            let client = try await lookUp(id)
            if let client { policy = policy.applied(to: client) }
            inspectSignature(of: id, client, policy)
        }
        record(.keySetRefresh, .notChecked("the registered keys are used as they are"))

        if let audienceProblem {
            record(.audience, .notChecked(audienceProblem))
        } else {
            check(.audience, try AudienceRule.check(assertion, policy, audiences))
        }
        let expiry = check(.expiry, try ExpiryRule.check(claims, policy, at: now))
        if let expiry {
            check(.lifetime, try ExpiryRule.checkLifetime(expiry, claims, policy, at: now))
        }
        check(.notBefore, try NotBeforeRule.check(claims, policy, at: now))
        check(.issuedInFuture, try IssuedAtRule.check(claims, policy, at: now))
        check(.age, try IssuedAtRule.checkAge(claims, policy, at: now))
        let jti = check(.jwtID, try JWTIDRule.check(claims, policy))
        if let client, let expiry, let jti, !checked.contains(where: \.isFailed) {
            try await inspectReplay(
                ReplayClaim(
                    client: client, jti: jti, signingInput: jws.signingInput, expiry: expiry, skew: policy.clockSkew),
                jti, policy, isUsed)
        }
        record(.replay, .notChecked("an inspection does not use the assertion up"))
    }

    private mutating func inspectReplay(
        _ claim: ReplayClaim, _ jti: ExactString?, _ policy: AssertionPolicy,
        _ isUsed: (ReplayClaim) async throws(StoreUnavailable) -> Bool?
    ) async throws(StoreUnavailable) {
        guard policy.preventsReuse else { return record(.replay, .notChecked("the client may use an assertion again")) }
        guard let isUsed = try await isUsed(claim) else { return }
        check(.replay, try ReplayVerdict.check(isUsed, jti))
    }

    private mutating func inspectSignature(of id: ClientID, _ found: RegisteredClient?, _ policy: AssertionPolicy) {
        let (jws, now) = (assertion.jws, now)
        guard let client = check(.registeredClient, try RegisteredClientRule.check(found, id: id)) else { return }
        check(.registeredAlgorithm, try RegisteredAlgorithmRule.check(jws.header.algorithm, client))
        var tried: [ClientKey] = []
        if let candidates = check(.candidateKeys, try CandidateKeys.select(for: jws.header, of: client, at: now)) {
            check(.candidateCount, try CandidateKeys.checkCount(candidates))
            // If there are more than a request tries, rule 14 has failed, and further keys only help to explain it.
            tried = Array(candidates.prefix(SignatureSearch.maximumKeys))
            let key = check(.signature, try SignatureRule.check(jws, with: tried, of: id, nil, at: now))
            if let key { check(.certificateValidity, try CertificateValidityRule.check(key, policy, at: now)) }
        }
        // Without candidates no signature is checked, and one of the wrong form is not searched for: at most one failure is explained.
        let failed = checked.indices.first { index in
            [.candidateKeys, .signature].contains(checked[index].rule) && checked[index].isFailed
        }
        guard let failed, let search = SignatureSearch(jws, among: client.keys, first: tried),
            case .failed(let code, let explanation) = checked[failed].outcome
        else { return }
        checked[failed] = Trace.Entry(
            rule: checked[failed].rule, outcome: .failed(code: code, explanation.adding(search.finding)))
    }

    /// - Returns: the rule's result; `nil` if the rule failed.
    @discardableResult
    private mutating func check<Answer>(
        _ rule: Rule, _ body: @autoclosure () throws(Rejection) -> Answer
    ) -> Answer? {
        do {
            let answer = try body()
            record(rule, .held)
            return answer
        } catch {
            record(rule, .failed(code: error.code, error.explanation.inspected))
            return nil
        }
    }

    /// Keeps the first outcome of a rule: rule 9a, the first half of rule 15, is more specific than the second half.
    private mutating func record(_ rule: Rule, _ outcome: Trace.Outcome) {
        guard !checked.contains(where: { $0.rule == rule }) else { return }
        checked.append(Trace.Entry(rule: rule, outcome: outcome))
    }
}

extension Trace.Entry {
    fileprivate var isFailed: Bool { if case .failed = outcome { true } else { false } }
}

extension ReplayVerdict {
    fileprivate static func check(_ isUsed: Bool, _ jti: ExactString?) throws(Rejection) {
        if isUsed { throw .replayed(jti: jti) }
    }
}

extension Trace {
    /// Returns the trace without the outcomes of some rules, for the given reason.
    package func without(_ rules: Set<Rule>, because reason: String) -> Trace {
        Trace(
            entries: entries.map { rules.contains($0.rule) ? Entry(rule: $0.rule, outcome: .notChecked(reason)) : $0 })
    }
}
