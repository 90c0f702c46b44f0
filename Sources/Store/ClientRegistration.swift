import Countersign
import Synchronization

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
        if keySource == .none { registered.keyObstacle = aliasAmbiguity?.phrase }
        registered.attachment = AttachedRecord(client, keyOrigin: keyOrigin)
        return registered
    }
}

/// Where a client's keys come from. One source is in force at a time; the order in which they are looked for is that of the cases.
package enum KeySource: Sendable, Equatable {
    /// Keys that were registered for it, whatever has become of them: revoking the last one never brings in another source.
    case own
    /// The key set at its `jwks_uri`.
    case keySet(url: String)
    /// The entry of the key store whose alias is its identifier, without regard to case where it came from a Java key store.
    case keyStore(alias: ExactString)
    /// It has none, and cannot authenticate.
    case none
}

/// What is registered about a client, on its way through the verifier and back: one look-up serves the whole request.
///
/// A class, so that a request copies one reference, and so that the requests of a client share the stamp.
package final class AttachedRecord: ClientAttachment {
    /// Everything registered about the client, its keys apart.
    package let record: ClientRecord
    /// Where its keys came from.
    package let keyOrigin: KeyOrigin?
    /// When and with which key the client was last noted as having proved itself, as `KeyUseRecorder` writes it.
    package let notedUse = Atomic<UInt64>(0)

    init(_ record: ClientRecord, keyOrigin: KeyOrigin?) {
        self.record = record
        self.keyOrigin = keyOrigin
    }
}

extension RegisteredClient {
    /// What its directory attached; `nil` where the client does not come from a registration.
    package var attachedRecord: AttachedRecord? { attachment as? AttachedRecord }
}
