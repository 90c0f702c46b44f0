import CountersignJOSE

/// All findings, at most so many of each check; the gravest are kept.
struct Diagnosis: Sendable {
    /// How many findings of one check are shown. A report that nobody reads to its end helps nobody.
    static let maximumPerCheck = 50

    private var findings: [Finding.Check: [Finding]] = [:]
    private var leftOut: [Finding.Check: Int] = [:]
    private var leftAside: Set<Finding.Check> = []
    private(set) var problems = 0
    private(set) var warnings = 0

    mutating func add(_ new: [Finding]) {
        for finding in new {
            switch finding.grade {
            case .ok: break
            case .warning: warnings += 1
            case .problem: problems += 1
            }
            let sameCheck = findings[finding.check, default: []]
            if sameCheck.count < Self.maximumPerCheck {
                findings[finding.check, default: []].append(finding)
                continue
            }
            leftOut[finding.check, default: 0] += 1
            if finding.grade == .problem, let warning = sameCheck.lastIndex(where: { $0.grade == .warning }) {
                findings[finding.check]?[warning] = finding
            }
        }
    }

    /// Says nothing of checks that could not be made.
    mutating func leaveAside(_ checks: Set<Finding.Check>) {
        leftAside = checks
    }

    /// Whether somebody has to do something now.
    var isSound: Bool { problems == 0 }

    /// By check, problems first; a check that found nothing says so.
    var all: [Finding] {
        Finding.Check.allCases.flatMap { check -> [Finding] in
            let found = findings[check, default: []]
            if found.isEmpty { return leftAside.contains(check) ? [] : [Finding(.ok, check, check.allWell)] }
            let sorted = found.filter { $0.grade == .problem } + found.filter { $0.grade != .problem }
            guard let more = leftOut[check] else { return sorted }
            return sorted + [Finding(.warning, check, "\(more) more of this check are not shown.")]
        }
    }

    func text(on terminal: Terminal) -> String {
        let sum =
            isSound && warnings == 0
            ? "All is well."
            : "\(problems) \(problems == 1 ? "problem" : "problems"), \(warnings) \(warnings == 1 ? "warning" : "warnings")."
        return (all.map { $0.line(on: terminal) } + ["", sum]).joined(separator: "\n")
    }

    var json: JSONObject {
        [
            "problems": .number(problems), "warnings": .number(warnings),
            "findings": .array(all.map(\.json)),
        ]
    }
}
