import Administration
import Pages

/// `/add-person`: the form of a new person.
struct AddPersonPage: ConsolePage {
    static let location = "/add-person"

    let path = Self.location
    let takesForms = true
    // A new member of a group may administer the server.
    let isSensitive = true

    func show(_ visit: Visit) -> any ConsoleContent {
        content(PersonForm(UserRecord(name: "", createdAt: visit.now)), [], visit)
    }

    private func content(_ form: PersonForm, _ faults: [FieldFault], _ visit: Visit) -> FormContent {
        let list = visit.address.path + PeoplePage.location
        return FormContent(
            head: PageHead(
                title: "Add a person", crumbs: [("People", PeoplePage.location)],
                lead: "Without a password the person cannot sign in yet.", offersChanges: true,
                commands: [
                    ShellCommand.text([
                        "user", "add", "NAME", "--full-name", "NAME", "--email", "ADDRESS", "--group", "GROUP",
                    ])
                ]),
            groups: form.fields + [
                FormContent.Group(
                    id: "sign-in", title: "Password", note: "It is not shown again",
                    fields: SetPasswordPage.fields(visit, isOptional: true))
            ], faults: faults, button: "Add the person", action: visit.address.path + Self.location, cancel: list)
    }

    func act(_ form: Form, _ visit: Visit) async throws -> Answer {
        let typed = PersonForm(form)
        var user = UserRecord(name: "", createdAt: visit.now)
        var (changes, faults) = typed.changes(from: user)
        let (password, again) = (form.text("password") ?? "", form.text("password_again") ?? "")
        if let fault = SetPasswordPage.fault(password, again) { faults.append(fault) }
        guard faults.isEmpty else { return .page(content(typed, faults, visit), status: 400) }
        changes.name = typed["user_name"]
        do {
            try changes.apply(to: &user)
            user.updatedAt = visit.now
            let added = try await PeopleAdministration(visit.store).add(
                user, password: password.isEmpty ? nil : SetPasswordPage.password(password, visit))
            return .redirect(to: PersonPage.path(of: added.user.id), notice: "added")
        } catch {
            guard let fault = PersonForm.fault(error) else { throw error }
            return .page(content(typed, [fault], visit), status: 400)
        }
    }
}

/// `/people/{person}/edit`: the form of a person. What somebody else has saved meanwhile is not overwritten: both are shown first.
struct EditPersonPage: ConsolePage {
    let path = PeoplePage.location + "/{person}/edit"
    let takesForms = true
    let keepsForm = true
    // A new member of a group may administer the server, and an e-mail address is a name to sign in with.
    let isSensitive = true

    func show(_ visit: Visit) async throws -> any ConsoleContent {
        let user = try await PersonPage.user(visit)
        return content(user, PersonForm(user), [], visit)
    }

    private func content(
        _ user: UserRecord, _ form: PersonForm, _ faults: [FieldFault] = [], basis: String? = nil,
        conflict: String? = nil, _ visit: Visit
    ) -> FormContent {
        let page = PersonPage.path(of: user.id)
        var warnings: [String] = []
        if user.id == visit.person.user.id {
            warnings.append(
                "You are editing yourself. Without the group “\(AdminGroup.admin.rawValue)” you cannot change anything here any more."
            )
        }
        return FormContent(
            head: PageHead(
                title: "Edit \(ShownText.of(user.displayName))", key: user.name,
                crumbs: [("People", PeoplePage.location), (user.displayName, page)], offersChanges: true,
                commands: [
                    ShellCommand.text(["user", "edit"], on: user.name, ["--claim", "NAME=VALUE", "--group", "GROUP"])
                ]),
            groups: form.fields, faults: faults, warnings: warnings, conflict: conflict,
            values: [(PersonForm.basisField, basis ?? PersonForm.basis(of: user))],
            button: conflict == nil ? "Save" : "Save mine over it",
            action: visit.address.path + page + "/edit", cancel: visit.address.path + page)
    }

