import Administration

/// `/clients`: the registered clients (RFC 7591 §2). Their keys and secrets are things of their own below them.
struct ClientEndpoints: AdminNoun {
    var operations: [AdminOperation] {
        [
            .get("/clients", list),
            .get("/clients/{client_id}", client),
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
        .thing(try await ClientAdministration(request.store).registration(of: request.clientID).json)
    }
}

extension AdminRequest {
    /// The parameter `client_id` of the path.
    var clientID: String { parameter("client_id") }
}

extension ClientRegistration {
    /// What is registered, without keys and secrets.
    var json: JSONObject { client.json(dynamic) }
}
