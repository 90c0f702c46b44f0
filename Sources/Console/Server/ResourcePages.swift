import Administration
import Crypto
import Pages

/// `/resources`: the protected resources that clients can ask tokens for (RFC 8707).
struct ResourcesPage: ConsolePage {
    static let location = "/resources"
    private static let pageSize = 40

    let path = Self.location
    let notices = ["added": "The resource has been added.", "removed": "The resource has been removed."]

    func show(_ visit: Visit) async throws -> any ConsoleContent {
        let search = ClientField.trimmed(visit.query?.text("q") ?? "")
        let position: PagePosition =
            visit.query?.text("after").map(PagePosition.after) ?? visit.query?.text("before").map(PagePosition.before)
            ?? .first
        let found = try await ResourceAdministration(visit.store).search(search, at: position, limit: Self.pageSize)
        let url = visit.address.path + Self.location
        var content = ListContent(
            head: PageHead(
                title: "Resources", lead: Self.lead(found.count, isSearch: !search.isEmpty), offersChanges: true,
                commands: [
                    ShellCommand.text(["resource", "list"] + Self.options(search)),
                    ShellCommand.text(["resource", "add", "URI", "--name", "NAME", "--scope", "SCOPE"]),
                ]),
            action: url, table: Self.table(found.items, visit),
            empty: search.isEmpty
                ? .init(
                    title: "No resource yet",
                    text:
                        "A resource is an API that takes this server’s tokens. Registering it sets who its tokens are for."
                )
                : .init(
                    title: "No resource matches", text: "Search for a part of the URI or of the name.",
                    link: ("Show all", url)),
            add: ("Add a resource", visit.address.path + AddResourcePage.location),
            filters: [
                .init(name: "q", label: "Search", value: search, control: .text(example: "URI or name"), isWide: true)
            ])
        content.lead(
            around: found, at: position, size: Self.pageSize, key: { $0.uri },
            link: { place in
                url + "?" + FormWriter.encoded([(name: "q", value: search), place].filter { !$0.value.isEmpty })
            })
        return content
    }

    /// The options of the command that lists the same resources.
    static func options(_ search: String) -> [String] {
        search.isEmpty ? [] : ShellCommand.option("--search", search)
    }

    private static func lead(_ count: FoundCount, isSearch: Bool) -> String {
        let isOne = count.number == 1 && !count.hasMore
        let number = isOne ? "One API" : "\(ShownNumber.of(count)) APIs"
        guard !isSearch else { return "\(number) found." }
        return
            "\(number) \(isOne ? "is" : "are") registered. Clients ask for a token for one of them with the parameter resource."
    }

    private static func table(_ resources: [ResourceRecord], _ visit: Visit) -> ShownTable {
        ShownTable(
            id: "resources", caption: "Resources, in order of their URIs",
            columns: ["Resource", "Scopes", "Access tokens", "Lifetime", "Added"],
            rows: resources.map { resource in
                ShownTable.Row(cells: [
                    .link(
                        resource.shownName, to: visit.address.path + ResourcePage.path(of: resource.uri), limit: 300
                    )
                    .noting(resource.name.isEmpty ? nil : resource.uri, isKey: true, limit: 300),
                    resource.scopes.isEmpty ? .none("None") : .key(resource.scopes.joined(separator: " "), limit: 200),
                    resource.accessTokenFormat.map { .text($0.rawValue) } ?? .none("As the client"),
                    resource.accessTokenLifetime.map { .text(DurationText.text(of: $0)) } ?? .none("As the client"),
                    .time(resource.createdAt, at: visit.now),
                ])
            })
    }
}

/// What the form of a resource says.
private struct ResourceForm {
    static let basisField = "made_from"

    var uri = ""
    var name = ""
    var scopes = ""
    var format = ""
    var lifetime = ""

    init() {}

    init(_ resource: ResourceRecord) {
        (uri, name) = (resource.uri, resource.name)
        scopes = resource.scopes.joined(separator: " ")
        format = resource.accessTokenFormat?.rawValue ?? ""
        lifetime = resource.accessTokenLifetime.map { DurationText.text(of: $0) } ?? ""
    }

    init(_ form: Form) {
        func text(_ name: String) -> String { ClientField.trimmed(form.text(name) ?? "") }
        (uri, name, scopes) = (text("resource"), text("resource_name"), text("scopes"))
        (format, lifetime) = (text("access_token_format"), text("access_token_lifetime"))
    }

    /// The document of the admin API that says the same, without the URI.
    func document() throws(FieldFault) -> JSONObject {
        let seconds = try DocumentForm.seconds(lifetime, field: "access_token_lifetime")
        return [
            "resource_name": .string(name), "scopes": .array(DocumentForm.words(scopes)),
            "access_token_format": format.isEmpty ? .null : .string(format),
            "access_token_lifetime": seconds.map { .number($0) } ?? .null,
        ]
    }

    static func basis(of resource: ResourceRecord) -> String {
        Base64URL.encode(Array(SHA256.hash(data: Array(resource.json.render().utf8))))
    }

