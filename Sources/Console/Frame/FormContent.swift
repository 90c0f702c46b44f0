import Pages

/// A page with a form, whose fields say what was not accepted.
struct FormContent: ConsoleContent {
    static let template = "form"

    struct Field: Sendable {
        let name: String
        let label: String
        var hint = ""
        var control: ClientField.Control = .text(isKey: false)
        var value = ""
    }

    struct Group: Sendable {
        let id: String
        let title: String
        var note = ""
        let fields: [Field]
    }

    let head: PageHead
    let groups: [Group]
    var faults: [FieldFault] = []
    /// What should be known before the form is sent.
    var warnings: [String] = []
    /// What somebody else has changed meanwhile: a sentence, or with a link to the change.
    var conflict: String?
    var changed: ShownConflict?
    /// Hidden fields.
    var values: [(name: String, value: String)] = []
    let button: String
    /// From the root.
    let action: String
    let cancel: String

    /// What is saved, at each field where something else was typed.
    static func differences(between saved: [Group], and typed: [Group]) -> [FieldFault] {
        let values = typed.flatMap(\.fields).map(\.value)
        return zip(saved.flatMap(\.fields), values).compactMap { field, value in
            guard !field.value.utf8.elementsEqual(value.utf8) else { return nil }
            let text = field.value.isEmpty ? "nothing" : "“\(ShownText.of(field.value, limit: 400))”"
            return FieldFault("Saved now: \(text).", field: field.name)
        }
    }

    var context: [String: Any] {
        var context: [String: Any] = [
            "groups": groups.map { group in
                [
                    "id": group.id, "title": group.title, "note": group.note.isEmpty ? [] : [group.note],
                    "is_folded": false,
                    "fields": group.fields.map { field in
                        FieldContext.context(
                            field, fault: faults.first { $0.field == field.name }?.message)
                    },
                ] as [String: Any]
            },
            "warnings": warnings.map { ["text": $0] }, "values": values.map { ["name": $0.name, "value": $0.value] },
            "button": button, "action": action, "cancel": cancel,
        ]
        if !faults.isEmpty { context["summary"] = FieldContext.summary(faults) }
        context["conflict"] = changed?.context ?? conflict.map { ["heading": ShownConflict.heading, "text": $0] }
        return context
    }
}
