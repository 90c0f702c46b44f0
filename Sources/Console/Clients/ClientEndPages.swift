import Administration
import Pages

/// `/clients/{client}/remove`: asks before a client is removed, which cannot be undone.
struct RemoveClientPage: ConsolePage {
    let path = ClientListPage.location + "/{client}/remove"
    let takesForms = true
    let isSensitive = true

    func show(_ visit: Visit) async throws -> any ConsoleContent {
        let registration = try await ClientAdministration(visit.store).registration(of: try visit.parameter("client"))
        return content(registration, visit)
    }

    func act(_ form: Form, _ visit: Visit) async throws -> Answer {
        let clients = ClientAdministration(visit.store)
        let registration = try await clients.registration(of: try visit.parameter("client"))
        let id = registration.client.id
        guard form.text("confirmation").map({ ExactString($0) }) == id.value else {
            var content = content(registration, visit, isFaulty: true)
            content.basis = Basis(form)
            return .page(content, status: 400)
        }
        return try await Basis.Change(
            .client(id), form, visit, facts: { try $0.registration(of: id)?.facts },
            asking: { content(try await clients.registration(of: id.text), visit, conflict: $0) }
        ).make { store in
            try await ClientAdministration(store).remove(id.text)
            return .redirect(to: ClientListPage.location, notice: "removed")
        }
    }

    private func content(
        _ registration: ClientRegistration, _ visit: Visit, isFaulty: Bool = false, conflict: ShownConflict? = nil
    ) -> ConfirmContent {
        let client = registration.client
        let keys = registration.keys.count
        let page = ClientPage.path(of: client.id)
        return ConfirmContent(
            title: "Remove \(ShownText.of(client.shownName))?", key: client.id.text,
            crumbs: [("Clients", ClientListPage.location), (client.shownName, page)],
            paragraphs: [
                (keys == 0
                    ? "Its registration goes"
                    : keys == 1 ? "Its registration and its key go" : "Its registration and its \(keys) keys go")
                    + ". This cannot be undone. To shut it out for a while, disable it instead.",
                "JWTs that it holds stay valid at your APIs until they expire. Assertions that it has used stay used, even if it is registered again.",
            ],
            confirmation: client.id.text, isFaulty: isFaulty, basis: Basis(registration.facts), conflict: conflict,
            button: "Remove the client", keep: "Keep it",
            action: visit.address.path + page + "/remove", cancel: visit.address.path + page,
            command: ShellCommand.text(["client", "remove"], on: client.id.text, ["--yes"]))
    }
}

/// `/clients/{client}/enable`: lets a client in again, for which the person must have signed in a short time ago.
struct EnableClientPage: ConsolePage {
    let path = ClientListPage.location + "/{client}/enable"
    let takesForms = true
    let isSensitive = true

    func show(_ visit: Visit) async throws -> any ConsoleContent {
        try await content(visit)
    }

    private func content(_ visit: Visit, conflict: ShownConflict? = nil) async throws -> ConfirmContent {
        let registration = try await ClientAdministration(visit.store).registration(of: try visit.parameter("client"))
        let client = registration.client
        let page = ClientPage.path(of: client.id)
        return ConfirmContent(
            title: "Enable \(ShownText.of(client.shownName))?", key: client.id.text,
            crumbs: [("Clients", ClientListPage.location), (client.shownName, page)],
            paragraphs: ["It gets tokens again with its keys and secrets, as they are registered now."],
            basis: Basis(registration.facts), conflict: conflict, button: "Enable the client",
            keep: "Leave it disabled",
            action: visit.address.path + page + "/enable", cancel: visit.address.path + page,
            command: ShellCommand.text(["client", "enable"], on: client.id.text), isDangerous: false)
    }

    func act(_ form: Form, _ visit: Visit) async throws -> Answer {
        let id = ClientID(try visit.parameter("client"))
        return try await Basis.Change(
            .client(id), form, visit, facts: { try $0.registration(of: id)?.facts },
            asking: { try await content(visit, conflict: $0) }
        ).make { store in
            try await ClientAdministration(store).setEnabled(true, id.text, at: visit.now)
            return .redirect(to: ClientPage.path(of: id), notice: "enabled")
        }
    }
}

/// A page that asks before something that cannot be undone, or that gives access.
struct ConfirmContent: ConsoleContent {
    static let template = "confirm"

    let title: String
    let key: String
    let crumbs: [(title: String, path: String)]
    /// What goes, and what stays.
    let paragraphs: [String]
    /// What has to be typed.
    var confirmation: String?
    /// A time that has to be chosen, with what is in its field first.
    var until: String?
    var isFaulty = false
    /// What the question was made from, and is compared with what is when it is answered.
    var basis: Basis
    /// What somebody else has changed since the question was asked first.
    var conflict: ShownConflict?
    /// Whether it cannot be done, for the reason in the first paragraph.
    var isRefused = false
    let button: String
    let keep: String
    let action: String
    let cancel: String
    let command: String
    var isDangerous = true

    var head: PageHead { PageHead(title: title, key: key, crumbs: crumbs, commands: [command]) }

    var context: [String: Any] {
        var context: [String: Any] = [
            "paragraphs": paragraphs, "button": button, "keep": keep, "action": action, "cancel": cancel,
            "is_refused": isRefused,
        ]
        context["is_dangerous"] = isDangerous
        context["basis"] = basis.digest
        context["conflict"] = conflict?.context
        if let until { context["until"] = ["value": until, "is_faulty": isFaulty] as [String: Any] }
        if let confirmation, !isRefused {
            context["confirm"] = ["text": confirmation, "is_faulty": isFaulty] as [String: Any]
        }
        return context
    }
}
