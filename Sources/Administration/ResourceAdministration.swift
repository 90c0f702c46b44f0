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

    /// Changes a resource on the basis of what is registered at that moment, so that another command's change at the same time stays.
    package func edit(
        _ uri: String, _ change: @escaping @Sendable (inout ResourceRecord) -> Void
    ) async throws -> ResourceRecord {
        do throws(StoreError) {
            return try await store.resources.change(uri, change)
        } catch {
            if case .notFound = error { throw ResourceFailure.noResource(uri) }
            throw error
        }
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
