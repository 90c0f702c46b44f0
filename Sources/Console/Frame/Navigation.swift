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
        /// For the first page.
        let meaning: String
    }

    static let groups = [
        Group(
            title: "Watch",
            entries: [
                Entry(title: "Overview", path: "", meaning: "How the server is, and what it does."),
                Entry(
                    title: "Refusals", path: RefusalsPage.address,
                    meaning: "The requests that were refused, why, and what to do about it."),
                Entry(
                    title: "Expiry calendar", path: CalendarPage.address,
                    meaning: "What ends when: certificates, keys, secrets and tokens, and a feed for your calendar."),
                Entry(
                    title: "Audit", path: AuditPage.location,
                    meaning: "Who changed what and when, before and after, with a way to undo it"),
            ]),
        Group(
            title: "Manage",
            entries: [
                Entry(
                    title: "Clients", path: ClientListPage.location,
                    meaning: "The programs that may ask this server for tokens, and their keys"),
                Entry(
                    title: "Key store", path: KeyStorePage.address,
                    meaning: "Certificates of clients: import them from a file, look at them, export and delete them"),
                Entry(
                    title: "People", path: PeoplePage.location,
                    meaning: "The people who can sign in, their sessions, and what they have allowed"),
                Entry(
                    title: "Resources", path: ResourcesPage.location,
                    meaning: "The APIs that clients can ask tokens for"),
                Entry(
                    title: "Registration tokens", path: RegistrationTokensPage.location,
                    meaning: "With one of them, a client registers itself"),
                Entry(
                    title: "Server keys", path: ServerKeysPage.location,
                    meaning: "The keys that this server signs tokens with: rotate and withdraw them"),
            ]),
        Group(
            title: "Try out",
            entries: [
                Entry(
                    title: "Key set tester", path: KeySetTestPage.address,
                    meaning: "Reads a key set by the rules of this server, and says why each key is or is not usable"),
                Entry(
                    title: "Assertion debugger", path: AssertionDebuggerPage.address,
                    meaning: "Judges an assertion as the token endpoint would, without using it up"),
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
                    let isAbove = !entry.path.isEmpty && path.hasPrefix(entry.path + "/")
                    let current = path == entry.path ? "page" : isAbove ? "true" : nil
                    let link = (base + entry.path).isEmpty ? "/" : base + entry.path
                    return [
                        "title": entry.title, "link": link, "meaning": entry.meaning, "current": current,
                    ]
                    .compactMapValues(\.self)
                },
            ]
        }
    }
}
