@_exported import Server

/// The result of judging an assertion.
package struct AssertionJudgement: Sendable {
    package enum Verdict: String, Sendable, CaseIterable {
        case accepted
        case refused
        /// The token endpoint would fetch a document first.
        case undecided
    }

    /// Every rule, also those after the first that failed.
    package let trace: Trace
    /// Why it is refused; of an undecided one, why it is refused if the stored copy of the document is still right.
    package let rejection: Rejection?
    /// What the token endpoint would fetch before it decides.
    package let fetch: NeededFetch?
    /// Whether the server accepts no assertion at all.
    package let isDisabled: Bool
    /// `nil` if it cannot be parsed.
    package let assertion: ClientAssertion?
    /// The client, as it says or has proved.
    package let client: ClientID?
    /// The key that verified the signature of an accepted assertion.
    package let key: ClientKey?
    /// A failure that the policy only warns about.
    package let tolerated: Rejection?

    package var verdict: Verdict {
        if isDisabled { return .refused }
        if fetch != nil { return .undecided }
        return rejection == nil ? .accepted : .refused
    }

    package var isAccepted: Bool { verdict == .accepted }

    init(
        _ outcome: Result<VerifiedAssertion, Rejection>, _ trace: Trace, _ assertion: ClientAssertion?,
        _ directory: DebuggedClient, isDisabled: Bool
    ) {
        let verified = try? outcome.get()
        let rejection: Rejection? = if case .failure(let rejection) = outcome { rejection } else { nil }
        self.rejection = rejection
        (key, tolerated) = (verified?.key, verified?.tolerated)
        (self.assertion, client, self.isDisabled) = (assertion, directory.id, isDisabled)
        guard let possible = directory.finding?.fetch else {
            (self.trace, fetch) = (trace, nil)
            return
        }
        let isMade = possible.isMade(after: rejection)
        fetch = isMade ? possible : nil
        // The rules about the client and its keys say nothing without the document, whatever failed before them.
        var unknown = possible.rulesWithoutCopy
        if !isMade { unknown.remove(.signature) }
        if isMade { unknown.insert(possible.rule) }
        self.trace = trace.without(unknown, because: possible.phrase)
    }

    /// Rules whose outcomes differ from those of another judgement.
    package func differences(
        from other: AssertionJudgement
    ) -> [(rule: Rule, before: Trace.Outcome, after: Trace.Outcome)] {
        trace.differences(from: other.trace)
    }

    /// The token endpoint's own words.
    package static let disabledMessage = "private_key_jwt is disabled on this server."
}

extension Trace {
    /// Rules whose outcomes differ from those of another trace.
    package func differences(from other: Trace) -> [(rule: Rule, before: Outcome, after: Outcome)] {
        zip(other.entries, entries).filter { $0.outcome != $1.outcome }.map { ($0.rule, $0.outcome, $1.outcome) }
    }

    package typealias Failure = (rule: Rule, code: RejectionCode, explanation: RejectionExplanation)

    /// The first rule that failed: the one that decides at the token endpoint.
    package var decidingFailure: Failure? { failures.first }

    /// The rules that failed, in their order.
    package var failures: [Failure] {
        entries.compactMap { entry in
            if case .failed(let code, let explanation) = entry.outcome { (entry.rule, code, explanation) } else { nil }
        }
    }

    func fails(_ rule: Rule) -> Bool { failures.contains { $0.rule == rule } }
}

extension NeededFetch {
    /// The rules that cannot be checked because nothing of the document is stored.
    var rulesWithoutCopy: Set<Rule> {
        switch reason {
        case .metadataDocument:
            [
                .registeredClient, .registeredAlgorithm, .candidateKeys, .candidateCount, .signature,
                .certificateValidity,
            ]
        case .keySetOfStranger, .keySetNotRead: [.candidateKeys, .candidateCount, .signature, .certificateValidity]
        case .keySetOld, .keySetAgain: []
        }
    }

    /// Whether it is made for every assertion, and not only if no known key fits.
    var isMadeForEach: Bool { if case .keySetAgain = reason { false } else { true } }

    /// What is missing, after "cannot be judged without a fetch:".
    package var phrase: String {
        switch reason {
        case .metadataDocument:
            "the client is a URL, and its metadata document is not stored; \(shortened(url.text)) would be fetched"
        case .keySetOfStranger:
            "the client registered itself, so its key set is not stored; \(shortened(url.text)) would be fetched"
        case .keySetNotRead: "the key set has not been read yet; \(shortened(url.text)) would be fetched"
        case .keySetOld(let readAt):
            "the key set, last read at \(readAt.text), is too old to be used; \(shortened(url.text)) would be fetched"
        case .keySetAgain(let readAt):
            "no key of the key set, last read at \(readAt.text), fits or verifies; \(shortened(url.text)) would be fetched once more"
        }
    }
}
