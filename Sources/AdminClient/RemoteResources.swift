import Administration

/// The protected resources of a running server.
struct RemoteResources: ResourceOperations {
    let server: RemoteServer

    func list(_ text: String) async throws -> [ResourceRecord] {
        let query = text.isEmpty ? [] : [("search", text)]
        return try await server.list(["resources"], query: query).map { item in
            try server.decoded(item) { try ResourceRecord(answer: $0) }
        }
    }

    func resource(_ uri: String) async throws -> ResourceRecord {
        try server.decoded(try await server.get(["resources", uri]).object) { try ResourceRecord(answer: $0) }
    }

    func add(_ resource: ResourceRecord) async throws {
        var body = resource.writable
        body.set("resource", .string(resource.uri))
        _ = try await server.post(["resources"], body)
    }

    func edit(
        _ uri: String, _ change: @escaping @Sendable (inout ResourceRecord) -> Void
    ) async throws -> ResourceRecord {
        let after = try await server.change("PUT", ["resources", uri]) { object in
            var resource = try server.decoded(object) { try ResourceRecord(answer: $0) }
            change(&resource)
            return resource.writable
        }
        return try server.decoded(after.object) { try ResourceRecord(answer: $0) }
    }

    func remove(_ uri: String) async throws { try await server.delete(["resources", uri]) }
}

extension ResourceRecord {
    /// The members that can be changed.
    fileprivate var writable: JSONObject {
        var object = json
        for name in ["resource", "created_at"] { object.remove(name) }
        return object
    }
}

/// The initial access tokens of a running server.
struct RemoteRegistrationTokens: RegistrationTokenOperations {
    let server: RemoteServer

    func add(
        _ terms: RegistrationTokenAdministration.Terms, at now: UnixTime
    ) async throws -> (record: InitialAccessToken, token: String) {
        let made = try await server.post(
            ["registration-tokens"],
            [
                "note": .string(terms.note), "scopes": terms.scopes.map { .array($0) } ?? .null,
                "grant_types": terms.grants.map { .array($0.map(\.rawValue)) } ?? .null,
                "allow_reuse": .boolean(terms.allowsReuse), "maximum_uses": .number(terms.maximumUses),
                "expires_in": .number(Int(terms.lifetime.components.seconds)),
            ]
        ).object
        return try server.decoded(made) { object in
            var reader = DocumentReader(object)
            let token = reader.requiredText("token")
            try reader.finishIgnoringOthers()
            return (try InitialAccessToken(answer: object), token)
        }
    }

    /// The server's clock decides which state a token is in.
    func list(in state: InitialAccessToken.State?, at now: UnixTime) async throws -> [InitialAccessToken] {
        let query = state.map { [("state", $0.rawValue)] } ?? []
        return try await server.list(["registration-tokens"], query: query).map { item in
            try server.decoded(item) { try InitialAccessToken(answer: $0) }
        }.sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
    }

    func revoke(_ id: String) async throws { try await server.delete(["registration-tokens", id]) }
}
