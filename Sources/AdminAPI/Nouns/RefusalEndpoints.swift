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
        let page = try PageRequest(request, filters: "proven")
        let filter = page.filters["proven"] ?? "false"
        guard let onlyProven = Bool(filter) else { throw Problem(.invalidRequest, "proven: expected true or false.") }
        let refusals = try await RefusalAdministration(request.store).latest(page.limit, onlyProven: onlyProven)
        return page.response(refusals, position: \.reference.text, json: \.json)
    }

    private func refusal(_ request: AdminRequest) async throws -> AdminResponse {
        .thing(try await RefusalAdministration(request.store).refusal(request.parameter("reference")).json)
    }
}
