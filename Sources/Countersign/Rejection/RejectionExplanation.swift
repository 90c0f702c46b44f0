/// A rejection in words: what the rule expects, what the assertion has, and what the client's developer and the operator can do.
public struct RejectionExplanation: Sendable, Equatable {
    /// The requirement of the rule.
    public let expected: String
    /// The value in the assertion.
    public let found: String
    /// What the client's developer can do about it, in sentences. It does not mention settings of the server.
    public let clientRemedy: String
    /// What the server's operator can do about it; empty if only the client can change anything.
    public let operatorRemedies: [OperatorRemedy]

    /// The explanation for an operator who is inspecting the assertion already.
    var inspected: RejectionExplanation {
        RejectionExplanation(
            expected: expected, found: found, clientRemedy: clientRemedy,
            operatorRemedies: operatorRemedies.filter { $0 != .inspectAssertion })
    }

    init(expected: String, found: String, clientRemedy: String, operatorRemedies: [OperatorRemedy] = []) {
        self.expected = expected
        self.found = found
        self.clientRemedy = clientRemedy
        self.operatorRemedies = operatorRemedies
    }

    /// Adds the result of a search for the key that made the signature.
    func adding(_ finding: SignatureSearch.Finding) -> RejectionExplanation {
        RejectionExplanation(
            expected: expected, found: "\(found); \(finding.text)", clientRemedy: finding.clientRemedy ?? clientRemedy,
            operatorRemedies: finding.clientRemedy == nil ? operatorRemedies : [])
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

    /// The subject of an error message: a claim, a header parameter or a parameter of the request.
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
