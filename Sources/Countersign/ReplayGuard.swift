/// Remembers which assertions were used (rule 24; RFC 7523 §3 (7)).
public protocol ReplayGuard: Sendable {
    /// Claims an assertion's `jti` for its client, atomically: of any number of simultaneous claims exactly one is the first use.
    ///
    /// The answer must be durable before it is given, and hold at least until the claim's expiry.
    ///
    /// - Throws: `StoreUnavailable` when the claim could not be recorded; the request then fails closed.
    func claim(_ claim: ReplayClaim) async throws(StoreUnavailable) -> ReplayVerdict
}

/// One use of one assertion. Client and digest stay apart, so that two pairs can never be taken for one.
public struct ReplayClaim: Sendable, Hashable {
    /// Whose `jti` it is.
    public let client: ClientID
    /// The first 16 bytes of the SHA-256 of the `jti`, or, in the legacy profile where it is absent, of the signing input.
    public let digest: [UInt8]
    /// When the claim may be forgotten: the assertion's `exp` plus the longest clock skew.
    public let expiry: UnixTime

    /// Makes a claim.
    public init(client: ClientID, digest: [UInt8], expiry: UnixTime) {
        self.client = client
        self.digest = digest
        self.expiry = expiry
    }
}

/// The replay guard's answer.
public enum ReplayVerdict: Sendable {
    case firstUse
    case replayed
}
