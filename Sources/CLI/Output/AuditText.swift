import Administration

extension AuditEntry {
    /// - Parameters:
    ///   - options: name the server in the commands of the text.
    ///   - nearMatch: a sentence about the registered client with a similar ID.
    ///   - corrections: of the rule that failed.
    func text(
        on terminal: Terminal, options: [String], nearMatch: String?, corrections: [Correction] = []
    ) -> String {
        let proof = isProven ? "proved by its key" : "as the caller says; no key was proved"
        let head = Columns.text([
            ["Reference", reference.text], ["Refused", at.text],
            ["Client", clientID.map { "\($0) (\(proof))" } ?? "the caller named none"],
            ["From", remoteAddress ?? "unknown"], ["Endpoint", endpoint], ["Code", code],
        ])
        if let record = RequestRecord(text: trace) { return head + "\n\n" + record.readable }
        guard let record = TraceRecord(text: trace) else { return head + "\n\nThe trace cannot be read." }
        return head + "\n\n"
            + TraceTable(
                trace: record.trace, facts: record.facts,
                remedies: OperatorRemedyText(client: clientID, options: options), nearMatch: nearMatch,
                corrections: corrections
            ).rendered(for: terminal)
    }
}

extension RequestRecord {
    /// What was wrong with a request that was refused on a page, for the operator.
    fileprivate var readable: String {
        let rows = parameters.members.map { member in
            [member.name.text, parameters.string(member.name.text)?.text ?? ""]
        }
        let registered = isRegistered.map { ["Registered", $0 ? "yes" : "no, or the client is disabled"] }
        return Columns.text([["Reason", detail]] + [registered].compactMap(\.self) + rows)
    }
}
