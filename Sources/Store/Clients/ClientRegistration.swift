import Countersign

/// A client and its keys, as they stood at one moment.
public struct ClientRegistration: Sendable {
    /// The client.
    public let client: ClientRecord
    /// Its keys, in the order in which they were added.
    public let keys: [KeyRecord]

    /// Puts a client and its keys together.
    public init(client: ClientRecord, keys: [KeyRecord]) {
        self.client = client
        self.keys = keys
    }

    /// The same, as the verifier wants it.
    public var registeredClient: RegisteredClient {
        RegisteredClient(
            id: client.id, isEnabled: client.isEnabled, authenticationMethod: client.authenticationMethod,
            signingAlgorithm: client.signingAlgorithm, keys: keys.map(\.clientKey),
            audienceProfile: client.audienceProfile, allowsReuse: client.allowsReuse,
            requiresExplicitTyping: client.requiresExplicitTyping)
    }
}
