/// All findings, up to a limit for each check; problems take precedence over warnings.
package struct Diagnosis: Sendable {
    package static let maximumPerCheck = 50

    private var findings: [Finding.Check: [Finding]] = [:]
    private var omittedCounts: [Finding.Check: Int] = [:]
    private var skipped: Set<Finding.Check> = []
    package private(set) var problems = 0
    package private(set) var warnings = 0
    /// The findings of a diagnosis that another process has made.
    private var reported: [Finding]?

    package init() {}

    /// A diagnosis that another process has made.
    package init(_ findings: [Finding], problems: Int, warnings: Int) {
        reported = findings
        self.problems = problems
        self.warnings = warnings
    }

    package mutating func add(_ new: [Finding]) {
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
            omittedCounts[finding.check, default: 0] += 1
            if finding.grade == .problem, let warning = sameCheck.lastIndex(where: { $0.grade == .warning }) {
                findings[finding.check]?[warning] = finding
            }
        }
    }

    /// Omits checks that could not be run.
    package mutating func skip(_ checks: Set<Finding.Check>) {
        skipped = checks
    }

    package var hasNoProblems: Bool { problems == 0 }

    /// The findings by check, problems first, and an `ok` for each check without findings.
    package var all: [Finding] {
        if let reported { return reported }
        return Finding.Check.allCases.flatMap { check -> [Finding] in
            let found = findings[check, default: []]
            if found.isEmpty { return skipped.contains(check) ? [] : [.ok(check, check.okText)] }
            let sorted = found.filter { $0.grade == .problem } + found.filter { $0.grade != .problem }
            guard let more = omittedCounts[check] else { return sorted }
            return sorted + [.warning(check, "\(more) more of this check are not shown.")]
        }
    }

    /// - Parameter wording: renders a remedy as text.
    package func json(_ wording: (Finding.Remedy) -> String) -> JSONObject {
        [
            "problems": .number(problems), "warnings": .number(warnings),
            "findings": .array(all.map { $0.json(wording) }),
        ]
    }
}

extension Diagnosis {
    /// Checks all clients, a page at a time, and the key store.
    package mutating func run(_ checks: ClientChecks, on store: any Store) async throws(StoreError) {
        var diagnosis = self
        let entries = try await KeyStoreEntryDetails.all(in: store)
        let aliases = Dictionary(
            grouping: entries.map(\.entry).filter { !$0.isFromJava }.map(\.alias), by: \.asciiLowercased)
        let algorithms = try await store.signingKeys.all().algorithms(at: checks.now)
        var administration = AdministrationCheck()
        try await store.clients.walk { registration throws(StoreError) in
            var keySet: RemoteKeySetRecord?
            if case .keySet(let url) = registration.keySource { keySet = try await store.keySets.record(of: url) }
            let id = registration.client.id.value
            let caseVariants = aliases[id.asciiLowercased, default: []].filter { $0 != id }
            diagnosis.add(checks.findings(registration, keySet: keySet, caseVariants: caseVariants))
            diagnosis.add(SigningChecks.findings(registration.client, algorithms))
            administration.add(registration)
        }
        for group in AdminGroup.allCases {
            let members = try await store.users.members(
                of: group.rawValue, limit: AdministrationCheck.maximumNames + 1)
            administration.add(members, group)
        }
        diagnosis.add(administration.findings)
        diagnosis.add(KeyStoreChecks.findings(entries))
        diagnosis.add(LogoutChecks.findings(try await store.logoutNotices.backlogs()))
        self = diagnosis
    }
}
