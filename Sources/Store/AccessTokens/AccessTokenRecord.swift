import Countersign

/// An opaque access token as the store knows it. The token itself is nowhere kept.
public struct AccessTokenRecord: Sendable, Equatable {
    /// SHA-256 of the token's characters.
    public let digest: [UInt8]
    /// The client it was issued to.
    public let clientID: ClientID
    /// Scope tokens (RFC 6749 §3.3).
    public let scope: [String]
    /// `aud`.
    public let audience: String
    /// When it was issued.
    public let issuedAt: UnixTime
    /// When it ceases to be good.
    public let expiresAt: UnixTime

    /// Makes a record of a token.
    public init(
        digest: [UInt8], clientID: ClientID, scope: [String], audience: String, issuedAt: UnixTime,
        expiresAt: UnixTime
    ) {
        self.digest = digest
        self.clientID = clientID
        self.scope = scope
        self.audience = audience
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
    }
}
