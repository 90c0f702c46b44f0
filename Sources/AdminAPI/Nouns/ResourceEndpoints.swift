import Administration

/// `/resources`: the protected resources that clients can ask tokens for (RFC 8707).
struct ResourceEndpoints: AdminNoun {
    var operations: [AdminOperation] {
        [
            .get("/resources", list),
            .post("/resources", add),
            .get("/resources/{uri}", resource),
            .put("/resources/{uri}", edit),
            .patch("/resources/{uri}", edit),
            .delete("/resources/{uri}", remove),
        ]
    }

    private func list(_ request: AdminRequest) async throws -> AdminResponse {
        let page = try PageRequest(request, filters: "search")
        let found = try await ResourceAdministration(request.store).search(
            page.filters["search"] ?? "", at: page.position, limit: page.limit)
        return page.response(found.items, next: found.hasNext ? found.items.last?.uri : nil, json: \.json)
    }

    private func add(_ request: AdminRequest) async throws -> AdminResponse {
        let resource = try ResourceRecord(try request.object(), at: request.now)
        // The server itself is this resource; a stored one would have no effect.
        guard resource.uri != request.urls.adminAPI else {
            throw Problem(.conflict, "The resource '\(resource.uri)' is the admin API, which is always registered.")
        }
        try await ResourceAdministration(request.store).add(resource)
        return .created(resource.json, at: request.url("resources", resource.uri))
    }

    private func resource(_ request: AdminRequest) async throws -> AdminResponse {
        .thing(try await ResourceAdministration(request.store).resource(request.parameter("uri")).json)
    }

    private func edit(_ request: AdminRequest) async throws -> AdminResponse {
        let resources = ResourceAdministration(try storeChanging(request))
        return .thing(try await resources.edit(request.parameter("uri"), by: try request.change()).json)
    }

    private func remove(_ request: AdminRequest) async throws -> AdminResponse {
        try await ResourceAdministration(try storeChanging(request)).remove(request.parameter("uri"))
        return .none
    }

    private func storeChanging(_ request: AdminRequest) throws(Problem) -> any Store {
        let uri = request.parameter("uri")
        return try request.store { try $0.resource(uri).map { EntityTag(of: $0.json) } }
    }
}
