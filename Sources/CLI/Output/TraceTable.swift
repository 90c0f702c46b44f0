import Administration
import Countersign

/// A trace as a table: the assertion, the outcome of each rule, and the remedies for client and operator.
struct TraceTable {
    let trace: Trace
    /// Header parameters and claims by name, shown above the rules.
    var facts: JSONObject?
    /// The wording of the operator's remedies.
    var remedies = OperatorRemedyText()
    /// A sentence about a similar client, shown before the remedies for an unknown one.
    var nearMatch: String?
    /// What is to change for the rules that failed.
    var corrections: [Correction] = []
    /// The base URL of the error pages, if known.
    var issuer: String?

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
                    (code == .unknownClient ? nearMatch ?? "" : "") + remedies.sentences(explanation.operatorRemedies)
                ),
                ("see", "\(entry.rule.source), \(issuer ?? "")/errors/\(code.rawValue)"),
            ]
            return [head + terminal.styled(title + "  FAILED: \(code.rawValue)", .red)]
                + details.map { line($0, VisibleText.of($1), on: terminal) } + example(for: entry.rule, on: terminal)
        }
    }

    private func line(_ name: String, _ text: String, on terminal: Terminal) -> String {
        "      " + terminal.styled(Columns.padded(name, to: 8), .bold) + "  " + text
    }

    /// The assertion as it should be, or why there is no example.
    private func example(for rule: Rule, on terminal: Terminal) -> [String] {
        switch corrections.first(where: { $0.rule == rule })?.content {
        case nil: return []
        case .noExample(let reason)?: return [line("example", reason, on: terminal)]
        case .example(let corrected)?:
            return corrected.parts.flatMap { part in
                [line("example", part.name.title, on: terminal)]
                    + part.lines { VisibleText.of($0) }.map { change, text in
                        let (sign, style): (String, Terminal.Style?) =
                            switch change {
                            case .same: ("  ", nil)
                            case .removed: ("- ", .red)
                            case .added: ("+ ", .green)
                            }
                        let line = sign + text
                        return String(repeating: " ", count: 16) + (style.map { terminal.styled(line, $0) } ?? line)
                    }
            }
        }
    }
}
