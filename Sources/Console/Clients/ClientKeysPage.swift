import Administration
import Pages

/// `/clients/{client}/keys`: the rotation that is under way, the sources of the client's keys, and every key.
struct ClientKeysPage: ConsolePage {
    let path = ClientListPage.location + "/{client}/keys"
    let notices = [
        "key-added": "The key has been added. The others keep working.",
        "key-known": "The client had this key already. Nothing has been changed.",
        "key-active": "The key is active.", "key-retiring": "The key works until the time that you have chosen.",
        "key-revoked": "The key is revoked, and stays so.", "key-removed": "The key has been removed.",
    ]

    /// Below the console's address.
    static func path(of id: ClientID) -> String { ClientPage.path(of: id) + "/keys" }

    func show(_ visit: Visit) async throws -> any ConsoleContent {
        let report = try await ClientAdministration(visit.store).keyReport(
            of: try visit.parameter("client"), at: visit.now)
        let first = visit.query?.text("from").flatMap { Int($0) } ?? 0
        return ClientKeysContent(report: report, first: first, base: visit.address.path)
    }
}

struct ClientKeysContent: ListedContent {
    static let template = "client_keys"
    /// A key set may have a hundred keys.
    private static let pageSize = 25
    private static let maximumRefused = 10

    let report: ClientKeyReport
    /// The number of keys before those that are shown.
    let first: Int
    /// The path of the console.
    let base: String
    /// How many keys are shown.
    private var kept = Self.pageSize

    /// - Parameter first: as it was sent.
    init(report: ClientKeyReport, first: Int, base: String) {
        (self.report, self.base) = (report, base)
        self.first = min(max(0, first), report.details.keysInForce.count)
    }

    private var details: ClientDetails { report.details }
    private var client: ClientRecord { details.client }
    private var now: UnixTime { report.now }
    private var path: String { base + ClientKeysPage.path(of: client.id) }

    var head: PageHead {
        let id = client.id.text
        return PageHead(
            title: "Keys", key: id,
            crumbs: [("Clients", ClientListPage.location), (client.shownName, ClientPage.path(of: client.id))],
            lead: lead, offersChanges: true,
            commands: [
                ShellCommand.text(["client", "key", "uses"], on: id), ShellCommand.edit(client.id, ["--jwks", "FILE"]),
            ]
                + (details.registration.keys.first.map { key in
                    let name = key.jwk.keyID.map { $0.text } ?? key.jwk.thumbprint
                    return [
                        ShellCommand.key("retire", name, of: client.id, ["--in", "7d"]),
                        ShellCommand.key("activate", name, of: client.id),
                    ]
                } ?? []))
    }

    private var shown: ArraySlice<ClientDetails.Key> { details.keysInForce.dropFirst(first).prefix(kept) }

    var rowCount: Int { shown.count }

    func keeping(_ count: Int) -> ClientKeysContent {
        var content = self
        content.kept = count
        return content
    }

    private var lead: String {
        let keys = details.keysInForce
        let usable = keys.count { $0.status?.allowsUse(at: now) ?? true }
        let uses = keys.first.map { report.day(of: $0.jwk.thumbprint).total } ?? 0
        let count = usable == 0 ? "No key works" : usable == 1 ? "1 key works" : "\(usable) keys work"
        return
            "\(count). \(uses == 0 ? "None was used" : uses == 1 ? "1 request was proved" : "\(ShownNumber.of(uses)) requests were proved") in the last 24 hours."
    }

    var context: [String: Any] {
        let keys = details.keysInForce
        var context: [String: Any] = [
            "add_key": path + "/add", "here": path,
            "test_link": base + KeySetTestPage.path(of: client.id), "sources": KeySources(details, now: now).context,
            "not_in_force": KeySources(details, now: now).withoutEffect,
            "has_keys": !keys.isEmpty, "keys": shown.map(key),
            "uses_keys": client.authenticationMethod == .privateKeyJWT,
            "day": ShownTime.context(report.daySince, at: now),
        ]
        if keys.count > shown.count {
            context["pages"] = [
                "words": "Keys \(min(first + 1, keys.count)) to \(first + shown.count) of \(keys.count)",
                "links": [
                    first > 0 ? ["text": "Previous", "link": "\(path)?from=\(max(0, first - Self.pageSize))"] : nil,
                    first + shown.count < keys.count
                        ? ["text": "Next", "link": "\(path)?from=\(first + shown.count)"] : nil,
                ].compactMap(\.self),
            ]
        }
        if let rotation = report.rotation {
            context["rotation"] = RotationContext(rotation, report, path: path).context
        } else if case .keySet = details.registration.keySource {
            context["remote"] = remote
        }
        return context
    }

    private func key(_ key: ClientDetails.Key) -> [String: Any] {
        var context = ShownKey(key, now: now).context
        let day = report.day(of: key.jwk.thumbprint)
        context["share"] = day.percent.map { "\($0)%" }
        context["verdict"] = ShownKey.verdict(key.jwk, registered: client.options.signingAlgorithm)
        context["uses"] = ShownNumber.of(day.uses)
        if let status = key.status {
            let actions = path + "/" + key.jwk.thumbprint
            context["actions"] = ShownKey.ends(of: status, at: now).map {
                ["link": "\(actions)/\($0.rawValue)", "text": $0.verb + "…", "name": ShownKey.name(of: key.jwk)]
            }
        }
        return context
    }

    /// The rotation of a client that publishes its keys: it is the client's own, and the page shows what is seen of it.
    private var remote: [String: Any] {
        let set = details.keySet
        let unused = details.keysInForce.filter { $0.lastUsedAt == nil }
        let gone = report.usedKeysThatAreGone
        var context: [String: Any] = [
            "unused": unused.prefix(4).map { ["name": ShownKey.name(of: $0.jwk)] }, "has_unused": !unused.isEmpty,
            "gone": gone.prefix(4).map { thumbprint in
                ["thumbprint": thumbprint, "used": details.uses[thumbprint].map { ShownTime.text($0, at: now) } ?? ""]
            }, "has_gone": !gone.isEmpty,
            "refused": (set?.refused ?? []).prefix(Self.maximumRefused).map { key in
                [
                    "name": key.keyID.map { ShownText.of($0.text, limit: 255) } ?? "Key \(key.index + 1)",
                    "reason": "Refused: " + ShownText.of(key.reason, limit: 300),
                ]
            }, "has_refused": !(set?.refused.isEmpty ?? true),
        ]
        context["read"] = set?.fetchedAt.map { ShownTime.context($0, at: now) }
        context["fresh"] = set?.freshUntil.map { ShownTime.context($0, at: now) }
        context["problem"] = set?.problem.map { ShownText.of($0, limit: 300) }
        return context
    }
}
