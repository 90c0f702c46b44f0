import Administration
import Pages

/// `/clients/{client}`: one client with its facts, the sources of its keys, its keys and its secrets.
struct ClientPage: ConsolePage {
    let path = ClientListPage.location + "/{client}"
    let takesForms = true
    let notices = [
        "registered": "The client has been registered. Running servers know it at once.",
        "saved": "The registration has been changed.",
        "unchanged": "Nothing was different, so nothing has been changed.",
        "enabled": "The client is enabled.",
        "disabled": "The client is disabled: it gets the same answers as an unknown one. Enable it to undo this.",
        "secret-removed": "The secret has been removed.",
    ]

    /// Below the console's address.
    static func path(of id: ClientID) -> String { "\(ClientListPage.location)/\(PathSegment.encoded(id.text))" }

    func show(_ visit: Visit) async throws -> any ConsoleContent { try await content(visit) }

    private func content(_ visit: Visit) async throws -> ClientContent {
        let details = try await ClientAdministration(visit.store).details(of: try visit.parameter("client"))
        return ClientContent(details: details, now: visit.now, base: visit.address.path)
    }

    func act(_ form: Form, _ visit: Visit) async throws -> Answer {
        let id = ClientID(try visit.parameter("client"))
        let here = Self.path(of: id)
        guard form.text("disable") != nil else { return .redirect(to: here) }
        return try await Basis.Change(
            .client(id), form, visit, facts: { try $0.registration(of: id)?.facts },
            asking: { conflict in
                var content = try await content(visit)
                content.conflict = conflict
                return content
            }
        ).make { store in
            try await ClientAdministration(store).setEnabled(false, id.text, at: visit.now)
            return .redirect(to: here, notice: "disabled")
        }
    }
}

extension UnixTime {
    /// Reads what browsers send of `<input type="datetime-local">`, in UTC: `2026-12-01T14:30`, with or without seconds.
    init?(formDate text: String) {
        let text = text.replacing(" ", with: "T")
        let hasSeconds = text.utf8.count(where: { $0 == UInt8(ascii: ":") }) > 1
        self.init(timestamp: text + (hasSeconds ? "Z" : ":00Z"))
    }

    /// The form in which such a field has a value.
    var formDate: String { String(text.prefix(16)) }
}

struct ClientContent: ConsoleContent {
    static let template = "client"
    private static let keysShown = 8

    let details: ClientDetails
    let now: UnixTime
    /// The path of the console.
    let base: String
    /// What somebody else has changed since the page was opened.
    var conflict: ShownConflict?

    private var client: ClientRecord { details.client }
    private var path: String { base + ClientPage.path(of: client.id) }

    var head: PageHead {
        PageHead(
            title: ShownText.of(client.shownName), key: client.id.text, crumbs: [("Clients", ClientListPage.location)],
            lead: lead, offersChanges: true, commands: commands)
    }

    private var lead: String {
        let row = ClientRow(details.registration, lastUsedAt: nil)
        let state = row.state(at: now).word
        if !client.isEnabled { return "Disabled: it gets the same answers as an unknown client." }
        switch state {
        case "No key": return "It is enabled, but has no key to prove itself with. Add one."
        case "No usable key": return "It is enabled, but none of its keys works any more. Add one."
        case "No secret": return "It is enabled, but has no secret that works. Add one."
        case "Expired": return "It is enabled, but a certificate of its keys has expired. Add a new one."
        case "Expires soon": return "It works. A certificate of its keys expires soon, or a key retires."
        default: return client.description.isEmpty ? "It works." : ShownText.of(client.description, limit: 300)
        }
    }

    private var commands: [String] {
        let id = client.id.text
        return [
            ShellCommand.show(id),
            ShellCommand.text(["client", client.isEnabled ? "disable" : "enable"], on: id),
            ShellCommand.edit(client.id, ["--jwks", "FILE"]),
        ]
            + (details.registration.keys.first.map {
                [ShellCommand.key("retire", $0.jwk.thumbprint, of: client.id, ["--in", "7d"])]
            } ?? [])
    }

    var context: [String: Any] {
        let row = ClientRow(details.registration, lastUsedAt: nil)
        let state = row.state(at: now)
        let keys = details.keysInForce
        var context: [String: Any] = [
            "action": path, "edit": path + "/edit", "remove": path + "/remove", "add_key": path + "/keys/add",
            "secrets_link": path + "/secrets", "is_enabled": client.isEnabled,
            "state": [
                "word": state.word, "icon": state.kind, "badge": state.kind == "off" ? "plain" : state.kind,
            ],
            "registered": ShownTime.context(client.createdAt, at: now),
            "changed": ShownTime.context(client.updatedAt, at: now),
            "origin": details.registration.dynamic == nil ? "an operator" : "itself",
            "token": details.registration.dynamic?.initialAccessToken.map {
                [["id": $0, "link": base + RegistrationTokensPage.location]]
            } ?? [],
            "changes": base + ChangeWords.list(of: .client(client.id)),
            "refusals": base + RefusalsPage.address + RefusalQuery(ofClient: client.id.text).encoded,
            "facts": facts, "sources": KeySources(details, now: now).context,
            "not_in_force": KeySources(details, now: now).withoutEffect, "has_keys": !keys.isEmpty,
            "keys": keys.prefix(Self.keysShown).map { ShownKey($0, now: now).context },
            "all_keys": path + "/keys", "more_keys": max(0, keys.count - Self.keysShown),
            "has_more_keys": keys.count > Self.keysShown, "enable": path + "/enable",
            "uses_keys": client.authenticationMethod == .privateKeyJWT,
            "uses_secret": client.authenticationMethod.usesSecret,
            "secrets": client.secrets.map(secret), "has_secrets": !client.secrets.isEmpty,
        ]
        context["basis"] = Basis(details.registration.facts).digest
        context["conflict"] = conflict?.context
        if let problem = details.keySet?.problem {
            context["key_set_problem"] = [
                "words":
                    "The key set could not be read \(details.keySet?.failures == 1 ? "the last time" : "the last \(details.keySet?.failures ?? 0) times"): "
                    + ShownText.of(problem, limit: 300) + "."
            ]
        }
        return context
    }

    /// What differs from a new client, and what everybody asks first.
    private var facts: [[String: Any]] {
        let always: Set = ["scope", "token_endpoint_auth_method", "access_token_format", "audience_profile"]
        let fields = ClientFields.all.filter { field in
            field.name != "client_name" && field.name != "description" && !field.name.hasPrefix("grant_")
                && field.name != "jwks_uri"
                && (always.contains(field.name) || field.read(client) != field.read(ClientForm.plain))
        }
        let grants: [String: Any] = [
            "label": "Grants", "values": [["text": client.grants.map(\.rawValue).joined(separator: " ")]],
        ]
        return [grants]
            + fields.map { field in
                let value = field.read(client)
                let lines =
                    value.isEmpty ? [field.shown(value)] : field.shown(value).split(separator: "\n").map(String.init)
                return ["label": field.label, "values": lines.map { ["text": ShownText.of($0, limit: 2000)] }]
            }
    }

    private func secret(_ secret: ClientSecretRecord) -> [String: Any] {
        var context: [String: Any] = [
            "name": secret.name, "added": ShownTime.context(secret.createdAt, at: now),
            "is_usable": secret.isUsable(at: now),
        ]
        context["end"] = secret.expiresAt.map { ShownTime.context($0, at: now) }
        return context
    }
}
