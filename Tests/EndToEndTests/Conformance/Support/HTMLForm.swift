/// A form of a page, as a browser reads it.
struct HTMLForm {
    struct Field {
        let name: String
        let type: String
        let value: String
    }

    struct Button {
        let name: String?
        let value: String
    }

    /// As written in the page.
    let action: String
    let method: String
    /// The fields with names, hidden ones included, buttons excluded.
    let fields: [Field]
    let buttons: [Button]

    /// The field for the user name: the visible one before the password.
    var nameField: Field? { fields.first { ["text", "email"].contains($0.type) } }
    var passwordField: Field? { fields.first { $0.type == "password" } }

    func button(_ name: String, _ value: String) -> Button? {
        buttons.first { $0.name == name && $0.value == value }
    }

    /// Returns what a browser sends when the button is pressed.
    func submission(_ button: Button?, filling values: [String: String] = [:]) -> [(String, String)] {
        let typed = fields.filter { $0.type != "checkbox" || values[$0.name] != nil }
            .map { ($0.name, values[$0.name] ?? $0.value) }
        guard let button, let name = button.name else { return typed }
        return typed + [(name, button.value)]
    }

    /// Returns the forms of a page in order.
    static func all(in html: String) -> [HTMLForm] {
        var forms: [HTMLForm] = []
        var open: (attributes: [String: String], fields: [Field], buttons: [Button])?
        for tag in HTMLTag.all(in: html) {
            switch tag.name {
            case "form": open = (tag.attributes, [], [])
            case "input", "button":
                let type = tag.attributes["type"] ?? (tag.name == "button" ? "submit" : "text")
                let (name, value) = (tag.attributes["name"], tag.attributes["value"] ?? "")
                if type == "submit" {
                    open?.buttons.append(Button(name: name, value: value))
                } else if let name, type != "button" {
                    open?.fields.append(Field(name: name, type: type, value: value))
                }
            case "/form":
                guard let form = open else { continue }
                forms.append(
                    HTMLForm(
                        action: form.attributes["action"] ?? "",
                        method: form.attributes["method"]?.lowercased() ?? "get",
                        fields: form.fields, buttons: form.buttons))
                open = nil
            default: continue
            }
        }
        return forms
    }
}

/// A tag of a page with its attributes, entities decoded.
struct HTMLTag {
    /// In lower case; with a slash for closing tags.
    let name: String
    let attributes: [String: String]

    static func all(in html: String) -> [HTMLTag] {
        html.matches(of: /<(\/?[A-Za-z][A-Za-z0-9]*)((?:[^>"']|"[^"]*"|'[^']*')*)>/).map { match in
            HTMLTag(name: match.1.lowercased(), attributes: attributes(in: match.2))
        }
    }

    private static func attributes(in text: Substring) -> [String: String] {
        var attributes: [String: String] = [:]
        for match in text.matches(of: /([A-Za-z][A-Za-z0-9_-]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/) {
            let value = match.2 ?? match.3 ?? match.4 ?? ""
            attributes[match.1.lowercased()] = decoded(String(value))
        }
        return attributes
    }

    /// Decodes the entities that renderers use.
    private static func decoded(_ text: String) -> String {
        let named = ["lt": "<", "gt": ">", "quot": "\"", "apos": "'", "amp": "&"]
        return text.replacing(/&(?:#x([0-9A-Fa-f]+)|#([0-9]+)|([a-z]+));/) { match -> String in
            let code = match.1.flatMap { UInt32($0, radix: 16) } ?? match.2.flatMap { UInt32($0) }
            if let scalar = code.flatMap(UnicodeScalar.init) { return String(Character(scalar)) }
            return match.3.flatMap { named[String($0)] } ?? String(match.0)
        }
    }
}
