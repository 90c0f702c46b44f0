import Countersign
import CountersignJOSE
import Store

/// Finds the client of a request, wherever it is described and wherever its keys are.
///
/// A registered client comes first, so that an operator can register a URL and disable it. Its keys come from the source in force:
/// its own, its key set, or the key store.
package struct ClientResolver: ClientDirectory {
    let registered: CachedClientDirectory
    let keySets: RemoteKeySets
    /// `nil` where clients that are URLs are not accepted.
    let documents: ClientMetadataDocuments?

    /// A client without the keys of its key set, and where these are kept.
    private struct Found {
        let client: RegisteredClient
        let keySets: RemoteKeySets
    }

    /// The client, with the keys that are at hand.
    package func client(_ id: ClientID) async throws(StoreUnavailable) -> RegisteredClient? {
        guard let found = try await find(id) else { return nil }
        guard let url = found.client.keySetURL else { return found.client }
        return found.client.with(keys: try await found.keySets.keys(at: url))
    }

    /// The client with the keys of its key set, read again.
    package func refreshKeySet(of id: ClientID) async throws(StoreUnavailable) -> KeySetRefresh {
        guard let found = try await find(id), let url = found.client.keySetURL else { return .unchanged }
        switch try await found.keySets.renewed(url) {
        case .keys(let keys): return .refreshed(found.client.with(keys: keys))
        case .unavailable(let reason): return .unavailable(reason: reason)
        }
    }

    /// Where the client's keys came from; of a key set also when it was last read.
    package func keyOrigin(of client: RegisteredClient) async -> KeyOrigin? {
        guard let url = client.keySetURL else { return client.attachment?.keyOrigin }
        return .keySet(url: url, readAt: keySets.readAt(url) ?? documents?.keySets(of: client.id).readAt(url))
    }

    /// Why there is no such client, for the operator.
    package func absence(of id: ClientID) async -> UnknownClientReason {
        guard let documents, ClientIDURL.isMeant(id, documents.settings) else { return .notRegistered }
        return .metadataDocument(documents.fault(id).phrase)
    }

    private func find(_ id: ClientID) async throws(StoreUnavailable) -> Found? {
        if let client = try await registered.client(id) { return Found(client: client, keySets: keySets) }
        guard let documents, let client = await described(id) else { return nil }
        return Found(client: client, keySets: documents.keySets(of: id))
    }

    private func described(_ id: ClientID) async -> RegisteredClient? {
        guard let documents, ClientIDURL.isMeant(id, documents.settings) else { return nil }
        return try? await documents.client(id)
    }
}
