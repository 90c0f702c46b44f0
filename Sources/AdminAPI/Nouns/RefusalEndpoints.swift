import Administration

/// `/refusals`: the requests that the server refused, each with the trace of the rules.
struct RefusalEndpoints: AdminNoun {
    let services: AdminServices

    var operations: [AdminOperation] {
        [
            .get("/refusals", list),
            .get("/refusals/causes", causes),
            .get("/refusals/{reference}", refusal),
        ]
    }

    private func list(_ request: AdminRequest) async throws -> AdminResponse {
        let page = try PageRequest(request, filters: RefusalParameter.allCases.map(\.rawValue))
        let found = try await request.store.audit.page(
            try Self.filter(page.query), after: page.after.flatMap { RefusalPosition(text: $0) }, limit: page.limit)
        return page.response(found.entries, next: found.next?.text, json: \.json)
    }

    private func causes(_ request: AdminRequest) async throws -> AdminResponse {
        let query = try request.query(of: RefusalParameter.allCases.map(\.rawValue))
        return .document(
            try await RefusalAdministration(request.store).causes(try Self.filter(QueryFilters(query))).json)
    }

    private func refusal(_ request: AdminRequest) async throws -> AdminResponse {
        .thing(
            try await RefusalAdministration(
                request.store, services.settings, issuer: request.urls.issuer, at: request.now
            ).refusal(request.parameter("reference")).json)
    }

    private static func filter(_ query: QueryFilters) throws(Problem) -> RefusalFilter {
        func text(_ parameter: RefusalParameter) -> String? { query[parameter.rawValue] }
        var filter = RefusalFilter()
        (filter.client, filter.code) = (text(.client), text(.code))
        filter.isProven = try query.flag(RefusalParameter.isProven.rawValue)
        (filter.address, filter.endpoint) = (text(.address), text(.endpoint))
        filter.since = try query.time(RefusalParameter.since.rawValue)
        filter.until = try query.time(RefusalParameter.until.rawValue)
        filter.referencePrefix = text(.reference).map { Reference(typed: $0).text }
        return filter
    }
}
