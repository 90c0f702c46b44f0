import Countersign
import CountersignJOSE
import CountersignStore
import Crypto

/// Makes access tokens: signed `at+jwt` (RFC 9068), or opaque strings whose digest the store keeps.
public struct AccessTokenIssuer: Sendable {
    let issuer: ExactString
    /// `aud` of the tokens; RFC 9068 §3 asks for one even where no resource was named.
    let audience: ExactString
    let lifetime: Duration
    let signer: AccessTokenSigner
    let opaqueTokens: any AccessTokenStore

    /// - Parameters:
    ///   - audience: the resource servers' common name; the issuer, where there is none.
    ///   - lifetime: of tokens whose client has none of its own.
    public init(
        issuer: ExactString, audience: ExactString, lifetime: Duration, signer: AccessTokenSigner,
        opaqueTokens: any AccessTokenStore
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

    /// - Throws: `OAuthError` `temporarily_unavailable` where the token could not be kept or signed.
    func issue(to client: ClientRecord, scope: Scope, at now: UnixTime) async throws(OAuthError) -> Issued {
        let lifetime = client.accessTokenLifetime ?? lifetime
        switch client.accessTokenFormat {
        case .jwt:
            let claims = AccessTokenClaims(
                issuer: issuer, audience: audience, client: client.id, scope: scope, issuedAt: now, lifetime: lifetime,
                jti: AssertionTemplate.randomJWTID())
            return Issued(token: try signer.sign(claims), lifetime: lifetime)
        case .opaque:
            let token = Base64URL.encode(SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) })
            let record = AccessTokenRecord(
                digest: Array(SHA256.hash(data: Array(token.utf8))), clientID: client.id, scope: scope.tokens,
                audience: audience.text, issuedAt: now, expiresAt: now + lifetime)
            do {
                try await opaqueTokens.save(record)
            } catch {
                throw OAuthError(.temporarilyUnavailable, "The token could not be kept. Try again in a moment.")
            }
            return Issued(token: token, lifetime: lifetime)
        }
    }
}
