import Countersign
import CountersignJOSE
import Store

/// A client, and what is known of its keys wherever they come from.
struct ClientDetails: Sendable {
    let registration: ClientRegistration
    /// What was read from its `jwks_uri`; `nil` where it has none, or where that was never tried.
    let keySet: RemoteKeySetRecord?
    /// When each key was last used, by RFC 7638 thumbprint.
    let uses: [String: UnixTime]
    /// Aliases of the key store that differ from its identifier in nothing but case and did not come from a Java key store.
    let lookalikes: [ExactString]

    var client: ClientRecord { registration.client }

    /// The keys of the set that was read, and what was left aside in it.
    var readKeySet: JWKSet? { keySet.flatMap { try? JWKSet(parsingPublished: $0.body) } }

    /// Sources that are registered and not in force, as phrases.
    var overridden: [String] {
        var phrases: [String] = []
        switch registration.keySource {
        case .own:
            if let url = client.keySetURL {
                phrases.append(
                    "the key set at \(url) is not read: keys of its own go first, until --remove-key takes them away")
            }
            if registration.keyStoreEntry != nil {
                phrases.append("the key store's entry is not used: the client has keys of its own, which go first")
            }
        case .keySet:
            if registration.keyStoreEntry != nil {
                phrases.append("the key store's entry is not used: the client has a key set at a URL, which goes first")
            }
        case .keyStore, .none: break
        }
        if let ambiguity = registration.aliasAmbiguity { phrases.append(ambiguity.explanation) }
        return phrases + lookalikes.map { "the key store's entry \($0.text) differs in case and is not the client's" }
    }

    /// Whether any of its own keys can prove it now; without own keys nothing is said.
    func hasOnlySpentKeys(at now: UnixTime) -> Bool {
        !registration.keys.isEmpty && !registration.keys.contains { $0.status.allowsUse(at: now) }
    }
}

extension Store {
    /// A client that must be there, with everything about its keys.
    func details(of id: String) async throws -> ClientDetails {
        let registration = try await existing(id)
        let alias = registration.client.id.value
        let lookalikes = try await keyStore.entries(alike: alias).filter { !$0.isFromJava && $0.alias != alias }.map(
            \.alias)
        var keySet: RemoteKeySetRecord?
        if let url = registration.client.keySetURL { keySet = try await keySets.record(of: url) }
        return ClientDetails(
            registration: registration, keySet: keySet, uses: try await keyUses.latest(of: registration.client.id),
            lookalikes: lookalikes)
    }
}
