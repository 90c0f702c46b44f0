import Administration

/// The overview as text.
extension OverviewReport {
    func text(on terminal: Terminal) -> String {
        var parts = [Columns.text(facts)]
        parts += attentionLines.isEmpty ? [] : [attentionLines.joined(separator: "\n")]
        let known = points.reversed().filter { $0.seconds > 0 }
        guard !known.isEmpty else {
            return (parts + ["Nothing was recorded \(period.words)."]).joined(separator: "\n\n")
        }
        parts.append(terminal.styled("What it did \(period.words), the newest first:", .bold))
        parts.append(Columns.text([Self.titles] + known.map { $0.cells } + [["All"] + total.cells.dropFirst()]))
        if !total.codes.isEmpty {
            let codes = total.codes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            parts.append(Columns.text([["REFUSED", "CODE"]] + codes.map { ["\($0.value)", $0.key] }))
        }
        return parts.joined(separator: "\n\n")
    }

    private static let titles = [
        "FROM", "REQUESTS", "TOKENS", "REFUSED", "REPLAYS", "ROWS", "COMMITS", "KEY SETS", "FAILED", "MEDIAN",
        "SLOWEST 1%",
    ]

    private var facts: [[String]] {
        guard let live else {
            return [
                ["As of", at.text],
                ["Known", "the minutes that the server has written; a running server (--server) knows more"],
            ]
        }
        let (health, latest) = (live.health, live.latest)
        let perSecond = latest.seconds > 0 ? latest.requests / latest.seconds : 0
        return [
            ["As of", at.text], ["Up since", live.startedAt.text],
            ["Now", "\(perSecond) token requests per second"],
            ["Store", health.storeProblem.map { "cannot be written: \($0)" } ?? "is written"],
            ["Remembered", health.claims.map { "\($0) used \($0 == 1 ? "assertion" : "assertions")" } ?? "unknown"],
            ["Signs with", health.algorithm.name + (health.nextKeyAt.map { ", next key from \($0.text)" } ?? "")],
            ["Checked", health.checkedAt.map { $0.text + (health.isComplete ? "" : ", not completely") } ?? "not yet"],
        ]
    }

    private var attentionLines: [String] {
        guard let health = live?.health else { return [] }
        guard !health.attentions.isEmpty else { return health.isComplete ? ["Nothing needs attention."] : [] }
        let lines = health.attentions.flatMap { attention in
            ["\(attention.grade.rawValue): \(attention.text)"]
                + [attention.detail, attention.remedy].compactMap(\.self).map { "  " + $0 }
        }
        return (lines + (health.omitted > 0 ? ["and \(health.omitted) more"] : [])).map(VisibleText.of)
    }
}

extension OverviewFigures {
    fileprivate var cells: [String] {
        [
            at.text, "\(requests)", "\(tokens)", "\(refused)", "\(replays)", "\(rows)", "\(commits)", "\(keySetReads)",
            "\(failedKeySetReads)", Self.milliseconds(median), Self.milliseconds(slowest),
        ]
    }

    private static func milliseconds(_ microseconds: Int?) -> String {
        guard let microseconds else { return "-" }
        let rest = "\(microseconds % 1000 + 1000)".dropFirst()
        return "\(microseconds / 1000).\(rest) ms"
    }
}
