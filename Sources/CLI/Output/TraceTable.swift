import Countersign

/// A trace as a table: the assertion, the outcome of each rule, and the remedies for client and operator.
struct TraceTable {
    let trace: Trace
    /// Header parameters and claims by name.
    let facts: JSONObject?
    private let words: OperatorRemedyWords
    private let nearMatch: String?
    private let issuer: String?

    /// - Parameters:
    ///   - facts: shown above the rules.
    ///   - words: the wording of the operator's remedies.
    ///   - nearMatch: a sentence about a similar client, shown before the remedies for an unknown one.
    ///   - issuer: the base URL of the error pages, if known.
    init(
        _ trace: Trace, facts: JSONObject? = nil,
        words: OperatorRemedyWords = OperatorRemedyWords(), nearMatch: String? = nil, issuer: String? = nil
    ) {
        self.trace = trace
        self.facts = facts
        self.words = words
        self.nearMatch = nearMatch
        self.issuer = issuer
    }

    var text: String { rendered(for: .output) }

    func rendered(for terminal: Terminal) -> String {
        var lines: [String] = []
        if let facts, !facts.members.isEmpty {
            lines.append(terminal.styled("Assertion", .bold))
            lines += [FactTable.text(facts), ""]
        }
        lines.append(terminal.styled("Rules", .bold))
        for entry in trace.entries { lines += self.lines(for: entry, on: terminal) }
        return lines.joined(separator: "\n")
    }

    private static let titleWidth = Rule.allCases.map(\.title.count).max() ?? 0

    private func lines(for entry: Trace.Entry, on terminal: Terminal) -> [String] {
        let number = String(entry.rule.rawValue)
        let title = Columns.padded(entry.rule.title, to: Self.titleWidth)
        let head = "  " + String(repeating: " ", count: 2 - min(2, number.count)) + number + "  "
        switch entry.outcome {
        case .held: return [head + title + "  " + terminal.styled("held", .green)]
        case .notReached: return [terminal.styled(head + title + "  not reached", .dim)]
        case .notChecked(let reason): return [terminal.styled(head + title + "  not asked: \(reason)", .dim)]
        case .failed(let code, let explanation):
            let details = [
                ("expected", explanation.expected), ("found", explanation.found),
                ("client", explanation.clientRemedy),
                (
                    "operator",
                    (code == .unknownClient ? nearMatch ?? "" : "") + words.sentences(explanation.operatorRemedies)
                ),
                ("see", "\(entry.rule.source), \(issuer ?? "")/errors/\(code.rawValue)"),
            ]
            return [head + terminal.styled(title + "  FAILED: \(code.rawValue)", .red)]
                + details.map { name, text in
                    "      " + terminal.styled(Columns.padded(name, to: 8), .bold) + "  " + VisibleText.of(text)
                }
        }
    }
}
