/// The table of contents of the console. A page is added here when it exists.
enum Navigation {
    struct Group: Sendable {
        let title: String
        let entries: [Entry]
    }

    struct Entry: Sendable {
        let title: String
        /// Below the console's address.
        let path: String
        /// Pages of the entry that are not below it.
        var others: [String] = []
    }

    static let groups = [
        Group(
            title: "Watch",
            entries: [
                Entry(title: "Overview", path: ""),
                Entry(title: "Refusals", path: RefusalsPage.address),
                Entry(title: "Expiry calendar", path: CalendarPage.address),
                Entry(title: "Audit", path: AuditPage.location),
            ]),
        Group(
            title: "Manage",
            entries: [
                Entry(title: "Clients", path: ClientListPage.location, others: [RegisterClientPage.location]),
                Entry(title: "Key store", path: KeyStorePage.address),
                Entry(title: "People", path: PeoplePage.location, others: [AddPersonPage.location]),
                Entry(title: "Resources", path: ResourcesPage.location, others: [AddResourcePage.location]),
                Entry(
                    title: "Registration tokens", path: RegistrationTokensPage.location,
                    others: [AddRegistrationTokenPage.location]),
                Entry(title: "Server keys", path: ServerKeysPage.location, others: [RotateKeysPage.location]),
            ]),
        Group(
            title: "Try out",
            entries: [
                Entry(title: "Key set tester", path: KeySetTestPage.address),
                Entry(title: "Assertion debugger", path: AssertionDebuggerPage.address),
            ]),
    ]

    /// - Parameter path: of the page that is shown, below the console's address.
    static func context(at path: String, below base: String) -> [[String: Any]] {
        // At an address of its own, the first page is at `/`.
        let path = path == "/" ? "" : path
        return groups.filter { !$0.entries.isEmpty }.map { group in
            [
                "title": group.title, "id": "nav-" + group.title.lowercased().replacing(" ", with: "-"),
                "entries": group.entries.map { entry in
                    let isAbove =
                        entry.others.contains(path) || !entry.path.isEmpty && path.hasPrefix(entry.path + "/")
                    let current = path == entry.path ? "page" : isAbove ? "true" : nil
                    let link = (base + entry.path).isEmpty ? "/" : base + entry.path
                    return ["title": entry.title, "link": link, "current": current].compactMapValues(\.self)
                },
            ]
        }
    }
}
