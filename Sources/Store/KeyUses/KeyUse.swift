import Countersign

/// That a client has proved itself with a key.
package struct KeyUse: Sendable, Equatable {
    /// The client.
    package let client: ClientID
    /// The key's RFC 7638 thumbprint: a key is known by it wherever it came from.
    package let thumbprint: String
    /// When.
    package let at: UnixTime

    /// Notes a use.
    package init(client: ClientID, thumbprint: String, at: UnixTime) {
        self.client = client
        self.thumbprint = thumbprint
        self.at = at
    }
}
