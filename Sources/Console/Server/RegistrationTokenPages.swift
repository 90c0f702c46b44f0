import Administration
import Pages

/// `/registration-tokens`: the initial access tokens with which clients register themselves (RFC 7591 §3).
struct RegistrationTokensPage: ConsolePage {
    static let location = "/registration-tokens"
    private static let pageSize = 40
    /// How many tokens are counted.
    private static let bound = 1000

    let path = Self.location
    let notices = ["revoked": "The token has been revoked. Clients that have registered with it stay."]

    func show(_ visit: Visit) async throws -> any ConsoleContent {
        let tokens = RegistrationTokenAdministration(visit.store)
        // An unknown word filters nothing.
        let state = InitialAccessToken.State(rawValue: visit.query?.text("state") ?? "")
        let position = visit.query?.text("after").flatMap { InitialAccessTokenPosition(shown: $0) }
        let found = try await tokens.page(
            in: state, after: position, newestFirst: true, limit: Self.pageSize, at: visit.now)
        let page = Array(found.prefix(Self.pageSize))
        let counts = try await visit.store.initialAccessTokens.counts(at: visit.now, bound: Self.bound)
        let url = visit.address.path + Self.location
        let newest = url + Self.query(state)
        var content = ListContent(
            head: PageHead(
                title: "Registration tokens", lead: Self.lead(counts, state ?? .usable), offersChanges: true,
                commands: [
                    ShellCommand.text(["registration-token", "list"] + Self.options(state)),
                    ShellCommand.text(["registration-token", "add", "--note", "NOTE", "--uses", "1", "--expires", "7d"]
                    ),
                ]),
            action: url, table: Self.table(page, visit),
            empty: Self.empty(counts.total, state, newest: position == nil ? nil : newest, all: url),
            add: ("Make a token", visit.address.path + AddRegistrationTokenPage.location),
            otherActions: [
                ("Clients registered with a token", visit.address.path + ClientListPage.location + "?from=token")
            ],
            filters: [
                .init(
                    name: "state", label: "State", value: state?.rawValue ?? "",
                    control: .choice(
                        [("", "Any")] + InitialAccessToken.State.allCases.map { ($0.rawValue, Self.badge($0).word) }))
            ])
        content.pages = { count in
            let last = count < found.count ? found.prefix(count).last : nil
            return ListContent.Pages(
                previous: position == nil ? nil : ("Newest", newest),
                next: last.map { ("Older", url + Self.query(state, after: $0.position)) })
        }
        return content
    }

    /// The options of the command that lists the same tokens.
    static func options(_ state: InitialAccessToken.State?) -> [String] {
        state.map { ["--state", $0.rawValue] } ?? []
    }

    private static func query(
        _ state: InitialAccessToken.State?, after position: InitialAccessTokenPosition? = nil
    ) -> String {
        let parameters = [("state", state?.rawValue), ("after", position?.shown)].compactMap { name, value in
            value.map { (name: name, value: $0) }
        }
        return parameters.isEmpty ? "" : "?" + FormWriter.encoded(parameters)
    }

    private static func empty(
        _ total: FoundCount, _ state: InitialAccessToken.State?, newest: String?, all: String
    ) -> ListContent.Empty {
        if total.number == 0 {
            return .init(
                title: "No registration token yet",
                text: "Make one for a team whose programs should register themselves (RFC 7591).")
        }
        if let newest { return .init(title: "No older token", text: "The list has ended.", link: ("Newest", newest)) }
        return .init(
            title: "No token matches", text: "No registration token is in this state.", link: ("Show all", all))
    }

    private static func lead(
        _ counts: (total: FoundCount, states: [InitialAccessToken.State: Int]), _ state: InitialAccessToken.State
    ) -> String {
        let words = "With one that works, a client registers itself, without an administrator."
        if counts.total.number == 0 {
            return "With a registration token a client registers itself, without an administrator."
        }
        let number = ShownNumber.of(counts.states[state] ?? 0)
        let verb =
            switch state {
            case .usable: "work"
            case .used: "are used up"
            case .expired: "have expired"
            }
        return counts.total.hasMore
            ? "\(ShownNumber.of(counts.total)); \(number) of the newest \(ShownNumber.of(bound)) \(verb). \(words)"
            : "\(number) of \(ShownNumber.of(counts.total)) \(verb). \(words)"
    }

