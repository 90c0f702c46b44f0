extension Trace {
    /// The trace as the audit log stores it: an array of a string with one letter for the outcome of each rule, and of the details of the
    /// rules that failed or were not checked, in their order. What is the same in every trace is left out.
    package var compactJSON: JSONValue {
        guard entries.map(\.rule) == Rule.allCases else { return json }
        let details = entries.compactMap { entry -> JSONValue? in
            switch entry.outcome {
            case .held, .notReached: nil
            case .notChecked(let reason): .string(reason)
            case .failed(let code, let explanation):
                .object([
                    "code": .string(code.rawValue), "expected": .string(explanation.expected),
                    "found": .string(explanation.found), "client_remedy": .string(explanation.clientRemedy),
                    "operator_remedies": .array(explanation.operatorRemedies.map(\.json)),
                ])
            }
        }
        return .array([.string(String(entries.map(\.outcome.letter)))] + details)
    }

    /// - Parameter outcomes: a letter for each rule, in order; a trace of an earlier version may have fewer.
    init?(compact outcomes: String, details: ArraySlice<JSONValue>) {
        guard outcomes.count <= Rule.allCases.count else { return nil }
        var details = details
        var entries: [Entry] = []
        for (rule, letter) in zip(Rule.allCases, outcomes) {
            guard let outcome = Outcome(letter: letter, &details) else { return nil }
            entries.append(Entry(rule: rule, outcome: outcome))
        }
        self.init(entries: entries)
    }
}

extension Trace.Outcome {
    fileprivate var letter: Character {
        switch self {
        case .held: "h"
        case .failed: "f"
        case .notReached: "n"
        case .notChecked: "c"
        }
    }

    /// - Parameter details: those of this outcome and of later ones; what belongs to this one is removed.
    fileprivate init?(letter: Character, _ details: inout ArraySlice<JSONValue>) {
        switch letter {
        case "h": self = .held
        case "n": self = .notReached
        case "c":
            guard case .string(let reason)? = details.popFirst() else { return nil }
            self = .notChecked(reason.text)
        case "f":
            guard case .object(let object)? = details.popFirst() else { return nil }
            self.init(failure: object)
        default: return nil
        }
    }
}
