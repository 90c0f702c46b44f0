import Administration

/// `/clients`: the registered clients (RFC 7591 §2). Their keys and secrets are things of their own below them.
struct ClientEndpoints: AdminNoun {
    var operations: [AdminOperation] {
        [
            .get("/clients", list),
            .post("/clients", add),
            .get("/clients/{client_id}", client),
            .put("/clients/{client_id}", edit),
            .patch("/clients/{client_id}", edit),
            .delete("/clients/{client_id}", remove),
        ]
    }

    private func list(_ request: AdminRequest) async throws -> AdminResponse {
        let page = try PageRequest(request, filters: ClientFilter.Parameter.allCases.map(\.rawValue))
        let filter = try Self.filter(page)
        let administration = ClientAdministration(request.store)
        guard filter != ClientFilter() else {
            let clients = try await request.store.clients.page(
                after: page.after.map { ClientID($0) }, limit: page.limit + 1)
            return page.response(
                try await administration.listed(clients), position: \.client.id.text, json: \.json)
        }
        let found = try await request.store.clients.search(filter, at: page.position, limit: page.limit)
        let listed = try await administration.listed(found.items.map(\.client))
        return page.response(listed, next: found.hasNext ? listed.last?.client.id.text : nil, json: \.json)
    }

    private static func filter(_ page: PageRequest) throws(Problem) -> ClientFilter {
        typealias Parameter = ClientFilter.Parameter
        var filter = ClientFilter()
        filter.text = page.filters[Parameter.search.rawValue] ?? ""
        filter.isEnabled = try page.flag(Parameter.enabled.rawValue)
        filter.authenticationMethod = try page.choice(Parameter.method.rawValue)
        filter.registration = try page.choice(Parameter.registration.rawValue)
        return filter
    }

    private func add(_ request: AdminRequest) async throws -> AdminResponse {
        let document = try NewClientDocument(try request.object(), at: request.now)
        let clients = ClientAdministration(request.store)
        let added = try await clients.register(document.client, keys: document.keys, at: request.now).details
        return .created(
            added.registration.json, at: request.url("clients", added.client.id.text), tag: added.registration.tag)
    }

    private func client(_ request: AdminRequest) async throws -> AdminResponse {
        .client(try await ClientAdministration(request.store).registration(of: request.clientID))
    }

    private func edit(_ request: AdminRequest) async throws -> AdminResponse {
        let clients = ClientAdministration(try request.storeChangingClient())
        return .client(try await clients.edit(request.clientID, by: try request.change(), at: request.now))
    }

    private func remove(_ request: AdminRequest) async throws -> AdminResponse {
        try await ClientAdministration(try request.storeChangingClient()).remove(request.clientID)
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

extension AdminResponse {
    fileprivate static func client(_ registration: ClientRegistration) -> AdminResponse {
        .thing(registration.json, tag: registration.tag)
    }
}

extension ClientRegistration {
    /// What is registered, without keys and secrets.
    fileprivate var json: JSONObject { client.json(dynamic) }

    /// The version of what is registered: without the uses of a client that registered itself.
    fileprivate var tag: EntityTag { EntityTag(of: ClientMetadata(client).json) }
}
