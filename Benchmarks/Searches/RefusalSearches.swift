import Store

/// Searches for refusals: each filter alone and together with others, and counts.
enum RefusalSearches {
    private static let limit = 40

    static func all(_ store: any Store) async throws -> [Search] {
        let audit = store.audit
        let all = try await audit.page(RefusalFilter(), after: nil, limit: 1000)
        guard let newest = all.entries.first, let some = all.entries.last else { return [] }
        func page(
            _ name: String, after position: RefusalPosition? = nil,
            _ change: @escaping @Sendable (inout RefusalFilter) -> Void = { _ in }
        ) -> Search {
            Search(name: "refusals: \(name)") {
                var filter = RefusalFilter()
                change(&filter)
                return "\(try await audit.page(filter, after: position, limit: limit).entries.count)"
            }
        }
        func counts(_ name: String, _ change: @escaping @Sendable (inout RefusalFilter) -> Void = { _ in }) -> [Search]
        {
            @Sendable func filter() -> RefusalFilter {
                var filter = RefusalFilter()
                change(&filter)
                return filter
            }
            @Sendable func words(_ total: FoundCount, _ groups: Int) -> String {
                "\(total.hasMore ? "more than " : "")\(total.number) in \(groups)"
            }
            return [
                Search(name: "counts by code: \(name)") {
                    let counts = try await audit.countsByCode(filter(), upTo: 5000)
                    return words(counts.total, counts.groupCount)
                },
                Search(name: "counts by client: \(name)") {
                    let counts = try await audit.countsByClient(filter(), limit: 10, among: 100_000)
                    return words(counts.total, counts.groupCount)
                },
            ]
        }
        let (hour, fortnight) = (newest.at - .seconds(3600), newest.at - .seconds(14 * 86_400))
        let behind = RefusalPosition(at: fortnight, isProven: true, number: 0)
        return [
            page("all, first page"), page("all, far behind", after: behind),
            page("one client", { $0.client = some.clientID }), page("no such client", { $0.client = "zeppelin" }),
            page("one code", { $0.code = "wrong_audience" }), page("no such code", { $0.code = "zeppelin" }),
            page("one address", { $0.address = some.remoteAddress }),
            page("no such address", { $0.address = "192.0.2.1" }),
            page("proven", { $0.isProven = true }), page("an endpoint that none used", { $0.endpoint = "/oauth2/par" }),
            page("the beginning of a reference", { $0.referencePrefix = String(some.reference.text.prefix(3)) }),
            page("the last hour", { $0.since = hour }), page("until a fortnight ago", { $0.until = fortnight }),
            page(
                "one code, from proven callers of another",
                {
                    $0.code = "unknown_client"
                    $0.isProven = true
                }),
            page(
                "one code and an endpoint that none used",
                {
                    $0.code = "wrong_audience"
                    $0.endpoint = "/oauth2/par"
                }),
            page(
                "client, code, address, endpoint, time",
                {
                    ($0.client, $0.code, $0.address) = (some.clientID, some.code, "192.0.2.1")
                    ($0.endpoint, $0.since) = (some.endpoint, fortnight)
                }),
        ] + counts("all") + counts("the last hour", { $0.since = hour })
            + counts("one client", { $0.client = some.clientID }) + counts("proven", { $0.isProven = true })
    }
}
