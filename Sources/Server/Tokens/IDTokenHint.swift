/// An ID token of this server that a client has sent back as `id_token_hint`, expired or not.
package struct IDTokenHint: Sendable, Equatable {
    /// `sub`; compare it with `IDTokens.subject(of:for:)`.
    package let subject: String
    /// `aud`: the clients that it was issued to.
    package let clients: [ClientID]
    /// `sid`, if it was issued with one.
    package let session: String?
    package let issuedAt: UnixTime
}

extension IDTokens {
    /// The longest hint, in bytes, at every endpoint that takes one.
    package static let maximumHintLength = 8192

    /// Verifies a hint (OpenID Connect Core §3.1.2.1): the signature by a published key, the issuer, and that it is an ID token. An
    /// expired one is valid. Whether it was issued to the client that sends it is for the caller to check.
    ///
    /// - Returns: `nil` for every other text.
    package func hint(_ text: String) -> IDTokenHint? {
        guard text.utf8.count <= Self.maximumHintLength,
            let claims = ownSignature.claims(of: Array(text.utf8), type: .plain),
            // Signed UserInfo responses have no expiry.
            claims["exp"] != nil, let subject = claims.string("sub"), let audiences = claims.oneOrMany("aud"),
            let issuedAt = claims.time("iat")
        else { return nil }
        return IDTokenHint(
            subject: subject.text, clients: audiences.map { ClientID($0) }, session: claims.string("sid")?.text,
            issuedAt: issuedAt)
    }
}
