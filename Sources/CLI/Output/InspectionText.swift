import Administration

/// The outcome of every rule, and what is known besides, as text and as JSON.
struct Inspected {
    let trace: Trace
    /// `nil` without a store.
    let report: InspectionReport?
    /// The assertion, or what is kept of it.
    private let assertion: ClientAssertion?
    /// The options that name the server in a command.
    private let options: [String]
    /// The base URL of the error pages, if known.
    private let issuer: String?

    init(_ subject: InspectionSubject, _ report: InspectionReport, options: [String], issuer: String?) {
        self.init(subject, report.trace, report, options, issuer)
    }

    /// An assertion that was judged without a store.
    init(_ subject: InspectionSubject, _ trace: Trace, issuer: String?) {
        self.init(subject, trace, nil, [], issuer)
    }

    private init(
        _ subject: InspectionSubject, _ trace: Trace, _ report: InspectionReport?, _ options: [String],
        _ issuer: String?
    ) {
        if case .assertion(let token) = subject {
            assertion = try? ClientAssertion(parsing: token)
        } else {
            assertion = nil
        }
        (self.trace, self.report, self.options, self.issuer) = (trace, report, options, issuer)
    }

    var text: String {
        let client = assertion?.claims.object.string("sub")?.text ?? report?.client
        let table = TraceTable(
            trace: trace, facts: facts, remedies: OperatorRemedyText(client: client, options: options),
            nearMatch: report?.nearMatch, issuer: issuer
        ).text
        guard let report else { return table }
        var parts = [table]
        if let fetch = report.fetch {
            parts.append("Rule \(fetch.rule) cannot be judged without a fetch: \(VisibleText.of(fetch.reason)).")
        }
        if report.refusal != nil && trace.isClean {
            parts.append("No rule fails that can be judged. " + InspectionReport.signatureIsUnknown)
        }
        return parts.joined(separator: "\n\n")
    }

    /// Header parameters, then claims.
    private var facts: JSONObject? {
        guard let assertion else { return report?.refusal?.assertion }
        let members = assertion.jws.header.parameters.members + assertion.claims.object.members
        return JSONObject(members.map { ($0.name.text, $0.value) })
    }

    /// Without the issuer `aud` cannot be checked, so nothing is accepted.
    private var verdict: AssertionJudgement.Verdict {
        if let report, report.verdict == .undecided { return .undecided }
        guard trace.isClean else { return .refused }
        return issuer == nil ? .undecided : report?.verdict ?? .accepted
    }

    /// `clean` says that no rule failed; an assertion is good only if the verdict is `accepted`.
    var json: JSONObject {
        [
            "verdict": .string(verdict.rawValue), "clean": .boolean(trace.isClean),
            "header": .object(assertion?.jws.header.parameters) ?? .null,
            "claims": .object(assertion?.claims.object) ?? .null,
            "refusal": .object(report?.refusal?.json) ?? .null, "fetch": .object(report?.fetch?.json) ?? .null,
            "rules": trace.json(wording: OperatorRemedyText().sentences),
        ]
    }
}
