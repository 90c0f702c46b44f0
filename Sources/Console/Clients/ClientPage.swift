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
        "key-added": "The key has been added.",
        "key-known": "The client had this key already. Nothing has been changed.",
        "key-active": "The key is active.", "key-retiring": "The key works until the time that you have chosen.",
        "key-revoked": "The key is revoked, and stays so.", "key-removed": "The key has been removed.",
        "secret-removed": "The secret has been removed.",
    ]

    /// Below the console's address.
    static func path(of id: ClientID) -> String { "\(ClientListPage.location)/\(PathSegment.encoded(id.text))" }

    func show(_ visit: Visit) async throws -> any ConsoleContent {
        let details = try await ClientAdministration(visit.store).details(of: try visit.parameter("client"))
        return ClientContent(details: details, now: visit.now, base: visit.address.path)
    }

    func act(_ form: Form, _ visit: Visit) async throws -> Answer {
        let id = try visit.parameter("client")
        let clients = ClientAdministration(visit.store)
        let here = Self.path(of: ClientID(id))
        if form.text("enable") != nil {
            try await clients.setEnabled(true, id, at: visit.now)
            return .redirect(to: here, notice: "enabled")
        }
        if form.text("disable") != nil {
            try await clients.setEnabled(false, id, at: visit.now)
            return .redirect(to: here, notice: "disabled")
        }
        if let key = form.text("activate") {
            _ = try await clients.setStatus(.active, ofKey: key, of: id)
            return .redirect(to: here, notice: "key-active")
        }
        if let key = form.text("retire") {
            guard let end = form.text("until").flatMap({ UnixTime(formDate: $0) }), visit.now < end else {
                let details = try await clients.details(of: id)
                return .page(
                    ClientContent(
                        details: details, now: visit.now, base: visit.address.path, faultyKey: key), status: 400)
            }
            _ = try await clients.setStatus(.retiring(until: end), ofKey: key, of: id)
            return .redirect(to: here, notice: "key-retiring")
        }
        return .redirect(to: here)
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

    let details: ClientDetails
    let now: UnixTime
    /// The path of the console.
    let base: String
    /// The key for which a time was given that cannot be used.
    var faultyKey: String?

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
                [ShellCommand.text(["client", "key", "retire"], on: id, [$0.jwk.thumbprint, "--in", "7d"])]
            } ?? [])
    }

    var context: [String: Any] {
        let row = ClientRow(details.registration, lastUsedAt: nil)
        let state = row.state(at: now)
        let own = details.registration.keys
        var context: [String: Any] = [
            "action": path, "edit": path + "/edit", "remove": path + "/remove", "add_key": path + "/keys/add",
            "secrets_link": path + "/secrets", "is_enabled": client.isEnabled,
            "state": [
                "word": state.word, "icon": state.kind, "badge": state.kind == "off" ? "plain" : state.kind,
            ],
            "registered": ShownTime.context(client.createdAt, at: now),
            "changed": ShownTime.context(client.updatedAt, at: now),
            "origin": details.registration.dynamic == nil ? "an operator" : "itself",
            "facts": facts, "sources": sources, "has_keys": !details.keysInForce.isEmpty,
            "keys": details.keysInForce.map(key), "has_own_keys": !own.isEmpty,
            "uses_keys": client.authenticationMethod == .privateKeyJWT,
            "uses_secret": client.authenticationMethod.usesSecret,
            "secrets": client.secrets.map(secret), "has_secrets": !client.secrets.isEmpty,
            "not_in_force": details.inactiveSources.map {
                ShownText.of($0.prefix(1).uppercased() + $0.dropFirst(), limit: 300) + "."
            },
            "has_not_in_force": !details.inactiveSources.isEmpty,
        ]
        if let problem = details.keySet?.problem {
            context["key_set_problem"] = [
                "words":
                    "The key set could not be read \(details.keySet?.failures == 1 ? "the last time" : "the last \(details.keySet?.failures ?? 0) times"): "
                    + ShownText.of(problem, limit: 300) + "."
            ]
        }
        if faultyKey != nil {
            context["fault"] = [
                "message":
                    "The time at which the key retires must be in the future, such as \(defaultEnd.formDate.replacing("T", with: " ")) UTC. Nothing has been changed."
            ]
        }
        return context
    }

    /// A week from now.
    private var defaultEnd: UnixTime { now + .seconds(7 * 86_400) }

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

    /// The four places that keys can come from, the one in force first.
    private var sources: [[String: Any]] {
        let registration = details.registration
        func source(_ name: String, _ facts: String, isInForce: Bool, isThere: Bool) -> [String: Any] {
            [
                "name": name, "facts": ShownText.of(facts, limit: 400), "is_in_force": isInForce,
                "is_without_effect": isThere && !isInForce, "is_missing": !isThere,
            ]
        }
        let own = registration.keys.count
        let url = client.keySetURL
        let entry = registration.keyStoreEntry
        return [
            source(
                "Its own keys", own == 0 ? "None" : own == 1 ? "1 key" : "\(own) keys",
                isInForce: registration.keySource == .own,
                isThere: own > 0),
            source(
                "JWKS URI",
                url.map { url in
                    url
                        + (details.keySet?.fetchedAt.map { ", read \(ShownTime.distance($0, at: now))" }
                            ?? ", not read yet")
                } ?? "None",
                isInForce: url != nil && registration.keySource != .own, isThere: url != nil),
            source(
                "Key store", entry.map { "The certificate “\($0.alias.text)”" } ?? "None",
                isInForce: entry != nil && own == 0 && url == nil, isThere: entry != nil),
        ]
    }

    private func key(_ key: ClientDetails.Key) -> [String: Any] {
        let jwk = key.jwk
        var context: [String: Any] = [
            "name": jwk.keyID.map { ShownText.of($0.text, limit: 255) } ?? "Without a name",
            "thumbprint": jwk.thumbprint, "type": "\(jwk.key.type.description), \(jwk.key.sizeInBits) bits",
            "algorithms": jwk.verificationAlgorithms.map(\.name).joined(separator: " "), "is_own": key.status != nil,
            "action": path,
            "until": defaultEnd.formDate, "revoke": "\(path)/keys/\(jwk.thumbprint)/revoke",
            "remove": "\(path)/keys/\(jwk.thumbprint)/remove", "field": "until-\(jwk.thumbprint)",
        ]
        let state: (word: String, kind: String, detail: String?)
        switch key.status ?? .active {
        case .active: state = ("Active", "ok", nil)
        case .retiring(let end) where end <= now: state = ("Retired", "off", ShownTime.text(end, at: now))
        case .retiring(let end): state = ("Retiring", "warn", "until \(ShownTime.text(end, at: now))")
        case .revoked(let since): state = ("Revoked", "bad", ShownTime.text(since, at: now))
        }
        context["state"] = [
            "word": state.word, "icon": state.kind, "badge": state.kind == "off" ? "plain" : state.kind,
        ]
        context["state_detail"] = state.detail
        context["is_revocable"] = key.status.map { !$0.isRevoked } ?? false
        if case .retiring = key.status { context["is_retiring"] = true }
        context["added"] = key.addedAt.map { ShownTime.context($0, at: now) }
        context["used"] = key.lastUsedAt.map { ShownTime.context($0, at: now) }
        context["certificate"] = key.certificate.map { certificate in
            let end = certificate.facts.notAfter
            return [
                "subject": ShownText.of(certificate.facts.subject, limit: 300), "end": ShownTime.context(end, at: now),
                "distance": end <= now ? "expired" : ShownTime.distance(end, at: now),
                "is_expired": end <= now,
            ]
        }
        return context
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
