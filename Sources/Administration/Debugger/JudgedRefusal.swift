@_exported import Server

/// A refusal, with what is kept of its assertion judged again with the registration of now.
package struct JudgedRefusal: Sendable {
    package let entry: AuditEntry
    /// `nil` if the request had no assertion, or its record cannot be read.
    package let record: TraceRecord?
    /// `nil` if too little is kept.
    package let trace: Trace?
    /// What the token endpoint would fetch before it decides about such an assertion.
    package let fetch: NeededFetch?

    /// Never `accepted`, because the signature is not kept; `nil` if there is nothing to judge.
    package var verdict: AssertionJudgement.Verdict? {
        guard trace != nil else { return nil }
        guard let failure else { return .undecided }
        return fetch != nil && failure.rule == .candidateKeys ? .undecided : .refused
    }

    /// The rule that decides: the first that failed, or the first that a document cannot change, if one would be fetched.
    package var failure: Trace.Failure? {
        // The document may have a key that fits.
        let lasting = fetch == nil ? nil : trace?.failures.first { $0.rule != .candidateKeys }
        return lasting ?? trace?.decidingFailure
    }
}

extension AssertionDebugger {
    /// Judges a refusal again.
    ///
    /// - Parameters:
    ///   - reference: as a person typed it.
    ///   - conditions: without a time, the one at which the assertion arrived is assumed.
    ///   - audienceProblem: why `aud` cannot be checked; `nil` if it can.
    /// - Throws: `RefusalFailure.noRefusal`, `StoreError`, `StoreUnavailable`.
    package func judgeAgain(
        _ reference: String, asIf conditions: AssertionConditions = AssertionConditions(),
        audienceProblem: String? = nil, at now: UnixTime
    ) async throws -> JudgedRefusal {
        let entry = try await RefusalAdministration(store).entry(reference)
        guard let record = TraceRecord(text: entry.trace) else {
            return JudgedRefusal(entry: entry, record: nil, trace: nil, fetch: nil)
        }
        var conditions = conditions
        conditions.time = conditions.time ?? entry.at
        let judged = try await judge(
            claims: record.facts, asIf: conditions, audienceProblem: audienceProblem, at: now)
        return JudgedRefusal(entry: entry, record: record, trace: judged?.trace, fetch: judged?.fetch)
    }
}
