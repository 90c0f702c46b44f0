/// The directory of all clients: registered ones and those that are URLs, with their current keys.
///
/// The server's own clients come first: nothing in the store can take their place. A registered client takes precedence over a URL, so
/// that an operator can register a URL and disable it. Its keys are its own, or come from
/// its key set or the key store.
package struct ClientResolver: ClientDirectory {
    let registered: CachedClientDirectory
    let keySets: KeySetCache
    /// Of clients that registered themselves without the operator: only from public addresses, and not stored.
    let strangersKeySets: KeySetCache
    /// `nil` if clients that are URLs are not accepted.
    let documents: ClientMetadataDocuments?
    /// The client that is part of this server; `nil` without a console.
    var builtIn: BuiltInClient?

    /// Returns the client with its cached keys.
    package func client(_ id: ClientID) async throws(StoreUnavailable) -> RegisteredClient? {
        guard let found = try await find(id) else { return nil }
        guard let url = found.client.keySetURL else { return found.client }
        return found.client.with(keys: try await found.keySets.keys(at: url))
    }

    /// Returns what is registered about a client except its keys, which are not looked at.
    func record(of id: ClientID) async throws(StoreUnavailable) -> ClientRecord? {
        try await find(id)?.client.attachedRecord?.record
    }

    /// Whether a client that is a URL is unknown only because its metadata document cannot be read at the moment.
    func isUnreachable(_ id: ClientID) -> Bool {
        guard let documents, ClientIDURL.matches(id, documents.settings) else { return false }
        switch documents.fault(id) {
        case .unreadable, .rateLimited: return true
        case .url, .host, .document: return false
        }
    }

    /// Reads the client's key set again, and returns the client with the new keys.
    package func refreshKeySet(of id: ClientID) async throws(StoreUnavailable) -> KeySetRefresh {
        guard let found = try await find(id), let url = found.client.keySetURL else { return .unchanged }
        return try await found.keySets.refreshEarly(url, of: found.client)
    }

    /// Returns the source of the client's keys, and for a key set when it was last read.
    package func keyOrigin(of client: RegisteredClient) async -> KeyOrigin? {
        guard let url = client.keySetURL else { return client.attachment?.keyOrigin }
        let registered = client.attachedRecord?.origin == .open ? strangersKeySets : keySets
        return .keySet(url: url, readAt: registered.readAt(url) ?? documents?.keySets(of: client.id).readAt(url))
    }

    /// Returns the reason why the client is unknown, for the operator.
    package func absence(of id: ClientID) async -> UnknownClientReason {
        guard let documents, ClientIDURL.matches(id, documents.settings) else { return .notRegistered }
        return .metadataDocument(documents.fault(id).phrase)
    }

    /// Returns the client without the keys of its key set, and the cache that holds them.
    private func find(
        _ id: ClientID
    ) async throws(StoreUnavailable) -> (client: RegisteredClient, keySets: KeySetCache)? {
        if let builtIn, builtIn.registered.id == id { return (builtIn.registered, keySets) }
        if let client = try await registered.client(id) {
            return (client, client.attachedRecord?.origin == .open ? strangersKeySets : keySets)
        }
        guard let documents, ClientIDURL.matches(id, documents.settings),
            let client = try? await documents.client(id)
        else { return nil }
        return (client, documents.keySets(of: id))
    }
}
