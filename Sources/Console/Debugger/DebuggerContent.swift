import Administration
import Pages

struct DebuggerContent: ConsoleContent {
    static let template = "debugger"

    enum Result: Sendable {
        case assertion(AssertionJudgement, asIf: AssertionJudgement?, AssertionConditions)
        /// With the registration of now: at the time when it arrived, and as if.
        case refusal(JudgedRefusal, asIf: JudgedRefusal?, AssertionConditions)

        /// The trace that is shown: as if, if there are conditions.
        var trace: Trace? {
            switch self {
            case .assertion(let asIs, let asIf, _): (asIf ?? asIs).trace
            case .refusal(let refusal, let asIf, _): (asIf ?? refusal).trace
            }
        }

        /// What is kept of a refused assertion, or would be of this one.
        var facts: JSONObject {
            switch self {
            case .assertion(let asIs, _, _): TraceRecord(assertion: asIs.assertion, trace: asIs.trace).facts
            case .refusal(let refusal, _, _): refusal.record?.facts ?? [:]
            }
        }

        var client: ClientID? {
            switch self {
            case .assertion(let judgement, _, _): judgement.client
            case .refusal(let refusal, _, _): refusal.entry.clientID.map { ClientID($0) }
            }
        }
    }

    private let form: DebuggerForm
    private let now: UnixTime
    /// The path of the console.
    private let base: String
    private let issuer: String
    private let skew: Duration
    var result: Result?
    var client: RefusedClient?
    /// A sentence about a registered client with a similar identifier.
    var nearMatch: String?
    var corrections: [Correction] = []
    var fault: FieldFault?

    init(_ form: DebuggerForm, _ visit: Visit) {
        (self.form, now, base, issuer) = (form, visit.now, visit.address.path, visit.issuer)
        skew = visit.settings.policy.clockSkew
    }

    var head: PageHead {
        PageHead(
            title: "Assertion debugger",
            lead:
                "Judges an assertion exactly as the token endpoint would. Nothing is used up: its jti is not claimed, and it can still be sent.",
            commands: [command])
    }

    private var command: String {
        var conditions = AssertionConditions()
        switch result {
        case nil: break
        case .assertion(_, _, let given): conditions = given
        case .refusal(let refusal, _, let given):
            conditions = given
            // The time of its arrival is the one that is assumed without any.
            if conditions.time == refusal.entry.at { conditions.time = nil }
        }
        let subject =
            form.reference.isEmpty ? ["-"] : ShellCommand.option("--reference", String(form.reference.prefix(32)))
        return ShellCommand.text(
            ["assertion", "inspect"] + subject + ["--config", "countersign.toml"] + form.options(conditions))
    }

    var context: [String: Any] {
        var context: [String: Any] = [
            "action": base + AssertionDebuggerPage.address, "at": ShownText.of(form.time, limit: 64),
            "profiles": profiles, "typings": typings, "reference": ShownText.of(form.reference, limit: 32),
            "token": refilled, "pasted_key": refilledKey, "has_trace": false,
            "is_withheld": !form.pasted.isEmpty && refilled.isEmpty,
        ]
        if let fault { context[fault.field + "_fault"] = ["message": ShownText.of(fault.message, limit: 600)] }
        switch result {
        case nil: break
        case .assertion(let asIs, let asIf, let conditions):
            context["verdict"] = verdict(asIs, asIf, conditions)
            context["decoded"] = decoded(asIf ?? asIs)
            context["has_trace"] = true
            add((asIf ?? asIs).trace, form.words(conditions), to: &context)
        case .refusal(let refusal, let asIf, let conditions):
            let words = form.words(conditions, at: refusal.entry.at)
            context["verdict"] = verdict(refusal, asIf, words)
            guard let trace = (asIf ?? refusal).trace, let record = refusal.record else { break }
            context["has_trace"] = true
            add(trace, words, to: &context)
            context["kept"] = RuleTraceContent.members(record.facts, id: "kept", "What is kept of the assertion")
        }
        return context
    }

    private func add(_ trace: Trace, _ words: String, to context: inout [String: Any]) {
        let rules = RuleTraceContent(
            trace: trace, remedies: OperatorRemedyText(client: result?.client?.text), nearMatch: nearMatch,
            corrections: corrections, issuer: issuer)
        context.merge(rules.context) { $1 }
        if !words.isEmpty { context["rules_note"] = "with \(words)" }
    }

