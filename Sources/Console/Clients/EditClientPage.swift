import Administration
import Pages

/// `/clients/{client}/edit`: the form of a client, then what is different, then the change.
///
/// Each step is a form with everything that was typed, and the digest of the registration that it began with. If the registration is another one
/// when the change is made, in the store's own transaction, the person sees both and decides.
struct EditClientPage: ConsolePage {
    let path = ClientListPage.location + "/{client}/edit"
    let takesForms = true
    let keepsForm = true
    // A new address of keys, another method or more scopes can let somebody else act as the client.
    let isSensitive = true

    /// What does the same, without values.
    static func command(_ id: ClientID) -> String {
        ShellCommand.edit(id, ["--name", "NAME", "--scope", "SCOPE"])
    }

    func show(_ visit: Visit) async throws -> any ConsoleContent {
        let client = try await client(visit)
        return EditClientContent(
            client: client, form: ClientForm(client), basis: ClientForm.basis(of: client), faults: [],
            base: visit.address.path)
    }

    private func client(_ visit: Visit) async throws -> ClientRecord {
        try await ClientAdministration(visit.store).registration(of: try visit.parameter("client")).client
    }

    func act(_ form: Form, _ visit: Visit) async throws -> Answer {
        let current = try await client(visit)
        let typed = ClientForm(form)
        let basis = form.text(ClientForm.basisField) ?? ""
        func editing(_ faults: [FieldFault], basis: String) -> Answer {
            .page(
                EditClientContent(
                    client: current, form: typed, basis: basis, faults: faults, base: visit.address.path),
                status: faults.isEmpty ? 200 : 400)
        }
        var changed = current
        var faults = typed.apply(to: &changed)
        // A client without a grant, which an API that only asks about tokens may be, can still be changed in other respects.
        if changed.grants.isEmpty, !current.grants.isEmpty { faults.append(ClientForm.noGrant) }
        guard faults.isEmpty else { return editing(faults, basis: basis) }
        let changes = ClientForm.changes(from: current, to: changed)
        guard !changes.isEmpty else { return .redirect(to: ClientPage.path(of: current.id), notice: "unchanged") }
        func review(conflict: String? = nil) -> Answer {
            .page(
                ReviewContent(
                    client: current, changed: changed, form: typed, changes: changes, conflict: conflict,
                    base: visit.address.path), status: conflict == nil ? 200 : 409)
        }
        guard ClientForm.isBasis(basis, of: current) else {
            let who = await LatestChange.words(of: .client(current.id), visit)
            return review(conflict: who ?? "Another operator has changed it")
        }
        if form.text("go_on") != nil { return editing([], basis: basis) }
        guard form.text("save") != nil else { return review() }
        do {
            let condition = ChangeCondition { [id = current.id] records in
                try records.registration(of: id).map { ClientForm.isBasis(basis, of: $0.client) } ?? true
            }
            _ = try await ClientAdministration(visit.store.requiring(condition)).edit(
                current.id.text, removing: [], adding: [], at: visit.now
            ) { client in _ = typed.apply(to: &client) }
        } catch StoreError.changed {
            return try await act(form, visit)
        } catch {
            guard let fault = FieldContext.fault(error) else { throw error }
            return editing([fault], basis: basis)
        }
        return .redirect(to: ClientPage.path(of: current.id), notice: "saved")
    }
}

struct EditClientContent: ConsoleContent {
    static let template = "form"

    /// As it is registered now.
    let client: ClientRecord
    let form: ClientForm
    let basis: String
    let faults: [FieldFault]
    /// The path of the console.
    let base: String

    var head: PageHead {
        PageHead(
            title: "Edit \(ShownText.of(client.shownName))", key: client.id.text,
            crumbs: [("Clients", ClientListPage.location), (client.shownName, ClientPage.path(of: client.id))],
            lead: "You see what is different before anything is saved.", offersChanges: true,
            commands: [EditClientPage.command(client.id)])
    }

