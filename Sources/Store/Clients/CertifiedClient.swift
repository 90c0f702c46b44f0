/// A client with a certificate, and where it stands among all of them.
public struct CertifiedClient: Sendable {
    /// Where the next page goes on.
    public let position: Int64
    /// The client with all its keys.
    public let registration: ClientRegistration

    /// Puts the two together.
    public init(position: Int64, registration: ClientRegistration) {
        self.position = position
        self.registration = registration
    }
}
