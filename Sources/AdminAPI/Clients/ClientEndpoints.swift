import Administration

/// `/clients`: the registered clients (RFC 7591 §2). Their keys and secrets are things of their own below them.
struct ClientEndpoints: AdminNoun {
    var operations: [AdminOperation] {
        [
            .get("/clients", list),
            .get("/clients/{client_id}", client),
            .delete("/clients/{client_id}", remove),
        ]
    }

    private func list(_ request: AdminRequest) async throws -> AdminResponse {
        let page = try PageRequest(request)
        let clients = try await request.store.clients.page(
            after: page.after.map { ClientID($0) }, limit: page.limit + 1)
        let origins = try await ClientAdministration(request.store).registrations()
        return page.response(clients, position: \.id.text) { $0.json(origins[$0.id]) }
    }

    private func client(_ request: AdminRequest) async throws -> AdminResponse {
        let registration = try await ClientAdministration(request.store).registration(of: request.clientID)
        return .thing(registration.json, tag: registration.tag)
    }

    private func remove(_ request: AdminRequest) async throws -> AdminResponse {
        let clients = ClientAdministration(try request.storeChangingClient())
        // For its failure, which names the client.
        _ = try await clients.registration(of: request.clientID)
        try await clients.remove(request.clientID)
        return .none
    }
}

extension AdminRequest {
    /// The parameter `client_id` of the path.
    var clientID: String { parameter("client_id") }

    /// The store for a change of that client.
    func storeChangingClient() throws(Problem) -> any Store {
        let id = ClientID(clientID)
        return try store { try $0.registration(of: id)?.tag }
    }
}

extension ClientRegistration {
    /// What is registered, without keys and secrets.
    var json: JSONObject { client.json(dynamic) }

    /// The version of what is registered: without the uses of a client that registered itself.
    var tag: EntityTag { EntityTag(of: ClientMetadata(client).json) }
}
