import Administration

/// `/clients/{client_id}/keys`: the client's own keys, and what is known of its other sources of keys.
///
/// A key is named by its RFC 7638 thumbprint or `kid`, which means all registrations of the key under that name.
struct ClientKeyEndpoints: AdminNoun {
    var operations: [AdminOperation] {
        [
            .get("/clients/{client_id}/keys", list),
            .post("/clients/{client_id}/keys", add),
            .get("/clients/{client_id}/key-uses", uses),
            .get("/clients/{client_id}/keys/{key}", key),
            .patch("/clients/{client_id}/keys/{key}", setStatus),
            .delete("/clients/{client_id}/keys/{key}", remove),
        ]
    }

    private func list(_ request: AdminRequest) async throws -> AdminResponse {
        _ = try request.query()
        return .document(try await ClientAdministration(request.store).details(of: request.clientID).keysJSON)
    }

    private func add(_ request: AdminRequest) async throws -> AdminResponse {
        let keys = try ClientKeyDocument(try request.object()).keys
        let clients = ClientAdministration(request.store)
        let change = try await clients.edit(request.clientID, removing: [], adding: keys, at: request.now) { _ in }
        var body = change.details.keysJSON
        body.set("duplicates", .array(change.duplicates.map { .number($0) }))
        guard change.duplicates.count < keys.count else { return .document(body) }
        let thumbprints = Set(keys.map(\.jwk.thumbprint))
        let url =
            thumbprints.count == 1
            ? thumbprints.first.map { request.url("clients", request.clientID, "keys", $0) } : nil
        return .document(body, status: 201, headers: url.map { ["Location": $0] } ?? [:])
    }

    private func uses(_ request: AdminRequest) async throws -> AdminResponse {
        _ = try request.query()
        let clients = ClientAdministration(request.store)
        return .document(try await clients.keyUses(of: request.clientID, at: request.now).json)
    }

    private func key(_ request: AdminRequest) async throws -> AdminResponse {
        let details = try await ClientAdministration(request.store).details(of: request.clientID)
        return try .key(details, request.keyName)
    }

    private func setStatus(_ request: AdminRequest) async throws -> AdminResponse {
        let clients = ClientAdministration(try storeChangingKey(request))
        let status = try KeyStatusDocument(try request.change().sent, at: request.now).status
        let change = try await clients.setStatus(status, ofKey: request.keyName, of: request.clientID)
        return try .key(change.details, request.keyName, endedGrants: change.endedGrants)
    }

    private func remove(_ request: AdminRequest) async throws -> AdminResponse {
        let clients = ClientAdministration(try storeChangingKey(request))
        let name = request.keyName
        // For its failure, which knows where the client's keys come from.
        _ = try await clients.registration(of: request.clientID).ownKeys(named: name)
        _ = try await clients.edit(request.clientID, removing: [name], adding: [], at: request.now) { _ in }
        return .none
    }

    private func storeChangingKey(_ request: AdminRequest) throws(Problem) -> any Store {
        let (id, name) = (ClientID(request.clientID), request.parameter("key"))
        return try request.store { records in
            try records.registration(of: id).flatMap { $0.version(ofKeysNamed: name) }
        }
    }
}

extension AdminRequest {
    /// The parameter `key` of the path.
    fileprivate var keyName: String { parameter("key") }
}

extension AdminResponse {
    /// - Parameter endedGrants: the number of grants that ended with a revoked key.
    fileprivate static func key(
        _ details: ClientDetails, _ name: String, endedGrants: Int? = nil
    ) throws -> AdminResponse {
        var body = try details.json(ofKeysNamed: name)
        if let endedGrants { body.set("ended_grants", .number(endedGrants)) }
        return .thing(body, tag: details.registration.version(ofKeysNamed: name))
    }
}

extension ClientRegistration {
    /// The version of a key: without its last use.
    ///
    /// - Returns: `nil` if there is no such key.
    fileprivate func version(ofKeysNamed name: String) -> EntityTag? {
        let unused = ClientDetails(registration: self, keySet: nil, uses: [:], caseVariants: [])
        return (try? unused.json(ofKeysNamed: name)).map { EntityTag(of: $0) }
    }
}
