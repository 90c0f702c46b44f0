/// The contents of an opaque access token.
package struct OpaqueToken: Sendable, Equatable {
    /// 16 random bytes.
    package let id: [UInt8]
    package let client: ClientID
    /// The RFC 7638 thumbprint of the key that verified the client's assertion: 32 bytes, SHA-256; `nil` for public clients.
    package let keyThumbprint: [UInt8]?
    package let grant: GrantType
    package let scope: Scope
    /// `aud`; never empty.
    package let audiences: [String]
    /// `sub` of a person for this client; `nil` if the client acts for itself.
    package let subject: String?
    /// The identifier of the grant that the token comes from; `nil` if the client acts for itself.
    package let grantID: [UInt8]?
    package let issuedAt: UnixTime
    /// From this time on the token cannot be opened.
    package let expiry: UnixTime
}

extension OpaqueToken {
    init(id: [UInt8], _ contents: AccessTokenContents, issuedAt: UnixTime, expiry: UnixTime) {
        self.init(
            id: id, client: contents.client, keyThumbprint: contents.keyThumbprint, grant: contents.grantType,
            scope: contents.scope, audiences: contents.audiences, subject: contents.authorization?.subject,
            grantID: contents.authorization?.grantID, issuedAt: issuedAt, expiry: expiry)
    }
}

/// A reason why an opaque token cannot be opened.
package enum OpaqueTokenFault: Error, Sendable, Equatable {
    /// Not in the token's format: another prefix, version or length, or base64url that is not strict.
    case malformed
    /// The key is unknown: it was removed after its last token had expired, or belongs to another server.
    case unknownKey
    /// Not sealed by this issuer as a token of this kind, or modified since.
    case notAuthentic
    case expired
}
