@_exported import Server

/// What is judged: an assertion, or what is kept of a refused one.
package enum InspectionSubject: Sendable {
    /// - Parameter token: the compact serialization.
    case assertion(_ token: [UInt8])
    /// - Parameter reference: as a person typed it.
    case refusal(_ reference: String)
}

/// The answer to an inspection, as the admin API gives it and the command line prints it. The assertion itself is left out: it may still be
/// valid.
package struct InspectionReport: Sendable {
    /// What the token endpoint would fetch before it decides.
    package struct Fetch: Sendable, Equatable {
        /// The number of the rule that needs it.
        package let rule: Int
        package let url: String
        /// What is missing, after "cannot be judged without a fetch:".
        package let reason: String
    }

    /// The refusal that was judged again.
    package struct Refusal: Sendable {
        package let reference: String
        /// When it was refused.
        package let at: UnixTime
        /// What is kept of the assertion.
        package let assertion: JSONObject

        package var json: JSONObject {
            [
                "reference": .string(reference), "refused_at": .string(at.text), "assertion": .object(assertion),
            ]
        }
    }

    package let verdict: AssertionJudgement.Verdict
    /// Why it is refused.
    package let code: String?
    /// The same in a sentence, or why there is no verdict.
    package let message: String?
    package let fetch: Fetch?
    /// The client that the assertion names.
    package let client: String?
    /// The thumbprint of the key that verified the signature, if every rule holds.
    package let key: String?
    /// A sentence about a registered client with a similar identifier.
    package let nearMatch: String?
    /// `nil` for an assertion.
    package let refusal: Refusal?
    package let trace: Trace

    init(_ judgement: AssertionJudgement, nearMatch: String?) {
        verdict = judgement.verdict
        code = judgement.isDisabled ? nil : judgement.rejection?.code.rawValue
        message = judgement.isDisabled ? AssertionJudgement.disabledMessage : judgement.rejection?.sentence
        fetch = judgement.fetch.map(Fetch.init)
        (client, key) = (judgement.client?.text, judgement.key?.thumbprint)
        (self.nearMatch, refusal, trace) = (nearMatch, nil, judgement.trace)
    }

    /// - Throws: `RefusalFailure.nothingToJudge`.
    init(_ judged: JudgedRefusal, nearMatch: String?) throws(RefusalFailure) {
        guard let trace = judged.trace, let verdict = judged.verdict, let record = judged.record else {
            throw .nothingToJudge(judged.entry.reference.text)
        }
        let failure = judged.failure
        self.verdict = verdict
        code = failure?.code.rawValue
        message =
            failure.map { "Expected \($0.explanation.expected); found \($0.explanation.found)." }
            ?? Self.signatureIsUnknown
        (fetch, key) = (judged.fetch.map(Fetch.init), nil)
        client = judged.entry.clientID
        refusal = Refusal(reference: judged.entry.reference.text, at: judged.entry.at, assertion: record.facts)
        (self.nearMatch, self.trace) = (nearMatch, trace)
    }

    /// Says so of a refusal none of whose rules fails any more.
    package static let signatureIsUnknown =
        "Whether the signature verifies is not known: the assertion itself is not kept."

    package var json: JSONObject {
        [
            "verdict": .string(verdict.rawValue), "code": .string(code) ?? .null, "message": .string(message) ?? .null,
            "fetch": .object(fetch?.json) ?? .null, "client_id": .string(client) ?? .null,
            "key": .string(key) ?? .null, "near_match": .string(nearMatch) ?? .null,
            "refusal": .object(refusal?.json) ?? .null,
            "rules": trace.fullJSON(OperatorRemedyText(client: client)),
        ]
    }

    /// - Parameter answer: as `json` renders it.
    package init(answer object: JSONObject) throws(InvalidDocument) {
        var reader = DocumentReader(object)
        let verdict = reader.choice("verdict", of: AssertionJudgement.Verdict.self)
        reader.require("verdict")
        (code, message) = (reader.text("code", isNullable: true), reader.text("message", isNullable: true))
        fetch = reader.object("fetch") { object throws(InvalidDocument) in try Fetch(answer: object) }
        (client, key) = (reader.text("client_id", isNullable: true), reader.text("key", isNullable: true))
        nearMatch = reader.text("near_match", isNullable: true)
        refusal = reader.object("refusal") { object throws(InvalidDocument) in try Refusal(answer: object) }
        try reader.finishIgnoringOthers()
        guard let verdict, let trace = object["rules"].flatMap(Trace.init(json:)) else {
            let detail = "It must be the outcomes of the rules that are known here."
            throw InvalidDocument([DocumentFault(JSONPointer.document.appending("rules"), detail)])
        }
        (self.verdict, self.trace) = (verdict, trace)
    }
}

extension InspectionReport.Fetch {
    fileprivate init(_ fetch: NeededFetch) {
        self.init(rule: fetch.rule.rawValue, url: fetch.url.text, reason: fetch.phrase)
    }

    package var json: JSONObject { ["rule": .number(rule), "url": .string(url), "reason": .string(reason)] }

    fileprivate init(answer object: JSONObject) throws(InvalidDocument) {
        var reader = DocumentReader(object)
        (rule, url) = (reader.requiredCount("rule"), reader.requiredText("url"))
        reason = reader.requiredText("reason")
        try reader.finishIgnoringOthers()
    }
}

extension InspectionReport.Refusal {
    fileprivate init(answer object: JSONObject) throws(InvalidDocument) {
        var reader = DocumentReader(object)
        (reference, at) = (reader.requiredText("reference"), reader.requiredTime("refused_at"))
        assertion = reader.object("assertion", isNullable: true) ?? [:]
        try reader.finishIgnoringOthers()
    }
}

extension AssertionDebugger {
    /// Judges an assertion, or a refusal again, and says what is known besides.
    ///
    /// - Throws: `RefusalFailure`, `StoreError`, `StoreUnavailable`.
    package func inspect(
        _ subject: InspectionSubject, asIf conditions: AssertionConditions, audienceProblem: String? = nil,
        at now: UnixTime
    ) async throws -> InspectionReport {
        switch subject {
        case .assertion(let token):
            let judgement = try await judge(token, asIf: conditions, audienceProblem: audienceProblem, at: now)
            return InspectionReport(
                judgement,
                nearMatch: try await NearMatch.sentence(for: judgement.client?.text, judgement.trace, in: store))
        case .refusal(let reference):
            let judged = try await judgeAgain(
                reference, asIf: conditions, audienceProblem: audienceProblem, at: now)
            return try InspectionReport(
                judged, nearMatch: try await NearMatch.sentence(for: judged.entry.clientID, judged.trace, in: store))
        }
    }
}
