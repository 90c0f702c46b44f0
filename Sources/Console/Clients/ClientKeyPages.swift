import Administration
import CountersignKeyFiles
import Pages

/// `/clients/{client}/keys/add`: adds public keys to a client.
struct AddKeyPage: ConsolePage {
    let path = ClientListPage.location + "/{client}/keys/add"
    let takesForms = true
    let takesFiles = true
    // Who holds the private half can act as the client.
    let isSensitive = true

    func show(_ visit: Visit) async throws -> any ConsoleContent {
        AddKeyContent(client: try await client(visit), text: "", name: "", fault: nil, base: visit.address.path)
    }

    func showTooLong(_ visit: Visit) async throws -> any ConsoleContent {
        AddKeyContent(
            client: try await client(visit), text: "", name: "",
            fault: FieldFault("The file is too large to be a public key.", field: "file"), base: visit.address.path)
    }

    private func client(_ visit: Visit) async throws -> ClientRecord {
        try await ClientAdministration(visit.store).registration(of: try visit.parameter("client")).client
    }

    func act(_ form: Form, _ visit: Visit) async throws -> Answer {
        let client = try await client(visit)
        let (text, name) = (form.text("keys") ?? "", ClientField.trimmed(form.text("kid") ?? ""))
        let keys: [ImportedKey]
        do throws(FieldFault) {
            keys = try Self.keys(text, visit.upload?.file("file"), named: name)
        } catch {
            return .page(
                AddKeyContent(client: client, text: text, name: name, fault: error, base: visit.address.path),
                status: 400)
        }
        let change = try await ClientAdministration(visit.store).edit(
            client.id.text, removing: [], adding: keys, at: visit.now
        ) { _ in }
        return .redirect(
            to: ClientKeysPage.path(of: client.id),
            notice: change.duplicates.count == keys.count ? "key-known" : "key-added")
    }

    private static func keys(
        _ text: String, _ file: UploadedFile?, named name: String
    ) throws(FieldFault) -> [ImportedKey] {
        let pasted = try SentKeys.pasted(text)
        let keys = try pasted + (file.map(SentKeys.uploaded) ?? [])
        guard !keys.isEmpty else { throw FieldFault("Choose a file with a public key, or paste one.", field: "file") }
        guard !name.isEmpty else { return keys }
        guard keys.count == 1 else {
            throw FieldFault("A name is for one key, and there are \(keys.count).", field: "kid")
        }
        do {
            return [try keys[0].named(ExactString(name))]
        } catch {
            throw FieldFault("This name cannot be used: \(error.phrase).", field: "kid")
        }
    }
}

struct AddKeyContent: ConsoleContent {
    static let template = "add_key"

    let client: ClientRecord
    let text: String
    let name: String
    let fault: FieldFault?
    /// The path of the console.
    let base: String

    var head: PageHead {
        PageHead(
            title: "Add a key", key: client.id.text,
            crumbs: [("Clients", ClientListPage.location), (client.shownName, ClientPage.path(of: client.id))],
            lead: "The public half alone. The private one stays with the client and is refused here.",
            offersChanges: true,
            commands: [
                ShellCommand.text(["keygen", "--out", "client.pem"]),
                ShellCommand.edit(client.id, ["--jwks", "client.jwks.json"]),
            ])
    }

    var context: [String: Any] {
        let page = base + ClientPage.path(of: client.id)
        var context: [String: Any] = [
            "action": page + "/keys/add", "cancel": page, "keys": text, "kid": name,
            "replaces": client.keySetURL != nil,
        ]
        if let fault {
            context["summary"] = FieldContext.summary([fault])
            context[fault.field + "_fault"] = ["message": fault.message]
        }
        return context
    }
}

/// `/clients/{client}/secrets`: adds a secret, which is shown once, and removes one.
struct ClientSecretsPage: ConsolePage {
    let path = ClientListPage.location + "/{client}/secrets"
    let takesForms = true
    let isSensitive = true
    /// How long a secret can work: the value in the form, which the option of the command line takes too, and its words.
    static let lifetimes = [("", "Without end"), ("30d", "30 days"), ("90d", "90 days"), ("365d", "365 days")]