    private static func table(_ tokens: [InitialAccessToken], _ visit: Visit) -> ShownTable {
        let base = visit.address.path
        return ShownTable(
            id: "tokens", caption: "Registration tokens, the newest first",
            columns: ["Token", "State", "Uses", "Its clients may have", "Works until"],
            rows: tokens.map { token in
                let grants = token.grants.map { $0.map(\.rawValue).joined(separator: " ") }
                let name = token.note.isEmpty ? token.id : token.note
                return ShownTable.Row(cells: [
                    .link(
                        name, to: visit.person.mayChange ? base + RevokeTokenPage.path(of: token.id) : nil, limit: 200
                    )
                    .noting(token.note.isEmpty ? nil : token.id, isKey: true),
                    .badge(badge(token.state(at: visit.now))), .text("\(token.uses) of \(token.maximumUses)"),
                    .text(
                        token.scopes.map { $0.isEmpty ? "no scope" : $0.joined(separator: " ") } ?? "The usual scopes",
                        limit: 200
                    )
                    .noting(grants),
                    .time(token.expiresAt, at: visit.now),
                ])
            })
    }

    private static func badge(_ state: InitialAccessToken.State) -> ShownBadge {
        switch state {
        case .usable: ShownBadge(kind: .ok, word: "Works", isPlain: true)
        case .used: ShownBadge(kind: .off, word: "Used up")
        case .expired: ShownBadge(kind: .off, word: "Expired")
        }
    }
}

extension InitialAccessTokenPosition {
    /// In the address of a page: `1764209001234.5f0c2a9d`.
    fileprivate var shown: String { "\(createdAt.milliseconds).\(id)" }

    fileprivate init?(shown text: String) {
        let parts = text.split(separator: ".", maxSplits: 1)
        guard parts.count == 2, let milliseconds = Int64(parts[0]), parts[1].utf8.count <= 64 else { return nil }
        self.init(createdAt: UnixTime(milliseconds: milliseconds), id: String(parts[1]))
    }
}

/// `/add-registration-token`: makes a token, which is shown once.
struct AddRegistrationTokenPage: ConsolePage {
    static let location = "/add-registration-token"

    let path = Self.location
    let takesForms = true
    let keepsForm = true
    // Who has the token can register clients.
    let isSensitive = true

    private static let made = Once.Thing(
        kind: .registrationToken, id: RegistrationTokenAdministration.id(of:), noun: "registration token",
        hasSecret: true, path: RevokeTokenPage.path(of:),
        advice: "If the value is lost, revoke the token and make another one.",
        form: ("Make another token", location), crumbs: [("Registration tokens", RegistrationTokensPage.location)])

    func show(_ visit: Visit) -> any ConsoleContent { content(nil, [], visit) }

    private func content(_ form: Form?, _ faults: [FieldFault], _ visit: Visit) -> FormContent {
        func value(_ name: String, _ standard: String = "") -> String { form.map { $0.text(name) ?? "" } ?? standard }
        let grants = GrantType.allCases.map(\.rawValue).joined(separator: ", ")
        return FormContent(
            head: PageHead(
                title: "Make a registration token", crumbs: [("Registration tokens", RegistrationTokensPage.location)],
                lead: "A client that has it registers itself. What its registration may contain is decided here.",
                offersChanges: true,
                commands: [
                    ShellCommand.text([
                        "registration-token", "add", "--note", "NOTE", "--scope", "SCOPE", "--uses", "1",
                    ])
                ]),
            groups: [
                FormContent.Group(
                    id: "terms", title: "What it is for",
                    fields: [
                        FormContent.Field(
                            name: "note", label: "Note", hint: "For operators: which team has it, and why.",
                            value: value("note")),
                        FormContent.Field(
                            name: "expires_in", label: "Works for",
                            hint: "Such as \(DurationText.examples); at most 365d.",
                            control: .text(isKey: true), value: value("expires_in", "7d")),
                        FormContent.Field(
                            name: "maximum_uses", label: "Clients", hint: "How many clients can register with it.",
                            control: .text(isKey: true), value: value("maximum_uses", "1")),
                        FormContent.Field(
                            name: "scopes", label: "Scopes",
                            hint:
                                "What its clients may ask for, separated by spaces. Empty: those of the server’s settings.",
                            control: .text(isKey: true), value: value("scopes")),
                        FormContent.Field(
                            name: "grant_types", label: "Grants",
                            hint: "Separated by spaces, out of \(grants). Empty: those with which people sign in.",
                            control: .text(isKey: true), value: value("grant_types")),
                        FormContent.Field(
                            name: "allow_reuse", label: "Its clients may use an assertion again",
                            hint: "The member token_endpoint_allow_reuse_pvt_key_jwt of their registration.",
                            control: .check,
                            value: value("allow_reuse")),
                    ])
            ], faults: faults, values: [(Once.field, (Once(form) ?? Once()).value)], button: "Make the token",
            action: visit.address.path + Self.location,
            cancel: visit.address.path + RegistrationTokensPage.location)
    }

