import Administration
import Pages

/// `/clients`: all clients, found by name, identifier, state and method.
struct ClientListPage: ConsolePage {
    static let location = "/clients"
    private static let pageSize = 40

    let path = Self.location
    let notices = ["removed": "The client has been removed."]

    func show(_ visit: Visit) async throws -> any ConsoleContent {
        let query = ClientQuery(visit.query)
        let found = try await visit.store.clients.search(query.filter, at: query.position, limit: Self.pageSize)
        var rows: [ClientRow] = []
        for item in found.items {
            // One that was removed meanwhile is left out.
            guard let registration = try await visit.store.clients.registration(of: item.client.id) else { continue }
            let uses = try await visit.store.keyUses.latest(of: item.client.id)
            rows.append(ClientRow(registration, lastUsedAt: uses.values.max()))
        }
        return ClientListContent(
            query: query,
            found: FoundPage(
                items: rows, hasPrevious: found.hasPrevious, hasNext: found.hasNext, count: found.count),
            now: visit.now, base: visit.address.path)
    }
}

/// What the address of the list says.
struct ClientQuery: Sendable, Equatable {
    var text = ""
    var state = ""
    var method = ""
    var origin = ""
    var position = PagePosition.first

    init(_ query: Form?) {
        text = ClientField.trimmed(query?.text("q") ?? "")
        state = query?.text("state") ?? ""
        method = query?.text("method") ?? ""
        origin = query?.text("from") ?? ""
        if let key = query?.text("after") { position = .after(key) }
        if let key = query?.text("before") { position = .before(key) }
    }

    static let states = [("", "Any"), ("enabled", "Enabled"), ("disabled", "Disabled")]
    static let methods = [("", "Any")] + AuthenticationMethod.allCases.map { ($0.rawValue, $0.rawValue) }
    static let origins = [
        ("", "Any"), ("operator", "An operator"), ("token", "Itself, with a token"), ("open", "Itself, without"),
    ]

    /// An unknown word filters nothing.
    var filter: ClientFilter {
        var filter = ClientFilter()
        filter.text = text
        filter.isEnabled = state == "enabled" ? true : state == "disabled" ? false : nil
        filter.authenticationMethod = AuthenticationMethod(rawValue: method)
        filter.registration = ClientFilter.Registration(rawValue: origin)
        return filter
    }

    var isFiltering: Bool { filter != ClientFilter() }

    /// The options of the command that lists the same clients.
    var options: [String] {
        let filter = filter
        return [
            ("--search", filter.text.isEmpty ? nil : filter.text),
            ("--state", filter.isEnabled.map { $0 ? "enabled" : "disabled" }),
            ("--auth-method", filter.authenticationMethod?.rawValue),
            ("--registered-by", filter.registration?.rawValue),
        ].flatMap { name, value in value.map { ShellCommand.option(name, $0) } ?? [] }
    }

    /// The query of the same list at another place.
    func link(_ position: (name: String, value: String)? = nil) -> String {
        let parameters =
            [("q", text), ("state", state), ("method", method), ("from", origin)]
            .filter { !$0.1.isEmpty } + (position.map { [$0] } ?? [])
        return parameters.isEmpty ? "" : "?" + FormWriter.encoded(parameters.map { (name: $0.0, value: $0.1) })
    }
}

/// A client in the list.
struct ClientRow: Sendable {
    let registration: ClientRegistration
    let lastUsedAt: UnixTime?

    init(_ registration: ClientRegistration, lastUsedAt: UnixTime?) {
        self.registration = registration
        self.lastUsedAt = lastUsedAt
    }

    var client: ClientRecord { registration.client }

    /// The certificates of the source in force, without those of revoked keys.
    private var expiries: [UnixTime] {
        switch registration.keySource {
        case .own:
            registration.keys.filter { !$0.status.isRevoked }.flatMap { key in
                [key.certificate?.facts.notAfter, key.status.end].compactMap(\.self)
            }
        case .keyStore: registration.keyStoreEntry.map { [$0.certificate.facts.notAfter] } ?? []
        case .keySet, .none: []
        }
    }

    var nextExpiry: UnixTime? { expiries.min() }

