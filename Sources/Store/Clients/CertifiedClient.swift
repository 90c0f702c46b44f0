/// A client with a certificate, and where it stands among all of them.
package struct CertifiedClient: Sendable {
    /// Where the next page goes on.
    package let position: Int64
    /// The client with all its keys.
    package let registration: ClientRegistration

    /// Puts the two together.
    package init(position: Int64, registration: ClientRegistration) {
        self.position = position
        self.registration = registration
    }
}
