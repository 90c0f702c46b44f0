import Countersign

/// That a client has proved itself with a key.
public struct KeyUse: Sendable, Equatable {
    /// The client.
    public let client: ClientID
    /// The key's RFC 7638 thumbprint: a key is known by it wherever it came from.
    public let thumbprint: String
    /// When.
    public let at: UnixTime

    /// Notes a use.
    public init(client: ClientID, thumbprint: String, at: UnixTime) {
        self.client = client
        self.thumbprint = thumbprint
        self.at = at
    }
}