    /// A state of the list: an icon, a word and, if it is out of the ordinary, a colour.
    func state(at now: UnixTime) -> (word: String, kind: String, isPlain: Bool) {
        guard client.isEnabled else { return ("Disabled", "off", true) }
        switch client.authenticationMethod {
        case .privateKeyJWT:
            if registration.keySource == .none { return ("No key", "bad", false) }
            let isUsable: Bool =
                switch registration.keySource {
                case .own: registration.keys.contains { $0.status.allowsUse(at: now) }
                case .keySet, .keyStore, .none: true
                }
            if !isUsable { return ("No usable key", "bad", false) }
            if let next = nextExpiry {
                if next <= now { return ("Expired", "bad", false) }
                if next <= now + .seconds(30 * 86_400) { return ("Expires soon", "warn", false) }
            }
        case .clientSecretBasic, .clientSecretPost:
            if !client.secrets.contains(where: { $0.isUsable(at: now) }) { return ("No secret", "bad", false) }
        case .none: break
        }
        return ("Enabled", "ok", true)
    }

    var source: (name: String, count: String?) {
        func keys(_ count: Int) -> String { count == 1 ? "1 key" : "\(count) keys" }
        switch registration.keySource {
        case .own: return ("Its own", keys(registration.keys.count))
        case .keySet: return ("JWKS URI", nil)
        case .keyStore: return ("Key store", "1 certificate")
        case .none:
            guard client.authenticationMethod.usesSecret else {
                return (client.authenticationMethod == .none ? "Public" : "None", nil)
            }
            return ("Secret", client.secrets.count == 1 ? "1 secret" : "\(client.secrets.count) secrets")
        }
    }

    func context(at now: UnixTime, below base: String) -> [String: Any] {
        let (state, source) = (state(at: now), source)
        var context: [String: Any] = [
            "link": base + ClientPage.path(of: client.id), "id": ShownText.of(client.id.text, limit: 255, room: 260),
            "name": ShownText.of(client.shownName, room: 260), "state": state.word, "icon": state.kind,
            "badge": state.kind == "off" ? "plain" : state.kind + (state.isPlain ? " plain" : ""),
            "source": source.name,
        ]
        context["count"] = source.count
        context["expiry"] = nextExpiry.map { time in
            ShownTime.context(time, at: now).merging([
                "distance": time <= now ? "expired" : ShownTime.distance(time, at: now)
            ]) { $1 }
        }
        context["used"] = lastUsedAt.map { ShownTime.context($0, at: now) }
        return context
    }
}

extension KeyAvailability {
    /// When a retiring key stops working.
    var end: UnixTime? {
        if case .retiring(let end) = self { end } else { nil }
    }
}

extension ClientRecord {
    /// What an operator sees: the name, or the identifier if there is none.
    var shownName: String { name.isEmpty ? id.text : name }
}

struct ClientListContent: ListedContent {
    static let template = "clients"

    let query: ClientQuery
    var found: FoundPage<ClientRow>
    let now: UnixTime
    /// The path of the console.
    let base: String

    var head: PageHead {
        PageHead(
            title: "Clients", lead: lead, offersChanges: true,
            commands: [
                ShellCommand.text(["client", "list"] + query.options),
                RegisterClientPage.command,
            ])
    }

    private var lead: String {
        let count = found.count
        let number = count.hasMore ? "More than \(count.number)" : count.number == 0 ? "No" : "\(count.number)"
        let noun = count.number == 1 && !count.hasMore ? "client" : "clients"
        return query.isFiltering
            ? "\(number) \(noun) found." : "\(number) \(noun): the programs that may ask this server for tokens."
    }

    var rowCount: Int { found.items.count }

    func keeping(_ count: Int) -> ClientListContent {
        var content = self
        content.found = found.keeping(count, at: query.position)
        return content
    }

    var context: [String: Any] {
        func options(_ choices: [(String, String)], _ chosen: String) -> [[String: Any]] {
            choices.map { ["value": $0.0, "label": $0.1, "is_selected": $0.0 == chosen] }
        }
        let list = base + ClientListPage.location
        var context: [String: Any] = [
            "action": list, "register": base + RegisterClientPage.location, "q": ShownText.of(query.text, limit: 255),
            "states": options(ClientQuery.states, query.state), "methods": options(ClientQuery.methods, query.method),
            "origins": options(ClientQuery.origins, query.origin), "has_rows": !found.items.isEmpty,
            "rows": found.items.map { $0.context(at: now, below: base) },
            "has_pages": found.hasPrevious || found.hasNext,
            "is_filtering": query.isFiltering, "filter_text": ShownText.of(query.text),
        ]
        let links = found.links({ $0.client.id.text }, { list + query.link($0) })
        context["previous"] = links.previous.map { ["link": $0] }
        context["next"] = links.next.map { ["link": $0] }
        return context
    }
}
