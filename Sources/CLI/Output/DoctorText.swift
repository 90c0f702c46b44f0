import Administration

extension Diagnosis {
    func text(on terminal: Terminal) -> String {
        let sum =
            hasNoProblems && warnings == 0
            ? "All is well."
            : "\(problems) \(problems == 1 ? "problem" : "problems"), \(warnings) \(warnings == 1 ? "warning" : "warnings")."
        return (all.map { $0.line(on: terminal) } + ["", sum]).joined(separator: "\n")
    }
}

extension Finding {
    fileprivate func line(on terminal: Terminal) -> String {
        let style: Terminal.Style =
            switch grade {
            case .ok: .green
            case .warning: .yellow
            case .problem: .red
            }
        let grade = terminal.styled(Columns.padded(grade.rawValue, to: 7), style)
        let remedy = remedy.map { " To do: \($0.text)" } ?? ""
        return "\(grade)  \(VisibleText.oneLine(text + remedy))"
    }
}
