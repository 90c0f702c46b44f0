import Administration

/// `/refusals`: the requests that the server refused, each with the trace of the rules.
struct RefusalEndpoints: AdminNoun {
    var operations: [AdminOperation] {
        [
            .get("/refusals", list),
            .get("/refusals/{reference}", refusal),
        ]
    }

    private func list(_ request: AdminRequest) async throws -> AdminResponse {
        let page = try PageRequest(
            request, filters: "client_id", "code", "proven", "remote_address", "endpoint", "since", "until",
            "reference")
        let found = try await request.store.audit.page(
            try Self.filter(page), after: page.after.flatMap { RefusalPosition(text: $0) }, limit: page.limit)
        return page.response(found.entries, next: found.next?.text, json: \.json)
    }

    private func refusal(_ request: AdminRequest) async throws -> AdminResponse {
        .thing(try await RefusalAdministration(request.store).refusal(request.parameter("reference")).json)
    }

    private static func filter(_ page: PageRequest) throws(Problem) -> RefusalFilter {
        var filter = RefusalFilter()
        filter.client = page.filters["client_id"]
        filter.code = page.filters["code"]
        filter.isProven = try page.flag("proven")
        filter.address = page.filters["remote_address"]
        filter.endpoint = page.filters["endpoint"]
        filter.since = try page.time("since")
        filter.until = try page.time("until")
        filter.referencePrefix = page.filters["reference"].map { $0.uppercased() }
        return filter
    }
}
