import Countersign
import CountersignJOSE
import CountersignStore

/// Makes access tokens: signed `at+jwt` (RFC 9068), or sealed ones that only this server can read. Neither is stored.
public struct AccessTokenIssuer: Sendable {
    let issuer: ExactString
    /// `aud` of the tokens; RFC 9068 §3 asks for one even where no resource was named.
    let audience: ExactString
    let lifetime: Duration
    let signer: AccessTokenSigner
    let opaqueTokens: OpaqueTokens

    /// - Parameters:
    ///   - audience: the resource servers' common name; the issuer, where there is none.
    ///   - lifetime: of tokens whose client has none of its own.
    package init(
        issuer: ExactString, audience: ExactString, lifetime: Duration, signer: AccessTokenSigner,
        opaqueTokens: OpaqueTokens
    ) {
        self.issuer = issuer
        self.audience = audience
        self.lifetime = lifetime
        self.signer = signer
        self.opaqueTokens = opaqueTokens
    }

    /// An issued token and how long it lives.
    struct Issued {
        let token: String
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
            let claims = AccessTokenClaims(
                issuer: issuer, audience: audience, client: client.id, scope: scope, issuedAt: now, lifetime: lifetime,
                jti: AssertionTemplate.randomJWTID())
            return Issued(token: try signer.sign(claims), lifetime: lifetime)
        case .opaque:
            let token = OpaqueToken(
                id: OpaqueTokens.randomID(), client: client.id, keyThumbprint: key.thumbprintDigest, grant: grant,
                scope: scope, audience: audience.text, issuedAt: now, expiry: now + lifetime)
            guard let sealed = opaqueTokens.seal(token) else {
                throw OAuthError(.temporarilyUnavailable, "The server could not seal a token.")
            }
            return Issued(token: String(decoding: sealed, as: UTF8.self), lifetime: lifetime)
        }
    }
}
