import Administration

/// `/expiry`: everything of the server that ends at a known time.
struct ExpiryEndpoints: AdminNoun {
    let services: AdminServices

    var operations: [AdminOperation] { [.get("/expiry", list)] }

    private func list(_ request: AdminRequest) async throws -> AdminResponse {
        let page = try PageRequest(request, filters: "kind", "client_id", "since", "until")
        let found = try await ExpiryAdministration(request.store, services.settings).page(
            try Self.filter(page), after: page.after.flatMap { ExpiryPosition($0) }, limit: page.limit)
        return page.response(found.entries, next: found.next?.text, json: \.json)
    }

    private static func filter(_ page: PageRequest) throws(Problem) -> ExpiryFilter {
        var filter = ExpiryFilter()
        if let text = page.filters["kind"] {
            guard let kind = Expiration.Kind(rawValue: text) else {
                let kinds = Expiration.Kind.allCases.map(\.rawValue).joined(separator: ", ")
                throw Problem(.invalidRequest, "kind: expected one of \(kinds).")
            }
            filter.kind = kind
        }
        filter.client = page.filters["client_id"].map { ClientID($0) }
        filter.from = try page.time("since") ?? .distantPast
        filter.until = try page.time("until") ?? .distantFuture
        return filter
    }
}
