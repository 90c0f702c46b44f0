import Administration
import Server

extension PeopleFailure: MessageError {
    var message: String {
        switch self {
        case .noUser(let name): "There is no person '\(name)'. 'countersign user list' shows the people."
        case .noSession, .noAccess: "\(detail) 'countersign user show' shows sessions and access."
        case .lastAdministrator:
            "\(detail) 'countersign user edit NAME --group admin' does. On the server's own machine, --last-administrator with --data leaves that out."
        }
    }
}

extension UserClaimFault: MessageError {
    var message: String { "The claim '\(claim)' cannot be set: \(problem)." }
}

extension PasswordFault: MessageError {
    var message: String {
        switch self {
        case .tooShort(let minimum):
            "The password is too short: it needs at least \(minimum) characters. A few words are easy to remember."
        case .tooLong(let maximum):
            "The password is too long: it can have at most \(maximum) bytes. Choose a shorter one."
        case .common: "The password is one of the first that are guessed. Choose another one."
        case .containsName: "The password is little more than a name that is easy to guess. Choose another one."
        }
    }
}

extension PasswordHashingError: MessageError {
    var message: String {
        switch self {
        case .busy: "Too many passwords are being checked. Try again."
        case .failed: "The password cannot be hashed: there is not enough memory. Free some, or lower password_cost."
        }
    }
}

extension UserRecord {
    var stateText: String {
        if !isEnabled { return "disabled" }
        return passwordHash == nil ? "enabled, no password" : "enabled"
    }
}

extension UserDetails {
    /// The person in two columns.
    func text(at now: UnixTime) -> String {
        var rows = [
            ["User name", user.name], ["Identifier", user.id.text], ["State", user.isEnabled ? "enabled" : "disabled"],
            ["Password", user.passwordText],
            ["Groups", user.groups.isEmpty ? "none" : user.groups.joined(separator: " ")],
        ]
        rows += user.claims.members.map { ["  " + $0.name.text, $0.value.claimText] }
        rows += [["Added", user.createdAt.text], ["Changed", user.updatedAt.text]]
        rows += sessions.filter { now < $0.expiresAt }.map { session in
            let agent = session.agent.isEmpty ? "an unknown browser" : session.agent
            let place = session.address.map { " at \($0)" } ?? ""
            return [
                "Session",
                "\(session.id), since \(session.authenticatedAt.text), last used \(session.lastUsedAt.text), \(agent)\(place)",
            ]
        }
        rows += accesses.map { ["Access", $0.text] }
        return Columns.text(rows)
    }
}

extension ClientAccess {
    fileprivate var text: String {
        """
        \(client.text): \((scopes + resources).joined(separator: " ")), \
        \(consent.map { "consent of \($0.givenAt.text)" } ?? "no consent, because the operator trusts it"), since \(since.text), last used \(lastUse.text)
        """
    }
}

extension UserRecord {
    fileprivate var passwordText: String {
        guard passwordHash != nil else { return "none: the person cannot sign in" }
        return passwordChangedAt.map { "set \($0.text)" } ?? "set"
    }
}

extension JSONValue {
    /// A text without quotes, anything else as JSON.
    fileprivate var claimText: String {
        if case .string(let text) = self { text.text } else { render() }
    }
}
