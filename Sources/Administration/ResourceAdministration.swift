@_exported import Server

/// The protected resources that clients can ask tokens for (RFC 8707).
package struct ResourceAdministration: Sendable {
    private let store: any Store

    package init(_ store: any Store) {
        self.store = store
    }

    package func list() async throws(StoreError) -> [ResourceRecord] { try await store.resources.all() }

    package func resource(_ uri: String) async throws -> ResourceRecord {
        let found = try await store.resources.all().first { ExactString($0.uri) == ExactString(uri) }
        guard let found else { throw ResourceFailure.noResource(uri) }
        return found
    }

    package func add(_ resource: ResourceRecord) async throws(StoreError) { try await store.resources.add(resource) }

    package func edit(_ uri: String, _ change: (inout ResourceRecord) -> Void) async throws -> ResourceRecord {
        var resource = try await resource(uri)
        change(&resource)
        try await store.resources.update(resource)
        return resource
    }

    package func remove(_ uri: String) async throws {
        // For its message, which says what to do.
        try await store.resources.remove(try await resource(uri).uri)
    }
}

/// The reason why an operation on a resource was refused.
package enum ResourceFailure: Error, Equatable {
    case noResource(String)
}

extension ResourceRecord {
    package var json: JSONObject {
        [
            "resource": .string(uri), "resource_name": .string(name), "scopes": .array(scopes),
            "access_token_format": .string(accessTokenFormat?.rawValue) ?? .null,
            "access_token_lifetime": .number(accessTokenLifetime.map { Int($0.milliseconds / 1000) }) ?? .null,
            "created_at": .string(createdAt.text),
        ]
    }
}
