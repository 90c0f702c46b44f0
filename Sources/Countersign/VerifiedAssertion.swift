import CountersignJOSE

/// The proof that a client called. Only `AssertionVerifier` can make one.
public struct VerifiedAssertion: Sendable {
    /// The client that signed.
    public let client: RegisteredClient
    /// The key that verified the signature.
    public let key: ClientKey
    /// What it signed.
    public let assertion: ClientAssertion
    /// The assertion's `exp`.
    public let expiry: UnixTime
    /// What the policy let pass with a warning: a certificate outside its validity (rule 16).
    public let tolerated: Rejection?
}
