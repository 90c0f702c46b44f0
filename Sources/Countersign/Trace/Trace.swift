import CountersignJOSE

/// The outcome of each of the 24 rules for one assertion.
public struct Trace: Sendable, Equatable {
    /// The outcome of one rule.
    public enum Outcome: Sendable, Equatable {
        case held
        case failed(code: RejectionCode, RejectionExplanation)
        /// An earlier rule decided.
        case notReached
        /// The rule did not apply, for the given reason.
        case notAsked(String)
    }

    /// A rule with its outcome.
    public struct Entry: Sendable, Equatable {
        /// The rule.
        public let rule: Rule
        /// Its outcome.
        public let outcome: Outcome

        /// Creates an entry.
        public init(rule: Rule, outcome: Outcome) {
            self.rule = rule
            self.outcome = outcome
        }
    }

    /// One entry for each rule, in order.
    public let entries: [Entry]

    /// The trace of a request: every rule before the failed one held, none after it was reached.
    ///
    /// Rule 9a appears as the first half of rule 15; the rules between were not reached.
    public init(stoppedBy rejection: Rejection) {
        entries = Rule.allCases.map { rule in
            if rule == rejection.rule {
                Entry(rule: rule, outcome: .failed(code: rejection.code, rejection.explanation))
            } else if rule == .candidateKeys, rejection.rule == .keySetRefresh {
                Entry(
                    rule: rule, outcome: .notAsked("no key at hand fits or verifies; the key set was to be read again"))
            } else {
                Entry(rule: rule, outcome: rule < rejection.ruleReached ? .held : .notReached)
            }
        }
    }

    init(_ entries: [Entry]) {
        self.entries = entries
    }

    /// Whether no rule failed.
    public var isClean: Bool { firstFailure == nil }

    /// The code of the first failed rule.
    public var firstFailure: RejectionCode? {
        for entry in entries {
            if case .failed(let code, _) = entry.outcome { return code }
        }
        return nil
    }
}

extension Rejection {
    /// The first rule in order that was not passed.
    fileprivate var ruleReached: Rule {
        if case .malformedSignature = self { .registeredClient } else { rule }
    }
}

extension Trace {
    /// The trace as JSON: an array with one object per rule.
    public var json: JSONValue {
        .array(
            entries.map { entry in
                var members: [(String, JSONValue)] = [
                    ("rule", .number(JSONNumber(Int64(entry.rule.rawValue)))),
                    ("title", .string(ExactString(entry.rule.title))),
                    ("source", .string(ExactString(entry.rule.source))),
                ]
                switch entry.outcome {
                case .held: members.append(("outcome", "held"))
                case .notReached: members.append(("outcome", "not_reached"))
                case .notAsked(let reason):
                    members.append(("outcome", "not_asked"))
                    members.append(("reason", .string(ExactString(reason))))
                case .failed(let code, let explanation):
                    members.append(("outcome", "failed"))
                    members.append(("code", .string(ExactString(code.rawValue))))
                    members.append(("expected", .string(ExactString(explanation.expected))))
                    members.append(("found", .string(ExactString(explanation.found))))
                    members.append(("client_remedy", .string(ExactString(explanation.clientRemedy))))
                    members.append(("operator_remedy", .string(ExactString(explanation.operatorRemedy))))
                }
                return .object(JSONObject(members))
            })
    }

    /// Reads a trace that `json` rendered.
    ///
    /// - Returns: `nil` if it is not a valid trace, or has rules of a later version.
    public init?(json: JSONValue) {
        guard case .array(let elements) = json else { return nil }
        var entries: [Entry] = []
        for element in elements {
            guard case .object(let object) = element, case .number(let number)? = object["rule"],
                let rawRule = Int(exactly: number.double), let rule = Rule(rawValue: rawRule),
                let outcome = Outcome(json: object)
            else { return nil }
            entries.append(Entry(rule: rule, outcome: outcome))
        }
        self.init(entries)
    }
}

extension Trace.Outcome {
    fileprivate init?(json object: JSONObject) {
        func text(_ name: String) -> String? {
            guard case .string(let value)? = object[name] else { return nil }
            return value.text
        }
        switch text("outcome") {
        case "held": self = .held
        case "not_reached": self = .notReached
        case "not_asked": self = .notAsked(text("reason") ?? "")
        case "failed":
            guard let code = text("code").flatMap(RejectionCode.init), let expected = text("expected"),
                let found = text("found")
            else { return nil }
            // Traces of earlier versions have a single `remedy`, for operators.
            self = .failed(
                code: code,
                RejectionExplanation(
                    expected: expected, found: found, clientRemedy: text("client_remedy") ?? "",
                    operatorRemedy: text("operator_remedy") ?? text("remedy") ?? ""))
        case .some, .none: return nil
        }
    }
}
