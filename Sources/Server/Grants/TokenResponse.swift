/// A successful token response (RFC 6749 §5.1, OpenID Connect Core §3.1.3.3).
struct TokenResponse: Sendable {
    let accessToken: AccessTokenIssuer.Issued
    var refreshToken: String?
    /// In ASCII.
    var idToken: [UInt8]?

    var response: EndpointResponse {
        let token = accessToken.token
        var response = JSONObjectWriter(capacity: token.count + (idToken?.count ?? 0) + 320)
        response.member("access_token", utf8: token)
        response.member("token_type", "Bearer")
        response.member("expires_in", accessToken.lifetime.milliseconds / 1000)
        // RFC 6749 §3.3: a scope has at least one token, so an empty one cannot be written.
        if !accessToken.scope.tokens.isEmpty { response.member("scope", accessToken.scope.description) }
        if let refreshToken { response.member("refresh_token", refreshToken) }
        if let idToken { response.member("id_token", utf8: idToken) }
        return .json(response.finished(), headers: .noStore)
    }
}
