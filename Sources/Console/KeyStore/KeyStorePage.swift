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
        let keyStore = KeyStoreAdministration(visit.store)
        let all = try await keyStore.plainEntries()
        let filter = KeyStoreFilter(visit.query)
        var matching = all.filter { filter.admits($0, at: visit.now) }
        if filter.use != .any {
            matching = try await keyStore.details(of: matching).filter(filter.admits).map(\.entry)
        }
        matching.sort {
            ($0.certificate.facts.notAfter, $0.alias.text) < ($1.certificate.facts.notAfter, $1.alias.text)
        }
        let rest = filter.rest(of: matching)
        return KeyStoreContent(
            entries: try await keyStore.details(of: Array(rest.prefix(Self.pageSize))),
            hasMore: rest.count > Self.pageSize, matching: matching.count, all: all.count, filter: filter,
            base: visit.address.path, now: visit.now)
    }
}

/// What of the key store a page shows; it is in the page's address.
struct KeyStoreFilter {
    enum Validity: String, CaseIterable {
        case any = ""
        case expired
        case soon

        var text: String {
            switch self {
            case .any: "Any"
            case .expired: "Expired"
            case .soon: "Expires within 30 days"
            }
        }
    }

    enum Use: String, CaseIterable {
        case any = ""
        case serves
        case unused

        var text: String {
            switch self {
            case .any: "Any"
            case .serves: "Serves a client"
            case .unused: "Serves none"
            }
        }
    }

    let search: String
    let validity: Validity
    let use: Use
    /// The alias of the last entry of the page before.
    let after: String?

    init(_ query: Form?) {
        search = query?.text("q") ?? ""
        validity = query?.text("state").flatMap(Validity.init) ?? .any
        use = query?.text("use").flatMap(Use.init) ?? .any
        after = query?.text("after")
    }

    var isEmpty: Bool { search.isEmpty && validity == .any && use == .any }

    /// Whether an entry serves what is asked for.
    func admits(_ details: KeyStoreEntryDetails) -> Bool {
        use == .any || details.use.isInForce == (use == .serves)
    }

    /// Whether an entry is shown, whatever it serves.
    func admits(_ entry: KeyStoreEntry, at now: UnixTime) -> Bool {
        let facts = entry.certificate.facts
        let isOfValidity =
            switch validity {
            case .any: true
            case .expired: ExpiryStage(facts.notAfter, at: now) == .expired
            case .soon: ![nil, .expired].contains(ExpiryStage(facts.notAfter, at: now))
            }
        guard isOfValidity else { return false }
        guard !search.isEmpty else { return true }
        let wanted = search.lowercased()
        return [entry.alias.text, facts.subject, facts.fingerprint].contains {
            $0.lowercased().contains(wanted)
        }
    }

    /// Returns the entries after the page before; from the first one if that page's last entry was removed.
    func rest(of entries: [KeyStoreEntry]) -> ArraySlice<KeyStoreEntry> {
        guard let after, let last = entries.firstIndex(where: { $0.alias == ExactString(after) }) else {
            return entries[...]
        }
        return entries[(last + 1)...]
    }

    /// The query of this filter.
    func query(after alias: String? = nil) -> String {
        let parameters = [("q", search), ("state", validity.rawValue), ("use", use.rawValue), ("after", alias ?? "")]
        let sent = parameters.filter { !$0.1.isEmpty }
        return sent.isEmpty ? "" : "?" + FormWriter.encoded(sent.map { (name: $0.0, value: $0.1) })
    }
}

struct KeyStoreContent: ConsoleContent {
    static let template = "keystore"

    let entries: [KeyStoreEntryDetails]
    let hasMore: Bool
    let matching: Int
    let all: Int
    let filter: KeyStoreFilter
    let base: String
    let now: UnixTime

    var head: PageHead {
        PageHead(
            title: "Key store",
            lead:
                "Certificates by alias. An entry whose alias is a client’s ID serves that client, as long as the client has neither "
                + "keys of its own nor a JWKS URI.", offersChanges: true,
            commands: [
                ShellCommand.text(["keystore", "list"]), ShellCommand.text(["keystore", "import", "FILE"]),
                ShellCommand.text(["keystore", "show", "ALIAS"]),
            ])
    }

    var context: [String: Any] {
        let (page, importing) = (base + KeyStorePage.address, base + ImportPage.address)
        let count = matching == all ? "\(all)" : "\(matching) of \(all)"
        var context: [String: Any] = [
            "page": page, "import": importing, "search": ShownText.of(filter.search, limit: 200),
            "states": KeyStoreFilter.Validity.allCases.map { option in
                ["value": option.rawValue, "text": option.text, "is_chosen": option == filter.validity]
                    as [String: Any]
            },
            "uses": KeyStoreFilter.Use.allCases.map { option in
                ["value": option.rawValue, "text": option.text, "is_chosen": option == filter.use] as [String: Any]
            },
            "rows": entries.map { ShownEntry(details: $0, now: now, base: base).row },
            "has_rows": !entries.isEmpty, "is_empty": all == 0, "count": count + (all == 1 ? " entry" : " entries"),
            "all": all,
        ]
        if hasMore, let last = entries.last {
            context["next"] = page + filter.query(after: last.entry.alias.text)
        }
        if filter.after != nil { context["first"] = page + filter.query() }
        return context
    }
}
