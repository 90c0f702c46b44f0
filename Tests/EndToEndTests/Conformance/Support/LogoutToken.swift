import Countersign

/// A logout token that a relying party has validated (OpenID Connect Back-Channel Logout 1.0 §2.6), with small means of its own.
struct LogoutToken {
    let claims: JSONObject

    /// - Parameters:
    ///   - form: the body of the request to the client; it has one parameter.
    ///   - idToken: of the session that has ended.
    init(_ form: String, idToken: IDToken, at party: RelyingParty) throws {
        let parameters = form.split(separator: "&")
        guard parameters.count == 1, let token = parameters.first, token.hasPrefix("logout_token=") else {
            throw TestFailure("other parameters: \(form)")
        }
        let jws = try CompactJWS(parsing: Array(token.dropFirst("logout_token=".count).utf8))
        guard jws.header.algorithm == .rs256, jws.header.type == "logout+jwt" else {
            throw TestFailure("the header: \(jws.header.parameters.render())")
        }
        guard let id = jws.header.keyID, let key = party.keys.first(where: { $0.keyID == id })?.key,
            key.isValid(signature: jws.signature, for: jws.signingInput, algorithm: .rs256)
        else { throw TestFailure("no valid signature by a published key") }
        claims = try JSONObject(parsing: jws.payload)
        let now = party.server.now.seconds
        guard claims.string("iss")?.text == party.server.issuer, claims.string("aud")?.text == party.id else {
            throw TestFailure("iss or aud: \(claims.render())")
        }
        guard case .number(let issued)? = claims["iat"], case .number(let expiry)? = claims["exp"],
            abs((issued.integer ?? 0) - now) < 60, let end = expiry.integer, end > now, end <= now + 120
        else { throw TestFailure("iat or exp: \(claims.render())") }
        guard claims.string("jti")?.text.isEmpty == false, claims["nonce"] == nil else {
            throw TestFailure("jti or nonce: \(claims.render())")
        }
        guard claims["events"] == .object(["http://schemas.openid.net/event/backchannel-logout": .object([:])]) else {
            throw TestFailure("events: \(claims.render())")
        }
        for name in ["sub", "sid"] where claims[name] == nil || claims[name] != idToken.claims[name] {
            throw TestFailure("\(name) is not that of the ID token: \(claims.render())")
        }
    }
}
