/// A rejection in words: what the rule expects, what the assertion has, and what the client's developer and the operator can do.
public struct RejectionExplanation: Sendable, Equatable {
    /// The requirement of the rule.
    public let expected: String
    /// The value in the assertion.
    public internal(set) var found: String
    /// What the client's developer can do about it, in sentences. It does not mention settings of the server.
    public internal(set) var clientRemedy: String
    /// What the server's operator can do about it; empty if only the client can change anything.
    public internal(set) var operatorRemedies: [OperatorRemedy] = []

    /// The explanation for an operator who is inspecting the assertion already.
    var inspected: RejectionExplanation {
        var copy = self
        copy.operatorRemedies.removeAll { $0 == .inspectAssertion }
        return copy
    }

    /// Adds the result of a search for the key that made the signature.
    func adding(_ finding: SignatureSearch.Finding) -> RejectionExplanation {
        var copy = self
        copy.found += "; \(finding.text)"
        if let remedy = finding.clientRemedy { (copy.clientRemedy, copy.operatorRemedies) = (remedy, []) }
        return copy
    }
}

extension Rejection {
    /// One or two sentences for `error_description`, in the characters RFC 6749 §5.2 allows: what is wrong, and what the client's
    /// developer does about it.
    public var sentence: String { errorDescriptionText("\(fault) \(explanation.clientRemedy)") }

    /// What is wrong, in one sentence.
    package var fault: String {
        let explanation = explanation
        return "\(subject): expected \(explanation.expected); found \(explanation.found)."
    }
}