    func act(_ form: Form, _ visit: Visit) async throws -> Answer {
        func text(_ name: String) -> String { ClientField.trimmed(form.text(name) ?? "") }
        do {
            let uses = text("maximum_uses")
            guard let count = Int(uses) else {
                throw FieldFault("“\(uses)” is not a whole number.", field: "maximum_uses")
            }
            var document: JSONObject = [
                "note": .string(text("note")), "maximum_uses": .number(count),
                "allow_reuse": .boolean(!text("allow_reuse").isEmpty),
            ]
            if let seconds = try DocumentForm.seconds(text("expires_in"), field: "expires_in") {
                document.set("expires_in", .number(seconds))
            }
            for name in ["scopes", "grant_types"] where !text(name).isEmpty {
                document.set(name, .array(DocumentForm.words(text(name))))
            }
            let terms = try RegistrationTokenAdministration.Terms(document)
            return try await Once.make(Self.made, form, visit) { id in
                let made = try await RegistrationTokenAdministration(visit.store).add(terms, id: id, at: visit.now)
                return .page(MadeTokenContent(token: made.token, record: made.record, base: visit.address.path))
            }
        } catch let fault as FieldFault {
            return .page(content(form, [fault], visit), status: 400)
        } catch let invalid as InvalidDocument {
            return .page(content(form, DocumentForm.faults(invalid), visit), status: 400)
        }
    }
}

/// A new token, which is shown this once.
struct MadeTokenContent: ConsoleContent {
    let isOutcome = true
    static let template = "secret_shown"

    let token: String
    let record: InitialAccessToken
    /// The path of the console.
    let base: String

    var head: PageHead {
        PageHead(
            title: "The new registration token", key: record.id,
            crumbs: [("Registration tokens", RegistrationTokensPage.location)],
            lead:
                "It works until \(ShownTime.exact(record.expiresAt)), for \(record.maximumUses == 1 ? "one client" : "\(record.maximumUses) clients")."
        )
    }

    var context: [String: Any] {
        [
            "secret": token, "words": "It is shown this once: the server keeps its digest. Copy it now.",
            "back": ["url": base + RegistrationTokensPage.location, "text": "To the registration tokens"],
        ]
    }
}

/// `/registration-tokens/{token}/revoke`
struct RevokeTokenPage: ConsolePage {
    let path = RegistrationTokensPage.location + "/{token}/revoke"
    let takesForms = true
    let isSensitive = true

    /// Below the console's address.
    static func path(of id: String) -> String { "\(RegistrationTokensPage.location)/\(PathSegment.encoded(id))/revoke" }

    func show(_ visit: Visit) async throws -> any ConsoleContent { try await content(visit) }

    private func content(_ visit: Visit, conflict: ShownConflict? = nil) async throws -> ConfirmContent {
        let token = try await RegistrationTokenAdministration(visit.store).token(try visit.parameter("token"))
        let list = visit.address.path + RegistrationTokensPage.location
        let note = token.note.isEmpty ? "" : " Its note: “\(ShownText.of(token.note, limit: 300))”."
        return ConfirmContent(
            title: "Revoke the registration token?", key: token.id,
            crumbs: [("Registration tokens", RegistrationTokensPage.location)],
            paragraphs: [
                "No further client can register with it. It was used \(token.uses) of \(token.maximumUses) times.\(note)",
                "Clients that have registered with it stay, and go on managing their registration.",
            ], basis: Basis(token.facts), conflict: conflict, button: "Revoke the token", keep: "Cancel",
            action: visit.address.path + Self.path(of: token.id),
            cancel: list,
            command: ShellCommand.text(["registration-token", "revoke"], on: token.id))
    }

    func act(_ form: Form, _ visit: Visit) async throws -> Answer {
        let id = try visit.parameter("token")
        return try await Basis.Change(
            ChangeSubject(.registrationToken, ExactString(id)), form, visit,
            facts: { try $0.initialAccessToken(id)?.facts }, asking: { try await content(visit, conflict: $0) }
        ).make { store in
            try await RegistrationTokenAdministration(store).revoke(id)
            return .redirect(to: RegistrationTokensPage.location, notice: "revoked")
        }
    }
}
