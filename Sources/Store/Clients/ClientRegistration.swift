import Countersign
import CountersignJOSE

/// A client and its keys, as they stood at one moment.
package struct ClientRegistration: Sendable {
    /// The client.
    package let client: ClientRecord
    /// Its own keys, in the order in which they were added.
    package let keys: [KeyRecord]
    /// The entry of the key store that serves it, whether it is in force or not.
    package let keyStoreEntry: KeyStoreEntry?
    /// Why no entry of the key store serves it, although there are some that could.
    package let aliasAmbiguity: AliasAmbiguity?

    /// Puts a client and its keys together.
    package init(
        client: ClientRecord, keys: [KeyRecord], keyStoreEntry: KeyStoreEntry? = nil,
        aliasAmbiguity: AliasAmbiguity? = nil
    ) {
        self.client = client
        self.keys = keys
        self.keyStoreEntry = keyStoreEntry
        self.aliasAmbiguity = aliasAmbiguity
    }

    /// Which of its sources of keys is in force.
    package var keySource: KeySource {
        if !keys.isEmpty { return .own }
        if let url = client.keySetURL { return .keySet(url: url) }
        if let keyStoreEntry { return .keyStore(alias: keyStoreEntry.alias) }
        return .none
    }

    private var keyOrigin: KeyOrigin? {
        switch keySource {
        case .own: keys.map(\.addedAt).max().map { .registered(newest: $0) }
        case .keySet(let url): .keySet(url: ExactString(url), readAt: nil)
        case .keyStore(let alias): keyStoreEntry.map { .keyStore(alias: alias, addedAt: $0.addedAt) }
        case .none: nil
        }
    }

    /// The same, as the verifier wants it. Where the keys come from a key set, whoever has that at hand puts them in.
    package var registeredClient: RegisteredClient {
        var keySetURL: ExactString?
        let keys: [ClientKey]
        switch keySource {
        case .own: keys = self.keys.map(\.clientKey)
        case .keySet(let url):
            keys = []
            keySetURL = ExactString(url)
        case .keyStore: keys = keyStoreEntry.map { [$0.clientKey] } ?? []
        case .none: keys = []
        }
        var registered = RegisteredClient(
            id: client.id, isEnabled: client.isEnabled, authenticationMethod: client.authenticationMethod,
            keys: keys, options: client.options, keySetURL: keySetURL)
        if keySource == .none { registered.keyObstacle = aliasAmbiguity?.explanation }
        registered.attachment = AttachedRecord(client, keyOrigin: keyOrigin)
        return registered
    }
}
