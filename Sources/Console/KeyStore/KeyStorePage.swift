import Administration
import Pages

/// The list of the key store's entries, the next to expire first.
struct KeyStorePage: ConsolePage {
    static let address = "/keystore"
    static let pageSize = 40

    let path = KeyStorePage.address
    let notices = [
        "imported": "The certificates have been imported.", "deleted": "The entry has been deleted.",
    ]

    func show(_ visit: Visit) async throws -> any ConsoleContent {
        let query = KeyStoreQuery(visit.query)
        let found = try await KeyStoreAdministration(visit.store).search(
            query.filter, at: query.position, limit: Self.pageSize, now: visit.now)
        return KeyStoreContent(query: query, found: found, base: visit.address.path, now: visit.now)
    }
}

/// What the address of the list says.
struct KeyStoreQuery {
    let text: String
    private let state: String
    private let use: String
    var position = PagePosition.first

    init(_ query: Form?) {
        text = ClientField.trimmed(query?.text("q") ?? "")
        state = query?.text("state") ?? ""
        use = query?.text("use") ?? ""
        if let key = query?.text("after") { position = .after(key) }
        if let key = query?.text("before") { position = .before(key) }
    }

    private static let states = [("", "Any"), ("expired", "Expired"), ("soon", "Expires within 30 days")]
    private static let uses = [("", "Any"), ("serves", "Serves a client"), ("unused", "Serves none")]

    /// An unknown word filters nothing.
    var filter: KeyStoreFilter {
        var filter = KeyStoreFilter()
        filter.text = text
        filter.validity = KeyStoreFilter.Validity(rawValue: state)
        filter.isInForce = use == "serves" ? true : use == "unused" ? false : nil
        return filter
    }

    var isFiltering: Bool { filter != KeyStoreFilter() }

    /// The options of the command that lists the same entries.
    var options: [String] {
        let filter = filter
        return [
            ("--search", filter.text.isEmpty ? nil : filter.text), ("--validity", filter.validity?.rawValue),
            ("--use", filter.isInForce.map { $0 ? "in-force" : "none" }),
        ].flatMap { name, value in value.map { ShellCommand.option(name, $0) } ?? [] }
    }

    /// The choices of the two selections.
    var choices: [String: Any] {
        func options(_ choices: [(String, String)], _ chosen: String) -> [[String: Any]] {
            choices.map { ["value": $0.0, "text": $0.1, "is_chosen": $0.0 == chosen] }
        }
        return ["states": options(Self.states, state), "uses": options(Self.uses, use)]
    }

    /// The query of the same list at another place.
    func link(_ position: (name: String, value: String)? = nil) -> String {
        let parameters =
            [("q", text), ("state", state), ("use", use)].filter { !$0.1.isEmpty } + (position.map { [$0] } ?? [])
        return parameters.isEmpty ? "" : "?" + FormWriter.encoded(parameters.map { (name: $0.0, value: $0.1) })
    }
}

struct KeyStoreContent: ListedContent {
    static let template = "keystore"

    let query: KeyStoreQuery
    var found: FoundPage<KeyStoreEntryDetails>
    let base: String
    let now: UnixTime

    /// The number of entries, of which the first letter is a capital.
    private var count: String {
        let (count, isOne) = (found.count, found.count.number == 1 && !found.count.hasMore)
        return isOne ? "One entry" : "\(ShownNumber.of(count)) entries"
    }

    var head: PageHead {
        PageHead(
            title: "Key store",
            lead: (found.count.number == 0 ? "" : count + (query.isFiltering ? " found. " : ". "))
                + "Certificates by alias. An entry whose alias is a client’s ID serves that client, as long as the client has neither "
                + "keys of its own nor a JWKS URI.", offersChanges: true,
            commands: [
                ShellCommand.text(["keystore", "list"] + query.options),
                ShellCommand.text(["keystore", "import", "FILE"]), ShellCommand.text(["keystore", "show", "ALIAS"]),
            ])
    }

    var rowCount: Int { found.items.count }

    func keeping(_ count: Int) -> KeyStoreContent {
        var content = self
        content.found = found.keeping(count, at: query.position)
        return content
    }

    var context: [String: Any] {
        let page = base + KeyStorePage.address
        var context: [String: Any] = [
            "page": page, "import": base + ImportPage.address, "search": ShownText.of(query.text, limit: 200),
            "rows": found.items.map { ShownEntry(details: $0, now: now, base: base).row },
            "has_rows": !found.items.isEmpty, "is_empty": found.count.number == 0 && !query.isFiltering,
            "has_pages": found.hasPrevious || found.hasNext,
        ]
        context.merge(query.choices) { first, _ in first }
        let links = found.links({ $0.entry.position }, { page + query.link($0) })
        (context["previous"], context["next"]) = (links.previous, links.next)
        return context
    }
}
