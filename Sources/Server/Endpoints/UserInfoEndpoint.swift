/// `/oauth2/userinfo` (OpenID Connect Core §5.3): the claims about a person that they have allowed the client to see.
struct UserInfoEndpoint: Endpoint {
    let tokens: AccessTokenVerifier
    let users: any UserStore
    let idTokens: IDTokens
    let signer: JWTSigner
    let issuer: String
    /// `aud` of tokens that are meant for this endpoint. A resource must not be able to read a person's claims with a token that it was sent.
    let audiences: Set<String>
    let runtime: Runtime

    var errorPages: String? { issuer }

    func respond(to request: EndpointRequest) async -> EndpointResponse {
        do throws(OAuthError) {
            guard let token = try BearerToken.sent(in: request) else {
                return OAuthError(
                    .invalidToken, "The request has no access token. Send it in the header field Authorization: Bearer."
                ).bearerResponse(issuer: issuer, isAboutToken: false)
            }
            return try await answer(token, at: runtime.clock())
        } catch {
            return error.bearerResponse(issuer: issuer)
        }
    }

    private func answer(_ text: String, at now: UnixTime) async throws(OAuthError) -> EndpointResponse {
        guard let token = try await tokens.verify(text, at: now) else { throw Self.invalidToken }
        guard !audiences.isDisjoint(with: token.facts.audiences) else {
            throw OAuthError(
                .invalidToken,
                "The access token is for another resource. Ask for one without the parameter resource (RFC 8707).")
        }
        guard let grant = token.grant, token.facts.scope.tokens.contains("openid") else {
            throw OAuthError(.insufficientScope, "UserInfo needs an access token with the scope openid.")
        }
        let found = try await runtime.storing { () async throws(StoreError) in try await users.user(grant.user) }
        guard let user = found, user.isEnabled else { throw Self.invalidToken }
        let requested = grant.claimsRequest.flatMap { ClaimsRequest(parsing: $0) } ?? .none
        let allowed = StandardClaims.names(in: token.client.scopes)
        let claims = StandardClaims.claims(
            StandardClaims.names(in: token.facts.scope.tokens) + requested.userInfo.filter(allowed.contains), of: user)
        var body = JSONObjectWriter(capacity: 1024)
        let algorithm = token.client.signIn.userInfoAlgorithm
        if algorithm != nil {
            // §5.3.2: a signed response names who made it for whom.
            body.member("iss", issuer)
            body.member("aud", token.client.id.text)
        }
        body.member("sub", idTokens.subject(of: user.id, for: token.client))
        for claim in claims.members { body.member(named: claim.name.text, claim.value) }
        guard let algorithm else { return .json(body.finished(), headers: .noStore) }
        return EndpointResponse(
            status: 200, headers: .noStore, contentType: "application/jwt",
            body: try signer.sign(body.finished(), with: algorithm))
    }

    private static let invalidToken = OAuthError(
        .invalidToken, "The access token has expired, was revoked, or is not one of this server.")
}
