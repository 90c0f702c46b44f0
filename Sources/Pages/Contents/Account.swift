import Server

extension AccountPage {
    func context(_ translation: Translation) -> [String: Any] {
        let times = TimeWords(translation: translation, now: now)
        var context: [String: Any] = [
            "title": translation["account_title"], "name": ShownText.of(name), "action": action,
            "hidden": hidden.context, "is_email_verified": isEmailVerified,
            "sessions": sessions.map { $0.context(translation, times) },
            "has_other_sessions": sessions.contains { !$0.isCurrent },
            "accesses": accesses.map { $0.context(translation, times) }, "has_accesses": !accesses.isEmpty,
            "has_trusted": accesses.contains(where: \.isTrusted), "has_more_access": hasMoreAccess,
            "has_password": passwordChangedAt != nil,
        ]
        context["email"] = email.map { ShownText.of($0) }
        context["password_changed"] = passwordChangedAt.map { time in
            [
                "words": translation.sentence(
                    "password_changed_at", ["ago": [times.ago(time)], "time": [times.date(time)]])
            ]
        }
        notice.map { context.merge($0.context(translation)) { $1 } }
        return context
    }
}

extension AccountPage.Session {
    fileprivate func context(_ translation: Translation, _ times: TimeWords) -> [String: Any] {
        let began = methods.contains("pwd") ? "session_began_password" : "session_began"
        var used: [String: [Part]] = ["ago": [times.ago(lastUsedAt)]]
        if let address { used["address"] = [.code(address)] }
        return [
            "id": id, "is_current": isCurrent, "agent": BrowserName.words(for: agent, in: translation),
            "began": translation.sentence(began, ["ago": [times.ago(signedInAt)], "time": [times.date(signedInAt)]]),
            "used": translation.sentence(address == nil ? "session_used" : "session_used_from", used),
        ]
    }
}

extension AccountPage.Access {
    fileprivate func context(_ translation: Translation, _ times: TimeWords) -> [String: Any] {
        // Several clients may describe themselves on one host.
        let claimed = client.selfDescription?.name.map { " (\($0))" } ?? ""
        let key = isTrusted || !isAllowed ? "access_by_operator" : "access_by_person"
        var context: [String: Any] = [
            "client": ShownText.of(client.name + claimed), "id": client.id,
            "scopes": StandardScope.line(scopes, translation),
            "since": translation.sentence(key, ["time": [times.date(since)], "ago": [times.ago(lastUse)]]),
        ]
        if !resources.isEmpty { context["resources"] = ["line": translation.line(resources.map(Part.code))] }
        return context
    }
}

extension AccountPage.Notice {
    fileprivate func context(_ translation: Translation) -> [String: Any] {
        func done(_ key: String, _ values: [String: [Part]] = [:]) -> [String: Any] {
            ["done": ["message": translation.sentence(key, values)]]
        }
        func failed(_ name: String, field: String, _ message: String) -> [String: Any] {
            ["failed": ["field": field, "message": message], name: message]
        }
        switch self {
        case .sessionEnded: return done("done_session")
        case .otherSessionsEnded: return done("done_other_sessions")
        case .accessEnded(let client, let isTrusted):
            return done(isTrusted ? "done_access_trusted" : "done_access", ["client": [.name(client)]])
        case .passwordChanged: return done("done_password")
        case .wrongPassword: return failed("wrong_password", field: "password", translation["password_wrong"])
        case .weakPassword(let fault):
            return failed("weak_password", field: "new_password", fault.words(in: translation))
        case .tooManyAttempts(let wait):
            let time = TimeWords.wait(wait, in: translation)
            return failed(
                "wrong_password", field: "password", translation.text("password_too_many", ["time": time]))
        }
    }
}

extension PasswordFault {
    fileprivate func words(in translation: Translation) -> String {
        switch self {
        case .tooShort(let minimum): translation.text("password_too_short", ["n": String(minimum)])
        case .tooLong(let maximum): translation.text("password_too_long", ["n": String(maximum)])
        case .common: translation["password_common"]
        case .containsName: translation["password_contains_name"]
        }
    }
}
