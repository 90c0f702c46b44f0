@_exported import Server

/// A refusal, with what is kept of its assertion judged again with the registration of now.
package struct JudgedRefusal: Sendable {
    package let entry: AuditEntry
    /// `nil` if the request had no assertion, or its record cannot be read.
    package let record: TraceRecord?
    /// `nil` if too little is kept.
    package let trace: Trace?
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
            return JudgedRefusal(entry: entry, record: nil, trace: nil)
        }
        var conditions = conditions
        conditions.time = conditions.time ?? entry.at
        let trace = try await judge(
            claims: record.facts, asIf: conditions, audienceProblem: audienceProblem, at: now)
        return JudgedRefusal(entry: entry, record: record, trace: trace)
    }
}
