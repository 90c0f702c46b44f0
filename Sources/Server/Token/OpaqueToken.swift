import Countersign
import Store

/// What an opaque access token says, once it has been opened.
package struct OpaqueToken: Sendable, Equatable {
    /// Names the token: 16 random bytes. Revocation will go by it.
    package let id: [UInt8]
    /// The client it was issued to.
    package let client: ClientID
    /// The RFC 7638 thumbprint of the key the client proved itself with: 32 bytes, SHA-256.
    package let keyThumbprint: [UInt8]
    /// How the client got it.
    package let grant: GrantType
    /// What it is good for.
    package let scope: Scope
    /// `aud`.
    package let audience: String
    /// When it was issued.
    package let issuedAt: UnixTime
    /// When it ends: from this moment on it does not open.
    package let expiry: UnixTime
}

/// Why an opaque token does not open.
package enum OpaqueTokenFault: Error, Sendable, Equatable {
    /// It does not have the form: another prefix, version or length, or no strict base64url.
    case malformed
    /// Its key is not known: it was removed when its last token had ended, or never was here.
    case unknownKey
    /// It was not sealed by this issuer as a token of this kind, or has been changed since.
    case notAuthentic
    /// It has ended.
    case expired
}
