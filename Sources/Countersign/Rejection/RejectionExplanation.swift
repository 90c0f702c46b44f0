/// A rejection in the words of a person: what the rule expects, what the assertion has, and what to do, by whom.
public struct RejectionExplanation: Sendable, Equatable {
    /// What the rule asks for.
    public let expected: String
    /// What the assertion has.
    public let found: String
    /// What the client's developer does about it. It names nothing that only an operator can set.
    public let clientRemedy: String
    /// What the server's operator does about it.
    public let operatorRemedy: String

    /// For a fault that the operator can do nothing about.
    static let clientOnly = "Nothing: only the client can change this."

    /// For an operator who has not inspected the assertion yet.
    static let inspectionAdvice =
        "With a copy of the assertion, countersign assertion inspect TOKEN tells whether a registered key made the signature, and how. "

    /// The same for an operator who is inspecting the assertion.
    var inspected: RejectionExplanation {
        guard operatorRemedy.hasPrefix(Self.inspectionAdvice) else { return self }
        return RejectionExplanation(
            expected: expected, found: found, clientRemedy: clientRemedy,
            operatorRemedy: String(operatorRemedy.dropFirst(Self.inspectionAdvice.count)))
    }

    init(expected: String, found: String, clientRemedy: String, operatorRemedy: String = Self.clientOnly) {
        self.expected = expected
        self.found = found
        self.clientRemedy = clientRemedy
        self.operatorRemedy = operatorRemedy
    }

    /// The same with what a search for the key that made the signature found.
    func adding(_ finding: SignatureSearch.Finding) -> RejectionExplanation {
        RejectionExplanation(
            expected: expected, found: "\(found); \(finding.text)", clientRemedy: finding.clientRemedy ?? clientRemedy,
            operatorRemedy: finding.clientRemedy == nil ? operatorRemedy : Self.clientOnly)
    }
}

extension Rejection {
    /// One or two sentences for `error_description`, in the characters RFC 6749 §5.2 allows: what is wrong, and what the client's
    /// developer does about it.
    public var sentence: String { spelled("\(fault) \(explanation.clientRemedy)") }

    /// What is wrong, in one sentence.
    package var fault: String {
        let explanation = explanation
        return "\(subjectOfError): expected \(explanation.expected); found \(explanation.found)."
    }

    /// What an error message is about: a claim, a header parameter or a parameter of the request.
    private var subjectOfError: String {
        switch self {
        case .malformed: "client_assertion"
        case .algorithmNotAllowed, .algorithmNotRegistered: "alg"
        case .criticalHeader: "header"
        case .wrongType: "typ"
        case .missingClaim(let claim, _, _): claim.rawValue
        case .wrongClaimType(let claim, _): claim.rawValue
        case .issuerSubjectMismatch: "iss and sub"
        case .clientIDMismatch: "client_id"
        case .certificateExpired: "certificate"
        case .wrongAudience: "aud"
        case .expired, .lifetimeTooLong: "exp"
        case .notYetValid: "nbf"
        case .issuedInFuture, .tooOld: "iat"
        case .replayed: "jti"
        case .malformedSignature, .badSignature: "signature"
        case .unknownClient, .noMatchingKey, .keySetUnavailable: rule.title
        }
    }
}