    func act(_ form: Form, _ visit: Visit) async throws -> Answer {
        let user = try await PersonPage.user(visit)
        let (typed, basis) = (PersonForm(form), form.text(PersonForm.basisField) ?? "")
        func refused(_ faults: [FieldFault]) -> Answer {
            .page(content(user, typed, faults, basis: basis, visit), status: 400)
        }
        let (changes, faults) = typed.changes(from: user)
        guard faults.isEmpty else { return refused(faults) }
        guard PersonForm.isBasis(basis, of: user) else {
            let who = await LatestChange.words(of: .user(user.id), visit) ?? "Another operator has changed it"
            return .page(
                content(
                    user, typed, typed.differences(from: user),
                    conflict:
                        "\(who). Nothing of yours has been saved. You see what is saved now at each field that differs.",
                    visit), status: 409)
        }
        do {
            let condition = ChangeCondition { [id = user.id] records in
                try records.user(id).map { PersonForm.isBasis(basis, of: $0) } ?? true
            }
            _ = try await PeopleAdministration(visit.store.requiring(condition)).edit(user.id, changes, at: visit.now)
        } catch StoreError.changed {
            return try await act(form, visit)
        } catch PeopleFailure.lastAdministrator {
            return refused([FieldFault(EndPersonPage.lastAdministrator, field: "groups")])
        } catch {
            guard let fault = PersonForm.fault(error) else { throw error }
            return refused([fault])
        }
        return .redirect(to: PersonPage.path(of: user.id), notice: "saved")
    }
}

/// `/people/{person}/password`: sets a password, which ends what began with the old one.
struct SetPasswordPage: ConsolePage {
    let path = PeoplePage.location + "/{person}/password"
    let takesForms = true
    // Who knows the password can sign in as the person.
    let isSensitive = true

    func show(_ visit: Visit) async throws -> any ConsoleContent {
        content(try await PersonPage.user(visit), [], visit)
    }

    private func content(
        _ user: UserRecord, _ faults: [FieldFault], basis: Basis? = nil, conflict: ShownConflict? = nil, _ visit: Visit
    ) -> FormContent {
        let page = PersonPage.path(of: user.id)
        return FormContent(
            head: PageHead(
                title: "Set a password", key: user.name,
                crumbs: [("People", PeoplePage.location), (user.displayName, page)],
                lead:
                    "Sessions of \(ShownText.of(user.displayName)) and access that began with the old password end at once.",
                offersChanges: true, commands: [ShellCommand.text(["user", "passwd"], on: user.name)]),
            groups: [
                FormContent.Group(
                    id: "password-group", title: "New password", fields: Self.fields(visit, isOptional: false))
            ], faults: faults,
            warnings: user.id == visit.person.user.id
                ? ["This is your own password. You are signed out of the console when it is set."] : [],
            changed: conflict, values: [(Basis.field, (basis ?? Basis(user.facts)).digest)],
            button: "Set the password", action: visit.address.path + page + "/password",
            cancel: visit.address.path + page)
    }

    static func fields(_ visit: Visit, isOptional: Bool) -> [FormContent.Field] {
        let minimum = visit.settings.signIn.passwordRules.minimumLength
        let empty = isOptional ? " May be left empty." : ""
        return [
            FormContent.Field(
                name: "password", label: "Password",
                hint:
                    "At least \(minimum) characters, of any kind. Not a name of the person, nor a common password.\(empty)",
                control: .password),
            FormContent.Field(name: "password_again", label: "Password again", control: .password),
        ]
    }

    /// What is wrong with the two passwords before any rule is asked.
    static func fault(_ password: String, _ again: String) -> FieldFault? {
        password.utf8.elementsEqual(again.utf8)
            ? nil : FieldFault("This is not the same password.", field: "password_again")
    }

    static func password(_ text: String, _ visit: Visit) -> NewPassword {
        NewPassword(
            text, settings: visit.settings.signIn, host: ServerURLs(issuer: visit.issuer)?.hostName,
            hasher: visit.settings.signIn.passwordHasher)
    }

    func act(_ form: Form, _ visit: Visit) async throws -> Answer {
        let user = try await PersonPage.user(visit)
        let (password, again) = (form.text("password") ?? "", form.text("password_again") ?? "")
        func refused(_ fault: FieldFault) -> Answer {
            .page(content(user, [fault], basis: Basis(form), visit), status: 400)
        }
        if let fault = Self.fault(password, again) { return refused(fault) }
        return try await Basis.Change(
            .user(user.id), form, visit, facts: { try $0.user(user.id)?.facts },
            asking: { content(try await PersonPage.user(visit), [], conflict: $0, visit) }
        ).make { store in
            do {
                try await PeopleAdministration(store).setPassword(
                    Self.password(password, visit), of: user, at: visit.now)
            } catch {
                guard let fault = PersonForm.fault(error) else { throw error }
                return refused(fault)
            }
            return .redirect(to: PersonPage.path(of: user.id), notice: "password")
        }
    }
}

