import Countersign
import CountersignJOSE
import Server
import Store

extension AuditEntry {
    /// The entry as a person reads it.
    ///
    /// - Parameters:
    ///   - directory: the data directory, for the commands that are told.
    ///   - nearMatch: a registered client that was probably meant.
    func text(on terminal: Terminal, directory: String, nearMatch: String?) -> String {
        let proof = isProven ? "proved by its key" : "as the caller says; no key was proved"
        let head = Columns.text([
            ["Reference", reference], ["Refused", at.text],
            ["Client", clientID.map { "\($0) (\(proof))" } ?? "the caller named none"],
            ["From", remoteAddress ?? "unknown"], ["Endpoint", endpoint], ["Code", code],
        ])
        guard let record = TraceRecord(text: trace) else { return head + "\n\nThe trace cannot be read." }
        return head + "\n\n"
            + TraceTable(
                record.trace, facts: record.facts,
                commands: OperatorCommands(client: clientID, directory: directory), nearMatch: nearMatch
            ).rendered(for: terminal)
    }

    /// The entry for programs.
    var json: JSONObject {
        func text(_ value: String?) -> JSONValue { value.map { .string(ExactString($0)) } ?? .null }
        let record = TraceRecord(text: trace)
        return JSONObject([
            ("reference", text(reference)), ("at", text(at.text)), ("client_id", text(clientID)),
            ("proven", .boolean(isProven)), ("code", text(code)), ("endpoint", text(endpoint)),
            ("remote_address", text(remoteAddress)),
            ("assertion", record.map { .object($0.facts) } ?? .null), ("rules", record?.trace.json ?? .null),
        ])
    }
}
