/// A snapshot of a client and its keys.
package struct ClientRegistration: Sendable {
    package let client: ClientRecord
    /// Its own keys, in the order in which they were added.
    package let keys: [KeyRecord]
    /// The key store entry that serves it, whether or not it is the source in force.
    package let keyStoreEntry: KeyStoreEntry?
    /// Why no key store entry serves it, although some could.
    package let aliasAmbiguity: AliasAmbiguity?
    /// How it registered itself; `nil` if the operator has added it.
    package let dynamic: DynamicRegistration?

    package init(
        client: ClientRecord, keys: [KeyRecord], keyStoreEntry: KeyStoreEntry? = nil,
        aliasAmbiguity: AliasAmbiguity? = nil, dynamic: DynamicRegistration? = nil
    ) {
        self.client = client
        self.keys = keys
        self.keyStoreEntry = keyStoreEntry
        self.aliasAmbiguity = aliasAmbiguity
        self.dynamic = dynamic
    }

    /// The source of keys in force.
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

    /// The client in the verifier's form. Keys from a key set are missing; the owner of the key sets adds them.
    package var registeredClient: RegisteredClient {
        let source = keySource
        let keys: [ClientKey] =
            switch source {
            case .own: self.keys.map(\.clientKey)
            case .keyStore: keyStoreEntry.map { [$0.clientKey] } ?? []
            case .keySet, .none: []
            }
        let keySetURL: ExactString? = if case .keySet(let url) = source { ExactString(url) } else { nil }
        var registered = RegisteredClient(
            id: client.id, isEnabled: client.isEnabled, authenticationMethod: client.authenticationMethod,
            keys: keys, options: client.options, keySetURL: keySetURL)
        if source == .none { registered.keyProblem = aliasAmbiguity?.phrase }
        var client = client
        client.registrationOrigin = dynamic.map { .itself($0.origin) } ?? .operator
        registered.attachment = AttachedRecord(client, keyOrigin: keyOrigin, origin: dynamic?.origin)
        return registered
    }
}

/// The source of a client's keys. One is in force at a time: the first available, in the order of the cases.
package enum KeySource: Sendable, Equatable {
    /// Keys registered for the client, whatever their status: revoking the last one never activates another source.
    case own
    /// The key set at its `jwks_uri`.
    case keySet(url: String)
    /// The key store entry whose alias is the client's identifier, ignoring case if it came from a Java key store.
    case keyStore(alias: ExactString)
    /// No source: the client cannot authenticate.
    case none
}

/// A client's registration, passed through the verifier and back, so that one look-up serves the whole request.
///
/// A class, so that a request copies one reference, and so that the requests of a client share `keyUses`.
package final class AttachedRecord: ClientAttachment {
    /// Everything registered about the client except its keys.
    package let record: ClientRecord
    /// The origin of its keys.
    package let keyOrigin: KeyOrigin?
    /// Who has let it in, if it registered itself.
    package let origin: DynamicRegistration.Origin?
    /// The uses of its keys that `KeyUseRecorder` has not written yet.
    package let keyUses = KeyUseCounters()

    package init(_ record: ClientRecord, keyOrigin: KeyOrigin?, origin: DynamicRegistration.Origin? = nil) {
        self.record = record
        self.keyOrigin = keyOrigin
        self.origin = origin
    }
}

extension RegisteredClient {
    /// The record that the directory attached; `nil` if the client is not registered.
    package var attachedRecord: AttachedRecord? { attachment as? AttachedRecord }
}
