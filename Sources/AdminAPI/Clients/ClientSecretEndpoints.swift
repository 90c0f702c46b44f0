import Administration

/// `/clients/{client_id}/secrets`: the shared secrets of a client (RFC 6749 §2.3.1), of which only digests are stored.
struct ClientSecretEndpoints: AdminNoun {
    var operations: [AdminOperation] {
        [
            .get("/clients/{client_id}/secrets", list),
            .post("/clients/{client_id}/secrets", add),
            .get("/clients/{client_id}/secrets/{name}", secret),
            .delete("/clients/{client_id}/secrets/{name}", remove),
        ]
    }

    private func list(_ request: AdminRequest) async throws -> AdminResponse {
        let page = try PageRequest(request)
        let secrets = try await ClientAdministration(request.store).secrets(of: request.clientID)
        return page.response(ofAll: secrets, position: \.name, json: \.json)
    }

    /// The answer is the only one that has the secret.
    private func add(_ request: AdminRequest) async throws -> AdminResponse {
        var reader = DocumentReader(try request.object())
        let expiry = reader.time("expires_at", isNullable: true)
        reader.check(expiry.map { request.now < $0 } ?? true, "expires_at", "It must be in the future.")
        try reader.finish()
        let clients = ClientAdministration(request.store)
        let made = try await clients.addSecret(to: request.clientID, expiresAt: expiry, at: request.now)
        var body = made.details.json
        body.set("client_secret", .string(made.secret))
        return .created(
            body, at: request.url("clients", request.clientID, "secrets", made.details.name),
            tag: EntityTag(of: made.details.json))
    }

    private func secret(_ request: AdminRequest) async throws -> AdminResponse {
        let name = request.parameter("name")
        let secrets = try await ClientAdministration(request.store).secrets(of: request.clientID)
        guard let found = secrets.first(where: { $0.name == name }) else {
            throw ClientFailure.noSecret(name, ClientID(request.clientID))
        }
        return .thing(found.json)
    }

    private func remove(_ request: AdminRequest) async throws -> AdminResponse {
        let (id, name) = (ClientID(request.clientID), request.parameter("name"))
        let store = try request.store { records in
            let secret = try records.registration(of: id)?.client.secrets.first { $0.name == name }
            return secret.map { EntityTag(of: ClientSecretDetails($0).json) }
        }
        try await ClientAdministration(store).removeSecret(name, of: id.text, at: request.now)
        return .none
    }
}
