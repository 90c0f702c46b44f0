import Administration

/// Changes as text.
extension Change {
    /// All about the change: what differs is one value a line, as JSON.
    func text(on terminal: Terminal) -> String {
        var facts = [
            ["Change", "\(number)"], ["At", at.exactText], ["By", actor.text], ["Through", actor.channel.text],
            ["Action", action.rawValue], ["Subject", subject.text],
        ]
        if let undoes { facts.append(["Undoes", "change \(undoes)"]) }
        facts.append(["Digest", Base64URL.encode(digest)])
        let lines = lines.flatMap { line in
            [
                line.before.map { terminal.styled(Self.line("-", line.path, $0), .red) },
                line.after.map { terminal.styled(Self.line("+", line.path, $0), .green) },
            ].compactMap(\.self)
        }
        return ([Columns.text(facts)] + (lines.isEmpty ? [] : [""]) + lines).joined(separator: "\n")
    }

    /// The longest value that is shown; certificates are longer.
    private static let longestValue = 500

    private static func line(_ sign: String, _ path: String, _ value: String) -> String {
        let shown = value.count <= longestValue ? value : "\(value.prefix(longestValue))…"
        return "  \(sign) \(VisibleText.of(path)): \(VisibleText.of(shown))"
    }
}

extension ShownChange {
    func text(on terminal: Terminal) -> String {
        switch self {
        case .change(let change): change.text(on: terminal)
        case .unreadable(let change): change.text
        }
    }
}

extension UnreadableChange {
    /// The problem, and what is stored, as it is stored.
    fileprivate var text: String {
        var facts = [["Change", "\(number)"], ["Problem", problem]]
        for member in stored?.members ?? [] where member.name != "number" && member.value != .null {
            facts.append([member.name.text, Self.shown(member.name.text, member.value)])
        }
        return Columns.text(facts)
    }

    /// The longest value that is shown.
    private static let longestValue = 500

    private static func shown(_ name: String, _ value: JSONValue) -> String {
        if name == "at", case .number(let number) = value, let time = number.integer {
            return UnixTime(milliseconds: time).exactText
        }
        guard case .string(let text) = value else { return value.render() }
        return text.text.count <= longestValue ? text.text : "\(text.text.prefix(longestValue))…"
    }
}

extension ChangeSubject {
    var text: String { id.text.isEmpty ? kind.noun : "\(kind.noun) \(id)" }
}

extension Actor {
    var text: String {
        switch identity {
        case .person(let id, let name): "\(name) (\(id))"
        case .client(let id): "the client \(id)"
        case .systemUser(let user, let sudoUser?): "\(user), by sudo of \(sudoUser)"
        case .systemUser(let user, nil): user
        case .server: "the server"
        case .unknown: "unknown"
        }
    }
}

extension Actor.Channel {
    fileprivate var text: String {
        switch self {
        case .console: "console"
        case .api: "admin API"
        case .commandLine: "command line"
        case .account: "account page"
        case .registration: "its registration"
        case .server: "background work"
        case .unknown: "unknown"
        }
    }
}

extension ChangeFailure: MessageError {
    var message: String { detail }
}
