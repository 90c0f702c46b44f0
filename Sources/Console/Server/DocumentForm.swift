import Administration
import Pages

/// Forms whose fields are the members of a document of the admin API, so that both have the same rules.
enum DocumentForm {
    /// What is wrong with a document, at the fields of its members.
    static func faults(_ document: InvalidDocument) -> [FieldFault] {
        document.faults.map { fault in
            let name = fault.pointer.text.split(separator: "/").first.map(String.init) ?? ""
            return FieldFault(fault.detail, field: name)
        }
    }

    /// Scope tokens that were typed with spaces or lines between them.
    static func words(_ text: String) -> [String] {
        text.split { $0.isWhitespace }.map(String.init).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// Seconds of a duration as people write it; `nil` for an empty text.
    ///
    /// - Throws: `FieldFault`.
    static func seconds(_ text: String, field: String) throws(FieldFault) -> Int? {
        guard !text.isEmpty else { return nil }
        guard let seconds = DurationText.seconds(text, plain: 1) else {
            throw FieldFault("“\(text)” is not a duration. Write \(DurationText.examples), or seconds.", field: field)
        }
        return seconds
    }
}
