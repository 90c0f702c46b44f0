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
            return .page(content(registration, visit, isFaulty: true), status: 400)
        }
        try await clients.remove(id.text)
        return .redirect(to: ClientListPage.location, notice: "removed")
    }

    private func content(_ registration: ClientRegistration, _ visit: Visit, isFaulty: Bool = false) -> ConfirmContent {
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
            confirmation: client.id.text, isFaulty: isFaulty, button: "Remove the client", keep: "Keep it",
            action: visit.address.path + page + "/remove", cancel: visit.address.path + page,
            command: ShellCommand.text(["client", "remove"], on: client.id.text, ["--yes"]))
    }
}

/// `/clients/{client}/keys/{key}/{end}`: asks before a key is revoked or removed.
struct EndKeyPage: ConsolePage {
    enum End: String, CaseIterable {
        case revoke
        case remove
    }

    let path = ClientListPage.location + "/{client}/keys/{key}/{end}"
    let takesForms = true
    let isSensitive = true

    func show(_ visit: Visit) async throws -> any ConsoleContent { try await content(visit) }

    func act(_ form: Form, _ visit: Visit) async throws -> Answer {
        let content = try await content(visit)
        let (id, key) = (try visit.parameter("client"), try visit.parameter("key"))
        let clients = ClientAdministration(visit.store)
        let page = ClientPage.path(of: ClientID(id))
        switch content.end {
        case .revoke?:
            _ = try await clients.setStatus(.revoked(since: visit.now), ofKey: key, of: id)
            return .redirect(to: page, notice: "key-revoked")
        case .remove?:
            _ = try await clients.edit(id, removing: [key], adding: [], at: visit.now) { _ in }
            return .redirect(to: page, notice: "key-removed")
        case nil: throw ConsoleFailure.notFound("this address")
        }
    }

    private func content(_ visit: Visit) async throws -> ConfirmContent {
        let registration = try await ClientAdministration(visit.store).registration(of: try visit.parameter("client"))
        guard let end = End(rawValue: try visit.parameter("end")) else { throw ConsoleFailure.notFound("this address") }
        let thumbprint = try visit.parameter("key")
        guard let key = registration.keys.first(where: { $0.jwk.thumbprint == thumbprint }) else {
            throw ConsoleFailure.notFound("the key “\(thumbprint)”")
        }
        let client = registration.client
        let name = key.jwk.keyID.map { ShownText.of($0.text) } ?? String(thumbprint.prefix(8)) + "…"
        let page = ClientPage.path(of: client.id)
        let isLast =
            registration.keys.count { $0.jwk.thumbprint != thumbprint && $0.status.allowsUse(at: visit.now) } == 0
        let last = isLast ? " It is the last key that works: the client cannot prove itself afterwards." : ""
        return ConfirmContent(
            title: end == .revoke ? "Revoke the key \(name)?" : "Remove the key \(name)?", key: thumbprint,
            crumbs: [("Clients", ClientListPage.location), (client.shownName, page)],
            paragraphs: [
                end == .revoke
                    ? "Assertions signed with it are refused at once, and it stays revoked: a stolen key must not come back by mistake.\(last)"
                    : "The server forgets it. An assertion signed with it is then refused as one of an unknown key.\(last)"
            ],
            button: end == .revoke ? "Revoke the key" : "Remove the key", keep: "Keep it",
            action: "\(visit.address.path)\(page)/keys/\(thumbprint)/\(end.rawValue)",
            cancel: visit.address.path + page,
            command: end == .revoke
                ? ShellCommand.text(["client", "key", "revoke"], on: client.id.text, [thumbprint])
                : ShellCommand.edit(client.id, ["--remove-key", thumbprint]), end: end)
    }
}

/// A page that asks before something that cannot be undone.
struct ConfirmContent: ConsoleContent {
    static let template = "confirm"

    let title: String
    let key: String
    let crumbs: [(title: String, path: String)]
    /// What goes, and what stays.
    let paragraphs: [String]
    /// What has to be typed.
    var confirmation: String?
    var isFaulty = false
    let button: String
    let keep: String
    let action: String
    let cancel: String
    let command: String
    var end: EndKeyPage.End?

    var head: PageHead { PageHead(title: title, key: key, crumbs: crumbs, commands: [command]) }

    var context: [String: Any] {
        var context: [String: Any] = [
            "paragraphs": paragraphs, "button": button, "keep": keep, "action": action, "cancel": cancel,
        ]
        if let confirmation {
            context["confirm"] = ["text": confirmation, "is_faulty": isFaulty] as [String: Any]
        }
        return context
    }
}
