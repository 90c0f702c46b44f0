import Store

/// Searches for clients: pages at both ends, common and rare words, filters.
enum ClientSearches {
    private static let limit = 40

    static func all(_ store: any Store) async throws -> [Search] {
        func search(
            _ name: String, at position: PagePosition = .first,
            _ change: @escaping @Sendable (inout ClientFilter) -> Void = { _ in }
        ) -> Search {
            Search(name: "clients: \(name)") {
                var filter = ClientFilter()
                change(&filter)
                let page = try await store.clients.search(filter, at: position, limit: limit)
                return "\(page.items.count) of \(page.count.hasMore ? "more than " : "")\(page.count.number)"
            }
        }
        let middle = PagePosition.after("other-55")
        return [
            search("all, first page"), search("all, far behind", at: middle),
            search("all, backwards", at: .before("other-55")),
            search("a word in every name", { $0.text = "client" }),
            search("a word in every name, far behind", at: middle, { $0.text = "client" }),
            search("a word in a few names", { $0.text = "9999" }),
            search("a word in some hundred names, far behind", at: middle, { $0.text = "777" }),
            search("a word in no name", { $0.text = "zeppelin" }),
            search("disabled", { $0.isEnabled = false }),
            search("registered by itself", { $0.registration = .open }),
            search("a method that none uses", { $0.authenticationMethod = .clientSecretPost }),
            search(
                "a word, a state and an origin", at: middle,
                {
                    $0.text = "99"
                    $0.isEnabled = true
                    $0.registration = .byOperator
                }),
        ]
    }
}
