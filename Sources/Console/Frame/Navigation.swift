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
                Entry(
                    title: "Refusals", path: RefusalsPage.address,
                    meaning: "The requests that were refused, why, and what to do about it.")
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
            ]),
        Group(
            title: "Try out",
            entries: [
                Entry(
                    title: "Key set tester", path: KeySetTestPage.address,
                    meaning: "Reads a key set by the rules of this server, and says why each key is or is not usable")
            ]),
    ]

    /// - Parameter path: of the page that is shown, below the console's address.
    static func context(at path: String, below base: String) -> [[String: Any]] {
        groups.filter { !$0.entries.isEmpty }.map { group in
            [
                "title": group.title, "id": "nav-" + group.title.lowercased().replacing(" ", with: "-"),
                "entries": group.entries.map { entry in
                    let current = path == entry.path ? "page" : path.hasPrefix(entry.path + "/") ? "true" : nil
                    return [
                        "title": entry.title, "link": base + entry.path, "meaning": entry.meaning, "current": current,
                    ]
                    .compactMapValues(\.self)
                },
            ]
        }
    }
}
