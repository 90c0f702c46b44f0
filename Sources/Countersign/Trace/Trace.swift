/// The outcome of each of the 24 rules for one assertion.
public struct Trace: Sendable, Equatable {
    /// The outcome of one rule.
    public enum Outcome: Sendable, Equatable {
        case held
        case failed(code: RejectionCode, RejectionExplanation)
        /// An earlier rule failed.
        case notReached
        /// The rule did not apply, for the given reason.
        case notChecked(String)
    }

    /// A rule with its outcome.
    public struct Entry: Sendable, Equatable {
        /// The rule.
        public let rule: Rule
        /// Its outcome.
        public let outcome: Outcome
    }

    /// One entry for each rule, in order.
    public let entries: [Entry]

    /// Whether no rule failed.
    public var isClean: Bool { firstFailure == nil }

    /// The code of the first failed rule.
    public var firstFailure: RejectionCode? {
        for case .failed(let code, _) in entries.lazy.map(\.outcome) { return code }
        return nil
    }
}

extension Rejection {
    /// The first rule, in order, that did not hold.
    fileprivate var ruleReached: Rule {
        if case .malformedSignature = self { .registeredClient } else { rule }
    }
}

extension Trace {
    /// Creates the trace of a request: every rule before the failed one held, none after it was reached.
    ///
    /// Rule 9a appears as the first half of rule 15; the rules between were not reached.
    public init(stoppedBy rejection: Rejection) {
        entries = Rule.allCases.map { rule in
            if rule == rejection.rule {
                Entry(rule: rule, outcome: .failed(code: rejection.code, rejection.explanation))
            } else if rule == .candidateKeys, rejection.rule == .keySetRefresh {
                Entry(
                    rule: rule, outcome: .notChecked("no known key fits or verifies; the key set had to be reread"))
            } else {
                Entry(rule: rule, outcome: rule < rejection.ruleReached ? .held : .notReached)
            }
        }
    }

    /// The trace as an array with one object for each rule.
    public var json: JSONValue {
        array { ("operator_remedies", .array($0.map(\.json))) }
    }

    /// Returns the trace for programs, with the operator's remedies in words.
    public func json(wording: ([OperatorRemedy]) -> String) -> JSONValue {
        array { ("operator_remedy", .string(wording($0))) }
    }

    private func array(_ remedies: ([OperatorRemedy]) -> (name: String, value: JSONValue)) -> JSONValue {
        .array(
            entries.map { entry in
                var object: JSONObject = [
                    "rule": .number(entry.rule.rawValue), "title": .string(entry.rule.title),
                    "source": .string(entry.rule.source),
                ]
                switch entry.outcome {
                case .held: object.set("outcome", "held")
                case .notReached: object.set("outcome", "not_reached")
                case .notChecked(let reason):
                    object.set("outcome", "not_asked")
                    object.set("reason", .string(reason))
                case .failed(let code, let explanation):
                    object.set("outcome", "failed")
                    object.set("code", .string(code.rawValue))
                    object.set("expected", .string(explanation.expected))
                    object.set("found", .string(explanation.found))
                    object.set("client_remedy", .string(explanation.clientRemedy))
                    let remedies = remedies(explanation.operatorRemedies)
                    object.set(remedies.name, remedies.value)
                }
                return .object(object)
            })
    }

    /// Parses a trace that `json` or `compactJSON` returned.
    ///
    /// - Returns: `nil` if it is not a trace, or one of a later version with unknown rules.
    public init?(json: JSONValue) {
        guard case .array(let elements) = json else { return nil }
        if case .string(let outcomes)? = elements.first {
            self.init(compact: outcomes.text, details: elements.dropFirst())
            return
        }
        var entries: [Entry] = []
        for element in elements {
            guard case .object(let object) = element, case .number(let number)? = object["rule"],
                let rawRule = Int(exactly: number.double), let rule = Rule(rawValue: rawRule),
                let outcome = Outcome(json: object)
            else { return nil }
            entries.append(Entry(rule: rule, outcome: outcome))
        }
        self.init(entries: entries)
    }
}

extension Trace.Outcome {
    fileprivate init?(json object: JSONObject) {
        func text(_ name: String) -> String? { object.string(name)?.text }
        switch text("outcome") {
        case "held": self = .held
        case "not_reached": self = .notReached
        case "not_asked": self = .notChecked(text("reason") ?? "")
        case "failed": self.init(failure: object)
        case .some, .none: return nil
        }
    }

    init?(failure object: JSONObject) {
        func text(_ name: String) -> String? { object.string(name)?.text }
        guard let code = text("code").flatMap(RejectionCode.init), let expected = text("expected"),
            let found = text("found")
        else { return nil }
        let remedies: [OperatorRemedy]
        if case .array(let elements)? = object["operator_remedies"] {
            remedies = elements.compactMap(OperatorRemedy.init)
        } else {
            // Earlier versions stored text; the earliest a single `remedy`, written for operators.
            remedies = (text("operator_remedy") ?? text("remedy")).map { [.written($0)] } ?? []
        }
        self = .failed(
            code: code,
            RejectionExplanation(
                expected: expected, found: found, clientRemedy: text("client_remedy") ?? "",
                operatorRemedies: remedies))
    }
}