/// `/people/{person}/{end}`: asks before a person is enabled, disabled or removed.
struct EndPersonPage: ConsolePage {
    enum End: String, Sendable {
        // Somebody may have disabled the account because its password is known.
        case enable
        case disable
        case remove

        var verb: String {
            switch self {
            case .enable: "Enable"
            case .disable: "Disable"
            case .remove: "Remove"
            }
        }
    }

    let end: End

    var path: String { PeoplePage.location + "/{person}/" + end.rawValue }
    let takesForms = true
    let isSensitive = true

    func show(_ visit: Visit) async throws -> any ConsoleContent {
        try await content(try await PersonPage.user(visit), visit)
    }

    func act(_ form: Form, _ visit: Visit) async throws -> Answer {
        let user = try await PersonPage.user(visit)
        if end == .remove, form.text("confirmation").map({ ExactString($0) }) != ExactString(user.name) {
            var content = try await content(user, visit, isFaulty: true)
            content.basis = Basis(form)
            return .page(content, status: 400)
        }
        do {
            return try await Basis.Change(
                .user(user.id), form, visit, facts: { try $0.user(user.id)?.facts },
                asking: { try await content(try await PersonPage.user(visit), visit, conflict: $0) }
            ).make { store in try await act(on: user, PeopleAdministration(store), visit) }
        } catch PeopleFailure.lastAdministrator {
            return .page(try await content(user, visit), status: 409)
        }
    }

    private func act(on user: UserRecord, _ people: PeopleAdministration, _ visit: Visit) async throws -> Answer {
        switch end {
        case .enable:
            try await people.setEnabled(true, user.id, at: visit.now)
            return .redirect(to: PersonPage.path(of: user.id), notice: "enabled")
        case .disable:
            try await people.setEnabled(false, user.id, at: visit.now)
            return .redirect(to: PersonPage.path(of: user.id), notice: "disabled")
        case .remove:
            try await people.remove(user, at: visit.now)
            return .redirect(to: PeoplePage.location, notice: "removed")
        }
    }

    /// Why somebody is not taken away.
    static let lastAdministrator =
        "This is the last administrator who can sign in. Make another person an administrator first: without one the console could not be used "
        + "to change anything."

    private func isRefused(_ user: UserRecord, _ visit: Visit) async throws(StoreError) -> Bool {
        guard end != .enable else { return false }
        return try await PeopleAdministration(visit.store).isLastAdministrator(user)
    }

    private func content(
        _ user: UserRecord, _ visit: Visit, isFaulty: Bool = false, conflict: ShownConflict? = nil
    ) async throws -> ConfirmContent {
        let (name, page) = (ShownText.of(user.displayName), PersonPage.path(of: user.id))
        let isOwn = user.id == visit.person.user.id
        let isLast = try await isRefused(user, visit)
        let own = isOwn && end != .enable ? ["This is your own account: you are signed out at once."] : []
        let warnings = isLast ? [Self.lastAdministrator] : own
        let ends = "Sessions end and access of clients is taken back at once. JWTs stay valid until they expire."
        let words: [String] =
            switch end {
            case .enable:
                [
                    "\(name) can sign in again with the same password. What ended when the account was disabled does not begin again."
                ]
            case .disable: ["\(name) cannot sign in until an administrator enables the account. \(ends)"]
            case .remove:
                [
                    "The account goes with its claims, its password and what the person has allowed. \(ends) This cannot be undone. To shut the "
                        + "person out for a while, disable the account instead.",
                    "The identifier is never given to anybody else.",
                ]
            }
        return ConfirmContent(
            title: "\(end.verb) \(name)?", key: user.name,
            crumbs: [("People", PeoplePage.location), (user.displayName, page)],
            paragraphs: warnings + words, confirmation: end == .remove ? user.name : nil, isFaulty: isFaulty,
            basis: Basis(user.facts), conflict: conflict, isRefused: isLast, button: "\(end.verb) the person",
            keep: "Cancel",
            action: "\(visit.address.path)\(page)/\(end.rawValue)", cancel: visit.address.path + page,
            command: ShellCommand.text(["user", end.rawValue], on: user.name, end == .remove ? ["--yes"] : []),
            isDangerous: end != .enable)
    }
}
