import Administration
import Pages

/// `/people/{person}`: one person with their sessions and what clients may do in their name.
struct PersonPage: ConsolePage {
    /// The most sessions that are shown, of those with the latest use.
    static let maximumSessions = 40
    /// The most clients with access that are shown.
    static let maximumAccess = 60

    let path = PeoplePage.location + "/{person}"
    let takesForms = true
    let notices = [
        "added": "The person has been added.", "saved": "The person has been changed.",
        "enabled": "The person is enabled, and can sign in again.",
        "disabled": "The person is disabled. Their sessions have ended, and no client can refresh a token for them.",
        "password": "The password has been set. Sessions and access that began with the old one have ended.",
        "session": "The session has ended.", "sessions": "All sessions have ended.",
        "access": "The access has been taken back.", "accesses": "All access has been taken back.",
        "more-accesses":
            "The access of \(PeopleAdministration.maximumWithdrawals) clients has been taken back. There are more: take back all access again.",
    ]

    /// Below the console's address.
    static func path(of id: UserID) -> String { "\(PeoplePage.location)/\(PathSegment.encoded(id.text))" }

    /// The person whom the path names.
    static func user(_ visit: Visit) async throws -> UserRecord {
        let id = UserID(try visit.parameter("person"))
        do {
            return try await PeopleAdministration(visit.store).user(id)
        } catch PeopleFailure.noUser {
            throw ConsoleFailure.notFound("the person “\(id.text)”")
        }
    }

    func show(_ visit: Visit) async throws -> any ConsoleContent {
        let people = PeopleAdministration(visit.store)
        let details = try await people.details(of: try await Self.user(visit), accessLimit: Self.maximumAccess + 1)
        return PersonContent(
            details: details,
            clients: try await RefusedClient.names(of: Set(details.accesses.map(\.client.text)), in: visit.store),
            isOwn: details.user.id == visit.person.user.id, now: visit.now, base: visit.address.path)
    }

    func act(_ form: Form, _ visit: Visit) async throws -> Answer {
        let user = try await Self.user(visit)
        let people = PeopleAdministration(visit.store)
        let here = Self.path(of: user.id)
        if let id = form.text("session") {
            try await people.endSession(id, of: user, at: visit.now)
            return .redirect(to: here, notice: "session")
        }
        if form.text("sessions") != nil {
            try await people.endSessions(of: user, at: visit.now)
            return .redirect(to: here, notice: "sessions")
        }
        if let client = form.text("client") {
            try await people.withdrawAccess(to: ClientID(ExactString(client)), of: user, at: visit.now)
            return .redirect(to: here, notice: "access")
        }
        if form.text("clients") != nil {
            let hasMore = try await people.withdrawAccess(of: user, at: visit.now).hasMore
            return .redirect(to: here, notice: hasMore ? "more-accesses" : "accesses")
        }
        return .redirect(to: here)
    }
}

struct PersonContent: ConsoleContent {
    static let template = "person"

    /// With one access more than are shown, if there are more.
    let details: UserDetails
    /// The clients with access.
    let clients: [String: RefusedClient]
    /// Whether it is the page of the person who looks at it.
    let isOwn: Bool
    let now: UnixTime
    /// The path of the console.
    let base: String

    private var user: UserRecord { details.user }

    var head: PageHead {
        PageHead(
            title: ShownText.of(user.displayName), key: user.name, crumbs: [("People", PeoplePage.location)],
            lead: lead, offersChanges: true,
            commands: [
                ShellCommand.text(["user", "show"], on: user.name),
                ShellCommand.text(["user", "edit"], on: user.name, ["--full-name", "NAME"]),
                ShellCommand.text(["user", user.isEnabled ? "disable" : "enable"], on: user.name),
            ]
                + (details.sessions.isEmpty
                    ? [] : [ShellCommand.text(["user", "end-session"], on: user.name, ["--all"])])
                + (details.accesses.isEmpty
                    ? [] : [ShellCommand.text(["user", "withdraw-access"], on: user.name, ["--all"])]))
    }