    var context: [String: Any] {
        let page = base + ClientPage.path(of: client.id)
        var context: [String: Any] = [
            "action": page + "/edit", "cancel": page, "groups": form.groups(faults),
            "values": [["name": ClientForm.basisField, "value": basis]], "button": "See what is different",
        ]
        if !faults.isEmpty { context["summary"] = FieldContext.summary(faults) }
        return context
    }
}

/// What a change of a client would change, or what two people want it to be.
struct ReviewContent: ListedContent {
    static let template = "review_client"

    /// As it is registered now.
    let client: ClientRecord
    let changed: ClientRecord
    let form: ClientForm
    let changes: [ClientForm.Change]
    /// Who has changed it since the form was opened; `nil` if it is what the form began with.
    let conflict: String?
    /// The path of the console.
    let base: String
    /// How much of long values is shown. What the form sends is always whole, in fields of its own: a text of the table goes through `ShownText`,
    /// and half of them are what is replaced.
    var detail = Detail.whole

    enum Detail: Int {
        case beginnings = 1
        case differences, whole

        /// The number of lines of one value, and of bytes of HTML in one line.
        var limits: (lines: Int, room: Int) {
            switch self {
            case .beginnings: (5, 160)
            case .differences: (20, 400)
            case .whole: (.max, .max)
            }
        }
    }

    var rowCount: Int { detail.rawValue }

    func keeping(_ count: Int) -> ReviewContent {
        var content = self
        content.detail = Detail(rawValue: count) ?? .beginnings
        return content
    }

    private var isConflict: Bool { conflict != nil }

    var head: PageHead {
        let name = ShownText.of(client.shownName)
        return PageHead(
            title: isConflict ? "Two people, one client" : "Changes of \(name)", key: client.id.text,
            crumbs: [("Clients", ClientListPage.location), (client.shownName, ClientPage.path(of: client.id))],
            lead: conflict.map { "\($0), while you were editing it. Nothing of yours has been saved yet." }
                ?? (changes.count == 1
                    ? "One field is different. Nothing has been saved yet."
                    : "\(changes.count) fields are different. Nothing has been saved yet."),
            offersChanges: true,
            commands: [
                PageHead.command(
                    ShellCommand.edit(client.id, ClientForm.options(from: client, to: changed)),
                    or: EditClientPage.command(client.id))
            ])
    }

    var context: [String: Any] {
        let page = base + ClientPage.path(of: client.id)
        return [
            "action": page + "/edit", "cancel": page, "is_conflict": isConflict, "values": form.hidden,
            "basis": ClientForm.basis(of: client),
            "changes": changes.map { change in
                [
                    "label": change.label, "name": change.name,
                    "before": lines(of: change.before, beside: change.after),
                    "after": lines(of: change.after, beside: change.before),
                ] as [String: Any]
            },
        ]
    }

    /// The lines of a value; unless all are shown, those that the other value does not have, and how many are left out.
    private func lines(of value: String, beside other: String) -> [String: Any] {
        let lines = value.split(separator: "\n").map(String.init)
        let others = detail == .whole ? [] : Set(other.split(separator: "\n").map { ExactString(String($0)) })
        let own = lines.filter { !others.contains(ExactString($0)) }
        let kept = Set(lines.map { ExactString($0) }) == others ? "in another order" : "unchanged"
        let shown = own.prefix(detail.limits.lines)
        var context: [String: Any] = ["lines": shown.map(shortened)]
        let left = [
            shown.count < own.count ? "\(own.count - shown.count) more" : nil,
            own.count < lines.count ? "\(lines.count - own.count) \(kept)" : nil,
        ].compactMap(\.self)
        if !left.isEmpty { context["left_out"] = left.joined(separator: ", ") }
        return context
    }

    private func shortened(_ line: String) -> String {
        let (limit, room) = (2000, detail.limits.room)
        let length = line.unicodeScalars.count
        let isCut = length > limit || ShownText.htmlLength(line) > room
        return ShownText.of(line, limit: limit, room: room) + (isCut ? " (\(ShownNumber.of(length)) characters)" : "")
    }
}
