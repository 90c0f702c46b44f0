import Countersign
import CountersignJOSE

/// Writes what JWT access tokens of one issuer say (RFC 9068 §2.2).
struct AccessTokenClaims: Sendable {
    /// What all tokens say.
    private let common: JSONObjectWriter

    init(issuer: ExactString, audience: ExactString) {
        var common = JSONObjectWriter()
        common.member("iss", issuer.text)
        common.member("aud", audience.text)
        self.common = common
    }

    /// RFC 9068 §2.2: where no person is involved, `sub` is the client.
    func payload(client: ClientID, scope: Scope, issuedAt: UnixTime, expiry: UnixTime) -> [UInt8] {
        var claims = common
        claims.reserve(512)
        claims.member("sub", client.text)
        claims.member("client_id", client.text)
        claims.member("iat", issuedAt.seconds)
        claims.member("exp", expiry.seconds)
        claims.member("jti", utf8: Base64URL.encoded(RandomBytes.make(16)))
        if !scope.tokens.isEmpty { claims.member("scope", scope.description) }
        return claims.finished()
    }
}
