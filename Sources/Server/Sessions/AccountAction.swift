/// What a person does on the account page: the button that they pressed, with its value.
enum AccountAction: Sendable, Equatable {
    /// - Parameter id: `sid`.
    case endSession(id: String)
    case endOtherSessions
    case endAccess(ClientID)
    case signOut
    case changePassword(current: String, new: String)

    /// - Returns: `nil` if the form has none of the buttons.
    init?(_ form: Form) {
        if let id = form.text("end_session") {
            self = .endSession(id: id)
        } else if form.text("end_other_sessions") != nil {
            self = .endOtherSessions
        } else if let client = form.text("end_access") {
            self = .endAccess(ClientID(client))
        } else if form.text("sign_out") != nil {
            self = .signOut
        } else if form.text("change_password") != nil {
            self = .changePassword(current: form.text("password") ?? "", new: form.text("new_password") ?? "")
        } else {
            return nil
        }
    }
}

/// What was done, in the query of the account page, which the browser gets after each change so that reloading it repeats nothing.
///
/// A link cannot make the page show a text of its own: it can only name what is in this list.
enum AccountNotice: Sendable, Equatable {
    case sessionEnded
    case otherSessionsEnded
    case accessEnded(ClientID)
    case passwordChanged

    private static let accessEnded = "access-ended"
    private static let words: [(word: String, notice: AccountNotice)] = [
        ("session-ended", .sessionEnded), ("other-sessions-ended", .otherSessionsEnded),
        ("password-changed", .passwordChanged),
    ]

    init?(_ query: Form) {
        let word = query.text("notice")
        if word == Self.accessEnded, let client = query.text("client") {
            self = .accessEnded(ClientID(client))
        } else if let found = Self.words.first(where: { $0.word == word }) {
            self = found.notice
        } else {
            return nil
        }
    }

    var query: String {
        if case .accessEnded(let client) = self {
            return FormWriter.encoded([("notice", Self.accessEnded), ("client", client.text)])
        }
        return FormWriter.encoded(Self.words.filter { $0.notice == self }.map { ("notice", $0.word) })
    }
}
