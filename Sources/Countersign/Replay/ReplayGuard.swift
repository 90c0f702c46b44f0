import Crypto

/// A record of used assertions (rule 24; RFC 7523 §3 (7)). ``InMemoryReplayGuard`` is a ready one.
public protocol ReplayGuard: Sendable {
    /// Claims an assertion's `jti` for its client, atomically: of simultaneous claims exactly one is the first use.
    ///
    /// The claim must be durable before this method returns, and must be kept at least until its expiry.
    ///
    /// - Throws: `StoreUnavailable` if the claim could not be recorded; the request then fails closed.
    func claim(_ claim: ReplayClaim) async throws(StoreUnavailable) -> ReplayVerdict
}

/// One use of one assertion. Client and digest are separate, so that no two pairs can collide.
public struct ReplayClaim: Sendable, Hashable {
    /// The client that used the `jti`.
    public let client: ClientID
    /// The first 16 bytes of the SHA-256 of the `jti`; in the legacy profile, if that is absent, of the signing input.
    public let digest: [UInt8]
    /// When the claim may be removed: the assertion's `exp` plus the longest clock skew.
    public let expiry: UnixTime

    /// Creates a claim.
    public init(client: ClientID, digest: [UInt8], expiry: UnixTime) {
        self.client = client
        self.digest = digest
        self.expiry = expiry
    }
}

/// The answer of a replay guard.
public enum ReplayVerdict: Sendable {
    case firstUse
    case replayed
}

extension ReplayClaim {
    /// Creates the claim of an assertion that passed rules 1 to 23.
    init(client: ClientID, jti: ExactString?, signingInput: [UInt8], expiry: UnixTime, skew: Duration) {
        var hash = SHA256()
        if let jti {
            var text = jti.text
            text.withUTF8 { hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
        } else {
            hash.update(data: signingInput)
        }
        self.init(
            client: client, digest: Array(hash.finalize().prefix(16)),
            expiry: expiry + max(skew, AssertionPolicy.longestClockSkew))
    }
}
