import Server

extension AuditEntry {
    /// - Parameters:
    ///   - directory: the data directory, for the commands in the text.
    ///   - nearMatch: a sentence about the registered client with a similar ID.
    func text(on terminal: Terminal, directory: String, nearMatch: String?) -> String {
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
                remedies: OperatorRemedyText(client: clientID, directory: directory), nearMatch: nearMatch
            ).rendered(for: terminal)
    }

    var json: JSONObject {
        let record = TraceRecord(text: trace)
        return [
            "reference": .string(reference.text), "at": .string(at.text), "client_id": .string(clientID) ?? .null,
            "proven": .boolean(isProven), "code": .string(code), "endpoint": .string(endpoint),
            "remote_address": .string(remoteAddress) ?? .null,
            "assertion": .object(record?.facts) ?? .null,
            "request": .object(RequestRecord(text: trace)?.json) ?? .null,
            "rules": record?.trace.json(wording: OperatorRemedyText().sentences) ?? .null,
        ]
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
