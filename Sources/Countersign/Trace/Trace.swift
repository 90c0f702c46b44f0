import CountersignJOSE

/// The whole story of one decision: what became of each of the 24 rules.
public struct Trace: Sendable, Equatable {
    /// What became of one rule.
    public enum Outcome: Sendable, Equatable {
        case held
        case failed(code: RejectionCode, RejectionExplanation)
        /// The decision had fallen before.
        case notReached
        /// The rule had nothing to ask here; the text says why.
        case notAsked(String)
    }

    /// One line of the trace.
    public struct Entry: Sendable, Equatable {
        /// Which rule it was.
        public let rule: Rule
        /// What became of it.
        public let outcome: Outcome

        /// Makes an entry.
        public init(rule: Rule, outcome: Outcome) {
            self.rule = rule
            self.outcome = outcome
        }
    }

    /// One entry for each rule, in order.
    public let entries: [Entry]

    /// The trace of a request: every rule before the one that fell held, none after it was reached.
    ///
    /// Rule 9a is shown as what it is, the first half of rule 15; the rules between were not reached.
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

    /// The code of the first rule that fell.
    public var firstFailure: RejectionCode? {
        for entry in entries {
            if case .failed(let code, _) = entry.outcome { return code }
        }
        return nil
    }
}

extension Rejection {
    /// The first rule that did not hold.
    fileprivate var ruleReached: Rule {
        if case .malformedSignature = self { .registeredClient } else { rule }
    }
}