    func groups(isNew: Bool) -> [FormContent.Group] {
        let uriField = FormContent.Field(
            name: "resource", label: "URI",
            hint:
                "What clients send as resource, and the audience of the tokens: https://api.example.com. It never changes.",
            control: .text(isKey: true), value: uri)
        return [
            FormContent.Group(
                id: "resource-group", title: "The API",
                fields: (isNew ? [uriField] : []) + [
                    FormContent.Field(
                        name: "resource_name", label: "Name", hint: "For people. May be left empty.", value: name),
                    FormContent.Field(
                        name: "scopes", label: "Scopes",
                        hint:
                            "Those that it knows, separated by spaces. A token carries those of the client’s scopes that are here.",
                        control: .text(isKey: true), value: scopes),
                    FormContent.Field(
                        name: "access_token_format", label: "Its access tokens", hint: "",
                        control: .choice(
                            [.init(value: "", label: "As the client is registered")]
                                + AccessTokenFormat.allCases.map { .init(value: $0.rawValue, label: $0.rawValue) }),
                        value: format),
                    FormContent.Field(
                        name: "access_token_lifetime", label: "Their lifetime",
                        hint: "Such as \(DurationText.examples). Empty: as the client is registered.",
                        control: .text(isKey: true), value: lifetime),
                ])
        ]
    }
}

/// `/add-resource`
struct AddResourcePage: ConsolePage {
    static let location = "/add-resource"

    let path = Self.location
    let takesForms = true
    let keepsForm = true
    let isSensitive = true

    func show(_ visit: Visit) -> any ConsoleContent { content(ResourceForm(), [], visit) }

    private func content(_ form: ResourceForm, _ faults: [FieldFault], _ visit: Visit) -> FormContent {
        FormContent(
            head: PageHead(
                title: "Add a resource", crumbs: [("Resources", ResourcesPage.location)],
                lead: "An API that takes this server’s tokens.", offersChanges: true,
                commands: [ShellCommand.text(["resource", "add", "URI", "--name", "NAME", "--scope", "SCOPE"])]),
            groups: form.groups(isNew: true), faults: faults, button: "Add the resource",
            action: visit.address.path + Self.location, cancel: visit.address.path + ResourcesPage.location)
    }

    func act(_ form: Form, _ visit: Visit) async throws -> Answer {
        let typed = ResourceForm(form)
        do {
            var document = try typed.document()
            document.set("resource", .string(typed.uri))
            try await ResourceAdministration(visit.store).add(ResourceRecord(document, at: visit.now))
        } catch let fault as FieldFault {
            return .page(content(typed, [fault], visit), status: 400)
        } catch let invalid as InvalidDocument {
            return .page(content(typed, DocumentForm.faults(invalid), visit), status: 400)
        } catch StoreError.conflict {
            let fault = FieldFault("A resource has this URI already.", field: "resource")
            return .page(content(typed, [fault], visit), status: 400)
        }
        return .redirect(to: ResourcesPage.location, notice: "added")
    }
}

/// `/resources/{resource}`: what is registered about a resource.
struct ResourcePage: ConsolePage {
    let path = ResourcesPage.location + "/{resource}"
    let notices = ["saved": "The resource has been changed."]

    /// Below the console's address.
    static func path(of uri: String) -> String { "\(ResourcesPage.location)/\(PathSegment.encoded(uri))" }

    static func resource(_ visit: Visit) async throws -> ResourceRecord {
        let uri = try visit.parameter("resource")
        do {
            return try await ResourceAdministration(visit.store).resource(uri)
        } catch ResourceFailure.noResource {
            throw ConsoleFailure.notFound("the resource “\(uri)”")
        }
    }

    func show(_ visit: Visit) async throws -> any ConsoleContent {
        ResourceContent(resource: try await Self.resource(visit), base: visit.address.path)
    }
}

struct ResourceContent: ConsoleContent {
    static let template = "resource"

    let resource: ResourceRecord
    /// The path of the console.
    let base: String

    var head: PageHead {
        PageHead(
            title: resource.name.isEmpty ? "Resource" : ShownText.of(resource.name, limit: 200), key: resource.uri,
            crumbs: [("Resources", ResourcesPage.location)],
            lead: "Clients ask for a token for this API with the parameter resource.", offersChanges: true,
            commands: [ShellCommand.text(["resource", "show"], on: resource.uri)])
    }

    var context: [String: Any] {
        let page = base + ResourcePage.path(of: resource.uri)
        let facts = ResourceForm(resource).groups(isNew: false).flatMap(\.fields).map { field in
            let isOfTokens = field.name.hasPrefix("access_token_")
            let text = field.value.isEmpty ? (isOfTokens ? "As the client is registered" : "None") : field.value
            return ["label": field.label, "text": ShownText.of(text, limit: 1000)]
        }
        return [
            "edit": page + "/edit", "remove": page + "/remove", "facts": facts,
            "changes": base + ChangeWords.list(of: ChangeSubject(.resource, ExactString(resource.uri))),
        ]
    }
}

