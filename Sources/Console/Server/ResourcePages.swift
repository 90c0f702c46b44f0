import Administration
import Crypto
import Pages

/// `/resources`: the protected resources that clients can ask tokens for (RFC 8707).
struct ResourcesPage: ConsolePage {
    static let location = "/resources"
    private static let pageSize = 40

    let path = Self.location
    let notices = [
        "added": "The resource has been added.", "saved": "The resource has been changed.",
        "removed": "The resource has been removed.",
    ]

    func show(_ visit: Visit) async throws -> any ConsoleContent {
        let all = try await ResourceAdministration(visit.store).list()
        let search = ClientField.trimmed(visit.query?.text("q") ?? "")
        let wanted = search.lowercased()
        let found = all.filter {
            wanted.isEmpty || $0.uri.lowercased().contains(wanted) || $0.name.lowercased().contains(wanted)
        }
        let start = visit.query?.text("after").flatMap { uri in found.firstIndex { $0.uri == uri } }.map { $0 + 1 } ?? 0
        let page = found[start...].prefix(Self.pageSize)
        let url = visit.address.path + Self.location
        func link(_ parameters: [(name: String, value: String)]) -> String {
            let sent = ([(name: "q", value: search)] + parameters).filter { !$0.value.isEmpty }
            return url + (sent.isEmpty ? "" : "?" + FormWriter.encoded(sent))
        }
        var content = ListContent(
            head: PageHead(
                title: "Resources",
                lead:
                    "\(all.count == 1 ? "One API is" : "\(ShownNumber.of(all.count)) APIs are") registered. Clients ask for a token for one of "
                    + "them with the parameter resource.", offersChanges: true,
                commands: [
                    ShellCommand.text(["resource", "list"]),
                    ShellCommand.text(["resource", "add", "URI", "--name", "NAME", "--scope", "SCOPE"]),
                ]),
            action: url, table: Self.table(Array(page), visit),
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
        if start > 0 { content.previous = ("First page", link([])) }
        if page.endIndex < found.endIndex, let last = page.last {
            content.next = ("Next \(Self.pageSize)", link([("after", last.uri)]))
        }
        return content
    }

    private static func table(_ resources: [ResourceRecord], _ visit: Visit) -> ShownTable {
        ShownTable(
            id: "resources", caption: "Resources, in order of their URIs",
            columns: ["Resource", "Scopes", "Access tokens", "Lifetime", "Added"],
            rows: resources.map { resource in
                ShownTable.Row(cells: [
                    .link(
                        resource.shownName, to: visit.address.path + EditResourcePage.path(of: resource.uri), limit: 300
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

/// `/resources/{resource}`: the form of a resource.
struct EditResourcePage: ConsolePage {
    let path = ResourcesPage.location + "/{resource}"
    let takesForms = true

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
        let resource = try await Self.resource(visit)
        return EditResourceContent(
            form: content(resource, ResourceForm(resource), [], visit), resource: resource, base: visit.address.path)
    }

    private func content(
        _ resource: ResourceRecord, _ form: ResourceForm, _ faults: [FieldFault], basis: String? = nil,
        conflict: String? = nil,
        _ visit: Visit
    ) -> FormContent {
        FormContent(
            head: PageHead(
                title: resource.name.isEmpty ? "Resource" : ShownText.of(resource.name, limit: 200), key: resource.uri,
                crumbs: [("Resources", ResourcesPage.location)],
                lead: "Its URI never changes: add another resource in its place.",
                offersChanges: true,
                commands: [
                    ShellCommand.text(["resource", "show"], on: resource.uri),
                    ShellCommand.text(["resource", "edit"], on: resource.uri, ["--scope", "SCOPE"]),
                ]),
            groups: form.groups(isNew: false), faults: faults, conflict: conflict,
            values: [(ResourceForm.basisField, basis ?? ResourceForm.basis(of: resource))],
            button: conflict == nil ? "Save" : "Save mine over it",
            action: visit.address.path + Self.path(of: resource.uri),
            cancel: visit.address.path + ResourcesPage.location)
    }

    func act(_ form: Form, _ visit: Visit) async throws -> Answer {
        let (resource, typed) = (try await Self.resource(visit), ResourceForm(form))
        let basis = form.text(ResourceForm.basisField) ?? ""
        func refused(_ faults: [FieldFault]) -> Answer {
            .page(
                EditResourceContent(
                    form: content(resource, typed, faults, basis: basis, visit), resource: resource,
                    base: visit.address.path), status: 400)
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
            let now = try await Self.resource(visit)
            let saved = ResourceForm(now)
            let faults = FormContent.differences(
                between: saved.groups(isNew: false), and: typed.groups(isNew: false))
            return .page(
                EditResourceContent(
                    form: content(now, typed, faults, conflict: "\(who). Nothing of yours has been saved.", visit),
                    resource: now, base: visit.address.path), status: 409)
        } catch let fault as FieldFault {
            return refused([fault])
        } catch let invalid as InvalidDocument {
            return refused(DocumentForm.faults(invalid))
        }
        return .redirect(to: ResourcesPage.location, notice: "saved")
    }
}

/// The form of a resource, with what else can be done with it; a viewer sees its facts.
struct EditResourceContent: ConsoleContent {
    static let template = "resource"

    let form: FormContent
    let resource: ResourceRecord
    /// The path of the console.
    let base: String

    var head: PageHead { form.head }

    var context: [String: Any] {
        let page = base + EditResourcePage.path(of: resource.uri)
        let facts = form.groups.flatMap(\.fields).map { field in
            ["label": field.label, "text": field.value.isEmpty ? "Not set" : ShownText.of(field.value, limit: 1000)]
        }
        return form.context.merging([
            "remove": page + "/remove", "facts": facts,
            "changes": base + ChangeWords.list(of: ChangeSubject(.resource, ExactString(resource.uri))),
        ]) { $1 }
    }
}

/// `/resources/{resource}/remove`
struct RemoveResourcePage: ConsolePage {
    let path = ResourcesPage.location + "/{resource}/remove"
    let takesForms = true
    let isSensitive = true

    func show(_ visit: Visit) async throws -> any ConsoleContent {
        let resource = try await EditResourcePage.resource(visit)
        let page = EditResourcePage.path(of: resource.uri)
        return ConfirmContent(
            title: "Remove \(ShownText.of(resource.shownName, limit: 200))?", key: resource.uri,
            crumbs: [("Resources", ResourcesPage.location), (resource.shownName, page)],
            paragraphs: [
                "Clients that ask for a token for it are refused with invalid_target. Tokens that it was given stay valid until they expire.",
                "The change can be undone in the audit.",
            ], button: "Remove the resource", keep: "Cancel", action: visit.address.path + page + "/remove",
            cancel: visit.address.path + page,
            command: ShellCommand.text(["resource", "remove"], on: resource.uri, ["--yes"]))
    }

    func act(_ form: Form, _ visit: Visit) async throws -> Answer {
        try await ResourceAdministration(visit.store).remove(try await EditResourcePage.resource(visit).uri)
        return .redirect(to: ResourcesPage.location, notice: "removed")
    }
}
