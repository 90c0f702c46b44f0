import Countersign
import CountersignJOSE
import Server

extension KeyStoreImport.Fate {
    /// In a table.
    var text: String {
        switch self {
        case .added: "added"
        case .unchanged: "unchanged"
        case .recognised: "updated"
        case .replaced: "replaced"
        case .conflict: "conflict"
        case .leftAside: "left aside"
        }
    }

    /// Why nothing came of it, where the word alone does not say.
    var reason: String? {
        switch self {
        case .added, .unchanged, .replaced: nil
        case .recognised: "it is in the key store already, and now known to come from a Java key store"
        case .conflict: "the alias has another certificate: --replace takes the new one"
        case .leftAside(let reason): reason
        }
    }
}

extension KeyStoreImport {
    /// A table with a line for each certificate, and what was left aside in the file.
    func text(at now: UnixTime) -> String {
        let lines = rows.map { row in
            let facts = row.entry.certificate.facts
            let notes = ([row.fate.reason] + row.notes + [facts.lapse(at: now)]).compactMap(\.self)
            return [
                row.alias.text, row.fate.text, facts.notAfter.text, facts.subject, notes.joined(separator: "; "),
            ]
        }
        let table = Columns.text([["ALIAS", "RESULT", "VALID UNTIL", "SUBJECT", "NOTE"]] + lines)
        return ([table] + file.notes.map { "Note: \(VisibleText.oneLine($0))" }).joined(separator: "\n")
    }

    /// The same for programs.
    var json: JSONObject {
        return [
            "file": .string(file.name),
            "entries": .array(
                rows.map { row in
                    let notes = ([row.fate.reason] + row.notes).compactMap(\.self)
                    return .object(
                        [
                            "alias": .string(row.alias), "found_as": .string(row.found),
                            "from_java_key_store": .boolean(row.isFromJava),
                            "client_id": .string(row.client?.value) ?? .null,
                            "result": .string(row.fate.text), "notes": .array(notes),
                            "certificate": .object(row.entry.certificate.facts.json),
                        ])
                }),
            "notes": .array(file.notes),
        ]
    }
}