    private var profiles: [[String: Any]] {
        let all = [("", "as registered")] + AudienceProfile.allCases.map { ($0.rawValue, $0.rawValue) }
        return all.map { choice($0, $1, isChosen: $0 == form.profile?.rawValue ?? "") }
    }

    private var typings: [[String: Any]] {
        let chosen = form.requiresTyping.map { $0 ? "demanded" : "optional" } ?? ""
        return [("", "as registered"), ("demanded", "demanded"), ("optional", "may be left out")]
            .map { choice($0, $1, isChosen: $0 == chosen) }
    }

    private func choice(_ value: String, _ label: String, isChosen: Bool) -> [String: Any] {
        ["value": value, "label": label, "is_chosen": isChosen]
    }

    /// What the field has again: an assertion only if no server accepts it any more.
    private var refilled: String {
        guard case .assertion(let judgement, _, _)? = result else {
            return ShownText.of(form.reference, limit: 32)
        }
        guard let claims = judgement.assertion?.claims.object, case .number(let number)? = claims["exp"],
            let expiry = UnixTime(numericDate: number.double), expiry + skew + Self.deadAfter < now,
            form.pasted.count <= Self.longestRefilled
        else { return "" }
        return String(decoding: form.pasted, as: UTF8.self)
    }

    /// A key that was accepted, so that it is certainly not a private one.
    private var refilledKey: String {
        fault == nil && ShownText.htmlLength(form.key) <= Self.longestRefilled ? form.key : ""
    }

    /// In bytes: the page has room for this much.
    private static let longestRefilled = 5000

    /// How long after its expiry and the skew an assertion counts as dead, for servers whose clocks or settings differ.
    private static let deadAfter: Duration = .seconds(600)
}

// MARK: The verdict

extension DebuggerContent {
    private func verdict(
        _ asIs: AssertionJudgement, _ asIf: AssertionJudgement?, _ conditions: AssertionConditions
    ) -> [String: Any] {
        var notices = [notice(asIs, "As things are")]
        guard let asIf else { return ["notices": notices] }
        notices.append(notice(asIf, "With \(form.words(conditions))"))
        return verdict(notices, "As things are", differences: asIf.differences(from: asIs))
    }

    private func verdict(_ refusal: JudgedRefusal, _ asIf: JudgedRefusal?, _ words: String) -> [String: Any] {
        let link = base + RefusalsPage.address + "/" + PathSegment.encoded(refusal.entry.reference.text)
        guard let asIs = refusal.trace else {
            let reason =
                refusal.record == nil
                ? "The request had no assertion, or its record cannot be read."
                : "Too little of the assertion is kept to judge it again: it failed before its claims could be read."
            return ["notices": [notice(.warn, "Nothing to judge", reason)], "refusal": link]
        }
        var notices = [notice(refusal, "With the registration of now, when it arrived")]
        var context: [String: Any] = [:]
        if let asIf, let trace = asIf.trace {
            notices.append(notice(asIf, "With \(words)"))
            context = verdict(notices, "When it arrived", differences: trace.differences(from: asIs))
        }
        context["notices"] = notices
        context["refusal"] = link
        context["is_of_refusal"] = true
        return context
    }

    private func verdict(
        _ notices: [[String: Any]], _ before: String,
        differences: [(rule: Rule, before: Trace.Outcome, after: Trace.Outcome)]
    ) -> [String: Any] {
        let others = Rule.allCases.count - differences.count
        var context: [String: Any] = [
            "notices": notices,
            "others": differences.isEmpty
                ? "All 24 rules answer the same either way."
                : "The other \(others) rules answer the same either way.",
        ]
        guard !differences.isEmpty else { return context }
        let rows = differences.map { rule, outcome, after in
            ShownTable.Row(cells: [
                .text("\(rule.rawValue). \(rule.title)"), .badge(Self.badge(outcome)), .badge(Self.badge(after)),
                Self.found(outcome, after).map { .key($0, limit: 100) }
                    ?? (rule == .replay && after == .held ? .text("not used so far") : .none("Nothing wrong")),
            ])
        }
        context["table"] =
            ShownTable(
                id: "differences", caption: "Rules whose answer changes",
                columns: ["Rule", before, "As if", "What was found"], rows: rows
            ).context
        return context
    }

    private static func badge(_ outcome: Trace.Outcome) -> ShownBadge {
        switch outcome {
        case .held: ShownBadge(kind: .ok, word: "Held")
        case .failed: ShownBadge(kind: .bad, word: "Failed")
        case .notReached, .notChecked: ShownBadge(kind: .off, word: "Not asked")
        }
    }

