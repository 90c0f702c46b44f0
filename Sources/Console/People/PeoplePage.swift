import Administration
import Pages

/// `/people`: all people, found by name, e-mail address, group and state.
struct PeoplePage: ConsolePage {
    static let location = "/people"
    private static let pageSize = 40

    let path = Self.location
    let notices = ["removed": "The person has been removed."]

    func show(_ visit: Visit) async throws -> any ConsoleContent {
        let query = PeopleQuery(visit.query)
        let found = try await visit.store.users.search(query.filter, at: query.position, limit: Self.pageSize)
        let url = visit.address.path + Self.location
        var content = ListContent(
            head: PageHead(
                title: "People", lead: Self.lead(found.count, query), offersChanges: true,
                commands: [
                    ShellCommand.text(["user", "list"] + query.options),
                    ShellCommand.text(["user", "add", "NAME", "--full-name", "NAME", "--email", "ADDRESS"]),
                ]),
            action: url, table: Self.table(found.items, visit),
            empty: query.isFiltering
                ? .init(
                    title: "No person matches",
                    text: "Search for a part of the user name, the full name or the e-mail address.",
                    link: ("Show all", url))
                : .init(
                    title: "No person yet", text: "People sign in here for your applications. Add the first one."),
            add: ("Add a person", visit.address.path + AddPersonPage.location), filters: query.fields)
        content.lead(
            around: found, at: query.position, size: Self.pageSize, key: { $0.name },
            link: { url + query.link($0) })
        return content
    }

    private static func lead(_ count: FoundCount, _ query: PeopleQuery) -> String {
        let noun = count.number == 1 && !count.hasMore ? "person" : "people"
        return query.isFiltering
            ? "\(ShownNumber.of(count)) \(noun) found."
            : "\(ShownNumber.of(count)) \(noun) who can sign in for your applications."
    }

    private static func table(_ people: [UserRecord], _ visit: Visit) -> ShownTable {
        ShownTable(
            id: "people", caption: "People, in order of their user names",
            columns: ["Person", "State", "E-mail address", "Groups", "Added"],
            rows: people.map { user in
                let groups = user.groups.prefix(3).joined(separator: ", ")
                let more = user.groups.count > 3 ? " and \(user.groups.count - 3) more" : ""
                return ShownTable.Row(cells: [
                    .link(user.displayName, to: visit.address.path + PersonPage.path(of: user.id))
                        .noting(user.name, isKey: true),
                    .badge(state(of: user)), user.email.map { .text($0, limit: 200) } ?? .none("None"),
                    user.groups.isEmpty ? .none("None") : .text(groups + more, limit: 160),
                    .time(user.createdAt, at: visit.now),
                ])
            })
    }

    static func state(of user: UserRecord) -> ShownBadge {
        if !user.isEnabled { return ShownBadge(kind: .off, word: "Disabled") }
        if user.passwordHash == nil { return ShownBadge(kind: .warn, word: "No password") }
        return ShownBadge(kind: .ok, word: "Enabled", isPlain: true)
    }
}

/// What the address of the list says.
struct PeopleQuery {
    private let text: String
    private let state: String
    private let group: String
    let position: PagePosition

    init(_ query: Form?) {
        text = ClientField.trimmed(query?.text("q") ?? "")
        state = query?.text("state") ?? ""
        group = ClientField.trimmed(query?.text("group") ?? "")
        position =
            query?.text("after").map { .after($0) } ?? query?.text("before").map { .before($0) } ?? .first
    }

    /// An unknown state filters nothing.
    var filter: UserFilter {
        var filter = UserFilter()
        filter.text = text
        filter.group = group.isEmpty ? nil : group
        filter.isEnabled = state == "enabled" ? true : state == "disabled" ? false : nil
        return filter
    }

    var isFiltering: Bool { filter != UserFilter() }

    /// The options of the command that lists the same people.
    var options: [String] {
        let filter = filter
        return [
            ("--search", filter.text.isEmpty ? nil : filter.text), ("--group", filter.group),
            ("--state", filter.isEnabled.map { $0 ? "enabled" : "disabled" }),
        ].flatMap { name, value in value.map { ShellCommand.option(name, $0) } ?? [] }
    }

    var fields: [ListContent.Filter] {
        [
            .init(
                name: "q", label: "Search", value: text, control: .text(example: "Name or e-mail address"), isWide: true
            ),
            .init(name: "group", label: "Group", value: group, control: .text(example: "Whole name")),
            .init(
                name: "state", label: "State", value: state,
                control: .choice([("", "Any"), ("enabled", "Enabled"), ("disabled", "Disabled")])),
        ]
    }

    /// The query of the same list at another place.
    func link(_ position: (String, String)) -> String {
        let values = [("q", text), ("group", group), ("state", state)].filter { !$0.1.isEmpty } + [position]
        return "?" + FormWriter.encoded(values.map { (name: $0.0, value: $0.1) })
    }
}
