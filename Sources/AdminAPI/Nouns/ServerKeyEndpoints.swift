import Administration

/// `/server-keys`: the keys that the server signs tokens with.
struct ServerKeyEndpoints: AdminNoun {
    let services: AdminServices

    var operations: [AdminOperation] {
        [
            .get("/server-keys", list),
            .post("/server-keys", rotate),
            .get("/server-keys/{kid}", key),
            .delete("/server-keys/{kid}", withdraw),
        ]
    }

    private func list(_ request: AdminRequest) async throws -> AdminResponse {
        response(try PageRequest(request), try await ServerKeyAdministration(request.store).list(at: request.now))
    }

    private func rotate(_ request: AdminRequest) async throws -> AdminResponse {
        let rotation = try ServerKeyAdministration.Rotation(try request.object())
        let keys = try await operations(request.store).rotate(
            rotation.algorithms, after: rotation.delay, at: request.now)
        return .document(["items": .array(keys.map(\.json)), "next": .null], status: 201)
    }

    private func key(_ request: AdminRequest) async throws -> AdminResponse {
        let id = request.parameter("kid")
        let keys = try await ServerKeyAdministration(request.store).list(at: request.now)
        guard let key = keys.first(where: { $0.keyID == ExactString(id) }) else { throw ServerKeyFailure.noKey(id) }
        return .thing(key.json, tag: key.tag)
    }

    /// The key is out of use at once in this process, and within seconds in others.
    private func withdraw(_ request: AdminRequest) async throws -> AdminResponse {
        let (id, now) = (request.parameter("kid"), request.now)
        let store = try request.store { records in
            let keys = try records.signingKeys()
            return keys.first { $0.keyID == ExactString(id) }
                .map { ServerKeyAdministration.Details($0, keys.state(of: $0, at: now)).tag }
        }
        _ = try await operations(store).retire(id, at: now)
        return .none
    }

    private func operations(_ store: any Store) -> RunningServerKeys {
        RunningServerKeys(
            store, services.process.keys, masterKey: services.process.masterKey, services.settings, services.runtime)
    }

    private func response(_ page: PageRequest, _ keys: [ServerKeyAdministration.Details]) -> AdminResponse {
        page.response(
            ofAll: keys, position: { Position.descending($0.createdAt, $0.keyID.text) }, json: \.json)
    }
}

extension ServerKeyAdministration.Details {
    /// The version of the key, which time alone does not change.
    fileprivate var tag: EntityTag {
        var object = json
        object.remove("state")
        return EntityTag(of: object)
    }
}