/// `/resources/{resource}/edit`
struct EditResourcePage: ConsolePage {
    let path = ResourcesPage.location + "/{resource}/edit"
    let takesForms = true
    let keepsForm = true
    // The scopes of a resource decide what its tokens are good for.
    let isSensitive = true

    /// Below the console's address.
    static func path(of uri: String) -> String { ResourcePage.path(of: uri) + "/edit" }

    func show(_ visit: Visit) async throws -> any ConsoleContent {
        let resource = try await ResourcePage.resource(visit)
        return content(resource, ResourceForm(resource), [], visit)
    }

    private func content(
        _ resource: ResourceRecord, _ form: ResourceForm, _ faults: [FieldFault], basis: String? = nil,
        conflict: String? = nil,
        _ visit: Visit
    ) -> FormContent {
        FormContent(
            head: PageHead(
                title: "Edit \(resource.name.isEmpty ? "the resource" : ShownText.of(resource.name, limit: 200))",
                key: resource.uri,
                crumbs: [
                    ("Resources", ResourcesPage.location), (resource.shownName, ResourcePage.path(of: resource.uri)),
                ],
                lead: "Its URI never changes: add another resource in its place.", offersChanges: true,
                commands: [ShellCommand.text(["resource", "edit"], on: resource.uri, ["--scope", "SCOPE"])]),
            groups: form.groups(isNew: false), faults: faults, conflict: conflict,
            values: [(ResourceForm.basisField, basis ?? ResourceForm.basis(of: resource))],
            button: conflict == nil ? "Save" : "Save mine over it",
            action: visit.address.path + Self.path(of: resource.uri),
            cancel: visit.address.path + ResourcePage.path(of: resource.uri))
    }

    func act(_ form: Form, _ visit: Visit) async throws -> Answer {
        let (resource, typed) = (try await ResourcePage.resource(visit), ResourceForm(form))
        let basis = form.text(ResourceForm.basisField) ?? ""
        func refused(_ faults: [FieldFault]) -> Answer {
            .page(content(resource, typed, faults, basis: basis, visit), status: 400)
        }
        do {
            let condition = ChangeCondition { [uri = resource.uri] records in
                try records.resource(uri).map { ResourceForm.basis(of: $0) == basis } ?? true
            }
            _ = try await ResourceAdministration(visit.store.requiring(condition)).edit(
                resource.uri, by: .replacement(try typed.document()))
        } catch StoreError.changed {
            let subject = ChangeSubject(.resource, ExactString(resource.uri))
            let who = await LatestChange.words(of: subject, visit) ?? "Another operator has changed it"
            let now = try await ResourcePage.resource(visit)
            let saved = ResourceForm(now)
            let faults = FormContent.differences(
                between: saved.groups(isNew: false), and: typed.groups(isNew: false))
            return .page(
                content(now, typed, faults, conflict: "\(who). Nothing of yours has been saved.", visit), status: 409)
        } catch let fault as FieldFault {
            return refused([fault])
        } catch let invalid as InvalidDocument {
            return refused(DocumentForm.faults(invalid))
        }
        return .redirect(to: ResourcePage.path(of: resource.uri), notice: "saved")
    }
}

/// `/resources/{resource}/remove`
struct RemoveResourcePage: ConsolePage {
    let path = ResourcesPage.location + "/{resource}/remove"
    let takesForms = true
    let isSensitive = true

    func show(_ visit: Visit) async throws -> any ConsoleContent { try await content(visit) }

    private func content(_ visit: Visit, conflict: ShownConflict? = nil) async throws -> ConfirmContent {
        let resource = try await ResourcePage.resource(visit)
        let page = ResourcePage.path(of: resource.uri)
        return ConfirmContent(
            title: "Remove \(ShownText.of(resource.shownName, limit: 200))?", key: resource.uri,
            crumbs: [("Resources", ResourcesPage.location), (resource.shownName, page)],
            paragraphs: [
                "Clients that ask for a token for it are refused with invalid_target. Tokens that it was given stay valid until they expire.",
                "The change can be undone in the audit.",
            ], basis: Basis(resource.facts), conflict: conflict, button: "Remove the resource", keep: "Cancel",
            action: visit.address.path + page + "/remove",
            cancel: visit.address.path + page,
            command: ShellCommand.text(["resource", "remove"], on: resource.uri, ["--yes"]))
    }

    func act(_ form: Form, _ visit: Visit) async throws -> Answer {
        let uri = try await ResourcePage.resource(visit).uri
        return try await Basis.Change(
            ChangeSubject(.resource, ExactString(uri)), form, visit, facts: { try $0.resource(uri)?.facts },
            asking: { try await content(visit, conflict: $0) }
        ).make { store in
            try await ResourceAdministration(store).remove(uri)
            return .redirect(to: ResourcesPage.location, notice: "removed")
        }
    }
}
