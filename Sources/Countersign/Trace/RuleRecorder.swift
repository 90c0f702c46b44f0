/// How the rules are asked: a request stops at the first that falls, an inspection asks them all.
///
/// Both walk the same rules in the same order (`Examination`); only this differs.
protocol RuleRecorder {
    /// Asks one rule.
    ///
    /// - Returns: the rule's answer, or `nil` where it fell and the asking goes on.
    /// - Throws: the rejection, where the asking ends with it.
    mutating func ask<Answer>(
        _ rule: Rule, _ question: () throws(Rejection) -> Answer
    ) throws(Rejection) -> Answer?

    /// Asks the first half of a rule ahead of the rules before it. The rule holds only when its second half does.
    mutating func askFirstHalf(of rule: Rule, _ question: () throws(Rejection) -> Void) throws(Rejection)
}

/// Ends at the first rule that falls: what a request needs.
struct FirstFailure: RuleRecorder {
    @inline(__always)
    mutating func ask<Answer>(
        _ rule: Rule, _ question: () throws(Rejection) -> Answer
    ) throws(Rejection) -> Answer? {
        try question()
    }

    @inline(__always)
    mutating func askFirstHalf(of rule: Rule, _ question: () throws(Rejection) -> Void) throws(Rejection) {
        try question()
    }
}

/// Goes on after a rule has fallen and writes everything down: what a person needs.
struct EveryFailure: RuleRecorder {
    private(set) var outcomes: [Rule: Trace.Outcome] = [:]

    /// Tells more about a rule, if it failed.
    mutating func add(_ finding: @autoclosure () -> SignatureSearch.Finding, to rule: Rule) {
        guard case .failed(let code, let explanation)? = outcomes[rule] else { return }
        outcomes[rule] = .failed(code: code, explanation.adding(finding()))
    }

    mutating func ask<Answer>(
        _ rule: Rule, _ question: () throws(Rejection) -> Answer
    ) throws(Rejection) -> Answer? {
        do {
            let answer = try question()
            if outcomes[rule] == nil { outcomes[rule] = .held }
            return answer
        } catch {
            // What its first half found says more.
            if outcomes[rule] == nil { outcomes[rule] = .failed(code: error.code, error.explanation.inspected) }
            return nil
        }
    }

    mutating func askFirstHalf(of rule: Rule, _ question: () throws(Rejection) -> Void) throws(Rejection) {
        do {
            try question()
        } catch {
            outcomes[rule] = .failed(code: error.code, error.explanation)
        }
    }
}