    func show(_ visit: Visit) async throws -> any ConsoleContent {
        try await content(visit)
    }

    private func content(
        _ visit: Visit, secret: String? = nil, conflict: ShownConflict? = nil
    ) async throws -> SecretsContent {
        let registration = try await ClientAdministration(visit.store).registration(of: try visit.parameter("client"))
        return SecretsContent(
            client: registration.client, isAccepted: visit.settings.acceptsSecrets, secret: secret, conflict: conflict,
            now: visit.now, base: visit.address.path)
    }

    /// A page that is loaded again after it has shown a new secret sends its form again: the client has other secrets by then, so that no further
    /// one is added.
    func act(_ form: Form, _ visit: Visit) async throws -> Answer {
        let id = try visit.parameter("client")
        if let name = form.text("remove") {
            try await ClientAdministration(visit.store).removeSecret(name, of: id, at: visit.now)
            return .redirect(to: ClientPage.path(of: ClientID(id)), notice: "secret-removed")
        }
        let lifetime = form.text("expires_in") ?? ""
        guard Self.lifetimes.contains(where: { $0.0 == lifetime }) else {
            throw ConsoleFailure.refused(
                "“\(ShownText.of(lifetime))” is not one of the choices. Nothing has been changed.")
        }
        let end = DurationText.seconds(lifetime).map { visit.now + .seconds($0) }
        return try await Basis.Change(
            .client(ClientID(id)), form, visit, making: (action: .clientSecretAdded, noun: "a secret"),
            facts: { try $0.registration(of: ClientID(id)).map { SecretsContent.facts($0.client) } },
            asking: { try await content(visit, conflict: $0) }
        ).make { store in
            let (secret, _) = try await ClientAdministration(store).addSecret(
                to: id, expiresAt: end, at: visit.now)
            return .page(try await content(visit, secret: secret))
        }
    }
}

struct SecretsContent: ConsoleContent {
    static let template = "secrets"

    let client: ClientRecord
    /// Whether the server's settings allow secrets.
    let isAccepted: Bool
    /// A new one, which is shown this once.
    let secret: String?
    let conflict: ShownConflict?
    let now: UnixTime
    /// The path of the console.
    let base: String

    /// What the form that adds one depends on.
    static func facts(_ client: ClientRecord) -> JSONObject { ["secrets": .array(client.secrets.map(\.name))] }

    var head: PageHead {
        PageHead(
            title: "Secrets", key: client.id.text,
            crumbs: [("Clients", ClientListPage.location), (client.shownName, ClientPage.path(of: client.id))],
            lead: "A secret is known to both sides, so it can be stolen from either. A key cannot.",
            commands: [
                ShellCommand.text(["client", "secret", "add"], on: client.id.text),
                ShellCommand.text(["client", "secret", "add", "--expires-in", "90d"], on: client.id.text),
            ])
    }

    var context: [String: Any] {
        let page = base + ClientPage.path(of: client.id)
        var context: [String: Any] = [
            "action": page + "/secrets", "client": page, "is_refused": !isAccepted,
            "may_have_more": client.secrets.count < ClientSecretRecord.maximumCount,
            "secrets": client.secrets.map { secret -> [String: Any] in
                var context: [String: Any] = [
                    "name": secret.name, "added": ShownTime.context(secret.createdAt, at: now),
                ]
                context["end"] = secret.expiresAt.map { ShownTime.context($0, at: now) }
                return context
            },
            "lifetimes": ClientSecretsPage.lifetimes.map { ["value": $0.0, "text": $0.1] },
            "has_secrets": !client.secrets.isEmpty, "basis": Basis(Self.facts(client)).digest,
        ]
        context["secret"] = secret
        context["conflict"] = conflict?.context
        return context
    }
}
