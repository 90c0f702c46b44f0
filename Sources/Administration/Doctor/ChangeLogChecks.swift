/// Checks of the change log.
package enum ChangeLogChecks {
    /// - Parameter key: `nil` if the master key was not found.
    package static func findings(on log: any ChangeLog, key: ChangeLogKey?) async throws(StoreError) -> [Finding] {
        let report = try await ChangeLogCheck(key: key).report(on: log)
        var findings: [Finding] = []
        if let fault = report.fault {
            findings.append(.problem(.changes, fault.message, .written(remedy)))
        }
        if key == nil, report.countersignatures > 0 {
            findings.append(
                .warning(
                    .changes,
                    "The change log was compared with its countersignatures, but these were not verified: the master key was not found.",
                    .written("Name the server's configuration with --config.")))
        }
        return findings
    }

    private static let remedy =
        "Compare the log with an archive or a backup: countersign changes export. See docs/change-log.md"
}
