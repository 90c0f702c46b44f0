import Countersign
import CountersignJOSE
import Store

/// Makes access tokens: signed `at+jwt` (RFC 9068), or sealed ones that only this server can read. Neither is stored.
package struct AccessTokenIssuer: Sendable {
    /// `aud` of the tokens; RFC 9068 §3 asks for one even where no resource was named.
    let audience: String
    let lifetime: Duration
    let claims: AccessTokenClaims
    let signer: AccessTokenSigner
    let opaqueTokens: OpaqueTokens

    /// - Parameters:
    ///   - audience: the resource servers' common name; the issuer, where there is none.
    ///   - lifetime: of tokens whose client has none of its own.
    package init(
        issuer: ExactString, audience: ExactString, lifetime: Duration, signer: AccessTokenSigner,
        opaqueTokens: OpaqueTokens
    ) {
        self.audience = audience.text
        claims = AccessTokenClaims(issuer: issuer, audience: audience)
        self.lifetime = lifetime
        self.signer = signer
        self.opaqueTokens = opaqueTokens
    }

    /// An issued token and how long it lives.
    struct Issued {
        /// In ASCII.
        let token: [UInt8]
        let lifetime: Duration
    }

    /// - Parameter key: the key with which the client proved itself.
    /// - Throws: `OAuthError` `temporarily_unavailable` where the token could not be signed or sealed.
    func issue(
        to client: ClientRecord, provenWith key: ClientKey, _ grant: GrantType, scope: Scope, at now: UnixTime
    ) throws(OAuthError) -> Issued {
        // What a database says that was written by another hand has its limit too: keys are not kept for longer.
        let lifetime = min(client.accessTokenLifetime ?? lifetime, ClientRecord.longestAccessTokenLifetime)
        switch client.accessTokenFormat {
        case .jwt:
            let payload = claims.payload(client: client.id, scope: scope, issuedAt: now, expiry: now + lifetime)
            return Issued(token: try signer.sign(payload), lifetime: lifetime)
        case .opaque:
            let token = OpaqueToken(
                id: OpaqueTokens.randomID(), client: client.id, keyThumbprint: key.thumbprintDigest, grant: grant,
                scope: scope, audience: audience, issuedAt: now, expiry: now + lifetime)
            guard let sealed = opaqueTokens.seal(token) else {
                throw OAuthError(.temporarilyUnavailable, "The server could not seal a token.")
            }
            return Issued(token: sealed, lifetime: lifetime)
        }
    }
}
