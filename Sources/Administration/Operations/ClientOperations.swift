import CountersignKeyFiles

/// The operations on clients. Each throws `ClientFailure` for what does not exist.
package protocol ClientOperations: Sendable {
    /// Registers a client.
    func register(
        _ client: ClientRecord, keys: [ImportedKey], at now: UnixTime
    ) async throws -> ClientAdministration.Change

    /// Changes a client on the basis of what is registered at that moment.
    ///
    /// - Parameters:
    ///   - removedKeys: by `kid` or RFC 7638 thumbprint; `nil` removes all keys.
    ///   - change: changes the registration; may be called again if another change came first.
    func edit(
        _ id: String, removing removedKeys: [String]?, adding keys: [ImportedKey], at now: UnixTime,
        _ change: @escaping @Sendable (inout ClientRecord) -> Void
    ) async throws -> ClientAdministration.Change

    /// Returns the clients, in byte order of their identifiers.
    ///
    /// - Parameter filter: an empty one finds all.
    func all(_ filter: ClientFilter) async throws -> [ListedClient]

    func details(of id: String) async throws -> ClientDetails

    /// Returns the client with how often each of its keys was used.
    func keyReport(of id: String, at now: UnixTime) async throws -> ClientKeyReport

    func setEnabled(_ isEnabled: Bool, _ id: String, at now: UnixTime) async throws

    func remove(_ id: String) async throws

    /// Activates, retires or revokes one of a client's own keys, in every registration that the name matches.
    ///
    /// - Parameter key: its `kid` or RFC 7638 thumbprint.
    func setStatus(
        _ status: KeyAvailability, ofKey key: String, of id: String
    ) async throws -> ClientAdministration.StatusChange

    func secrets(of id: String) async throws -> [ClientSecretDetails]

    /// Adds a secret to a client that is registered for `client_secret_basic` or `client_secret_post`.
    ///
    /// - Returns: the secret, which is not stored.
    func addSecret(
        to id: String, expiresAt: UnixTime?, at now: UnixTime
    ) async throws -> (secret: String, details: ClientSecretDetails)

    /// - Parameter name: of `ClientSecretDetails`.
    func removeSecret(_ name: String, of id: String, at now: UnixTime) async throws
}

/// A client as an element of a list, without its keys.
package struct ListedClient: Sendable {
    package let client: ClientRecord
    /// How it registered itself; `nil` if the operator has added it.
    package let dynamic: DynamicRegistration?

    package init(client: ClientRecord, dynamic: DynamicRegistration?) {
        self.client = client
        self.dynamic = dynamic
    }

    package var json: JSONObject { client.json(dynamic) }
}

/// A client's secret without the secret itself.
package struct ClientSecretDetails: Sendable, Equatable {
    package let name: String
    package let createdAt: UnixTime
    /// `nil` if it does not expire.
    package let expiresAt: UnixTime?

    package init(name: String, createdAt: UnixTime, expiresAt: UnixTime?) {
        self.name = name
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }

    package init(_ record: ClientSecretRecord) {
        self.init(name: record.name, createdAt: record.createdAt, expiresAt: record.expiresAt)
    }

    package var json: JSONObject {
        [
            "name": .string(name), "created_at": .string(createdAt.text),
            "expires_at": .string(expiresAt?.text) ?? .null,
        ]
    }
}

extension ClientAdministration: ClientOperations {
    package func all(_ filter: ClientFilter) async throws -> [ListedClient] {
        guard filter == ClientFilter() else { return try await listed(try await found(filter)) }
        let registrations = Dictionary(
            uniqueKeysWithValues: try await store.dynamicRegistrations.all().map { ($0.client, $0) })
        return try await list().map { ListedClient(client: $0, dynamic: registrations[$0.id]) }
    }

    private func found(_ filter: ClientFilter) async throws(StoreError) -> [ClientRecord] {
        try await FoundPage.first(.max) { position, size throws(StoreError) in
            try await store.clients.search(filter, at: position, limit: size).map(\.client)
        } position: {
            $0.id.text
        }.items
    }

    package func secrets(of id: String) async throws -> [ClientSecretDetails] {
        try await registration(of: id).client.secrets.map { ClientSecretDetails($0) }
    }
}