    private static func found(_ before: Trace.Outcome, _ after: Trace.Outcome) -> String? {
        for case .failed(_, let explanation) in [after, before] { return explanation.found }
        return nil
    }

    private func notice(_ kind: ShownBadge.Kind, _ heading: String, _ text: String) -> [String: Any] {
        ["icon": kind.rawValue, "heading": heading, "text": text]
    }

    private func notice(_ judgement: AssertionJudgement, _ circumstances: String) -> [String: Any] {
        switch judgement.verdict {
        case .accepted:
            let tolerated = judgement.tolerated.map { " Only warned about: \($0.fault)" } ?? ""
            return notice(
                .ok, "\(circumstances): accepted",
                ShownText.of("Every rule holds.\(tolerated)", limit: 700)
                    + " Whether a token is issued depends on the rest of the request.")
        case .undecided:
            return notice(.warn, "\(circumstances): cannot be judged without a fetch", Self.words(judgement))
        case .refused:
            guard !judgement.isDisabled, let rejection = judgement.rejection else {
                return notice(.bad, "\(circumstances): refused", AssertionJudgement.disabledMessage)
            }
            let told =
                rejection.isDisclosed
                ? "" : " The caller is told only that client authentication failed, and a reference."
            var context = notice(
                .bad, "\(circumstances): refused", ShownText.of(rejection.sentence, limit: 700) + told)
            context["rule"] = rule(rejection.rule, rejection.code)
            return context
        }
    }

    private static func words(_ judgement: AssertionJudgement) -> String {
        guard let fetch = judgement.fetch else { return "" }
        return words(fetch, refused: judgement.rejection.map { ($0.rule, $0.code) }, otherwise: "accepted")
    }

    /// - Parameters:
    ///   - refusal: the rule that decides if the copy that is stored is still right.
    ///   - otherwise: what is so then, if none does.
    private static func words(
        _ fetch: NeededFetch, refused refusal: (rule: Rule, code: RejectionCode)?, otherwise: String
    ) -> String {
        let words = "Rule \(fetch.rule.rawValue): \(ShownText.of(fetch.phrase, limit: 500))."
        guard fetch.readAt != nil else { return words }
        let rest = refusal.map { "refused by rule \($0.rule.rawValue), \($0.code.rawValue)" } ?? otherwise
        return "\(words) If it still has the same keys: \(rest)."
    }

    private func rule(_ rule: Rule, _ code: RejectionCode) -> [String: Any] {
        ["number": rule.rawValue, "code": code.rawValue, "about": "\(issuer)/errors/\(code.rawValue)"]
    }

    /// What the rules say that can be judged without the assertion itself.
    private func notice(_ judged: JudgedRefusal, _ circumstances: String) -> [String: Any] {
        let failure = judged.failure
        if judged.verdict == .refused, let failure {
            let explanation = failure.explanation
            var context = notice(
                .bad, "\(circumstances): refused",
                ShownText.of("Expected \(explanation.expected); found \(explanation.found).", limit: 700))
            context["rule"] = rule(failure.rule, failure.code)
            return context
        }
        if let fetch = judged.fetch {
            let words = Self.words(
                fetch, refused: failure.map { ($0.rule, $0.code) }, otherwise: "no rule fails that can be judged")
            let rest = failure == nil ? " " + InspectionReport.signatureIsUnknown : ""
            return notice(.warn, "\(circumstances): cannot be judged without a fetch", words + rest)
        }
        return notice(
            .info, "\(circumstances): no rule fails that can be judged",
            InspectionReport.signatureIsUnknown)
    }
}

// MARK: The assertion

extension DebuggerContent {
    private func decoded(_ judgement: AssertionJudgement) -> [String: Any]? {
        guard let assertion = judgement.assertion else { return nil }
        var context: [String: Any] = [
            "length": ShownNumber.of(form.pasted.count),
            "signature":
                "\(ShownNumber.of(assertion.jws.signature.count)) bytes, \(assertion.jws.header.algorithm.name)",
            "tables": [
                RuleTraceContent.members(assertion.jws.header.parameters, id: "header", "Header", room: 3000),
                RuleTraceContent.members(assertion.claims.object, id: "claims", "Claims", room: 6000),
            ],
        ]
        context["client"] = client.map { $0.context(below: base) }
        context["signer"] = judgement.key.map { key in
            [
                "name": key.jwk.keyID.map { ShownText.of($0.text, limit: 255) } ?? "without a name",
                "thumbprint": key.thumbprint,
            ]
        }
        return context
    }
}