    private var lead: String {
        func number(_ count: Int, _ noun: String, _ nouns: String) -> String {
            count == 0 ? "no \(noun)" : count == 1 ? "1 \(noun)" : "\(count) \(nouns)"
        }
        let state =
            !user.isEnabled
            ? "Disabled: cannot sign in" : user.passwordHash == nil ? "Cannot sign in yet: no password" : "Can sign in"
        let clients =
            hasMoreAccesses
            ? "more than \(PersonPage.maximumAccess) clients have"
            : number(details.accesses.count, "client has", "clients have")
        return
            "\(state). Signed in with \(number(details.sessions.count, "browser", "browsers")), and \(clients) access."
    }

    private var shownSessions: [SessionRecord] {
        Array(details.sessions.sorted { $0.lastUsedAt > $1.lastUsedAt }.prefix(PersonPage.maximumSessions))
    }

    private var hasMoreAccesses: Bool { details.accesses.count > PersonPage.maximumAccess }

    var context: [String: Any] {
        let page = base + PersonPage.path(of: user.id)
        var context: [String: Any] = [
            "action": page, "edit": page + "/edit", "password": page + "/password", "disable": page + "/disable",
            "enable": page + "/enable",
            "remove": page + "/remove", "changes": base + ChangeWords.list(of: .user(user.id)),
            "is_enabled": user.isEnabled, "is_own": isOwn, "may_administer": rights,
            "state": PeoplePage.state(of: user).context, "facts": facts, "sessions": shownSessions.map(session),
            "has_sessions": !details.sessions.isEmpty,
            "accesses": details.accesses.prefix(PersonPage.maximumAccess).map(access),
            "has_accesses": !details.accesses.isEmpty,
        ]
        let others = details.sessions.count - shownSessions.count
        if others > 0 { context["more_sessions"] = ["number": others] }
        if hasMoreAccesses { context["more_accesses"] = ["limit": String(PersonPage.maximumAccess)] }
        return context
    }

    private var rights: [[String: Any]] {
        let groups = user.adminGroups
        guard !groups.isEmpty else { return [] }
        return [["words": groups.contains(.admin) ? "May change everything on this server" : "May look at everything"]]
    }

    private var facts: [[String: Any]] {
        func fact(_ label: String, _ values: [String]) -> [String: Any] {
            ["label": label, "values": values.prefix(50).map { ["text": ShownText.of($0, limit: 400)] }]
        }
        let claims = user.claims.members.map { member in
            let text = if case .string(let text) = member.value { text.text } else { member.value.render() }
            return fact(ShownText.of(member.name.text), [text])
        }
        return [
            fact("Identifier (sub)", [user.id.text]), fact("Groups", user.groups.isEmpty ? ["None"] : user.groups),
            fact("Password", [user.passwordChangedAt.map { "Set " + ShownTime.exact($0) } ?? "None"]),
        ] + claims + [
            fact("Added", [ShownTime.exact(user.createdAt)]), fact("Last changed", [ShownTime.exact(user.updatedAt)]),
        ]
    }

    private func session(_ session: SessionRecord) -> [String: Any] {
        var context: [String: Any] = [
            "id": session.id, "browser": BrowserName.words(for: session.agent),
            "since": ShownTime.context(session.authenticatedAt, at: now),
            "used": ShownTime.context(session.lastUsedAt, at: now),
        ]
        context["address"] = session.address.map { ShownText.of($0) }
        return context
    }

    private func access(_ access: ClientAccess) -> [String: Any] {
        let scopes = access.scopes.joined(separator: " ")
        return [
            "client": (clients[access.client.text] ?? RefusedClient(id: access.client.text)).context(below: base),
            "id": access.client.text, "since": ShownTime.context(access.since, at: now),
            "used": ShownTime.context(access.lastUse, at: now),
            "scopes": scopes.isEmpty ? "no scope" : ShownText.of(scopes, limit: 300),
            "is_console": access.client == .console,
            "how": access.consent == nil ? "Not asked: the client is trusted" : "Allowed by the person",
        ]
    }
}
