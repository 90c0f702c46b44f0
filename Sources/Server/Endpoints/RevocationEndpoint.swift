/// `POST /oauth2/revoke` (RFC 7009): a client ends its own tokens. A refresh token takes its grant with it; an access token ends alone.
///
/// Resource servers that verify JWTs themselves do not learn of it: such a token stays valid there until it expires.
struct RevocationEndpoint: Endpoint {
    let authenticator: ClientAuthenticator
    let audiences: AcceptedAudiences
    let tokens: AccessTokenVerifier
    let grants: any AuthorizationGrantStore
    let revoked: any RevokedTokenStore
    let issuer: String
    let runtime: Runtime

    var errorPages: String? { issuer }

    func respond(to request: EndpointRequest) async -> EndpointResponse {
        do throws(OAuthError) {
            let now = runtime.clock()
            let form = try Form(of: request)
            let token = try form.required("token")
            let client = try await authenticator.authenticate(
                form, of: request, for: audiences, allowsPublicClients: true, at: now)
            try await runtime.storing { () async throws(StoreError) in
                try await revoke(token, of: client.record.id, at: now)
            }
            return EndpointResponse(status: 200, headers: .noStore, contentType: "text/plain", body: [])
        } catch {
            return error.response(issuer: issuer)
        }
    }

    /// RFC 7009 §2.1, §2.2: unknown tokens and tokens of other clients also get 200 and are not changed.
    private func revoke(_ token: String, of client: ClientID, at now: UnixTime) async throws(StoreError) {
        if let secret = GrantSecret(token, .refreshToken) {
            guard let (_, grant) = try await grants.refreshToken(secret.digest), grant.client == client else { return }
            try await grants.revoke(grant.id, at: now)
        } else if let facts = tokens.facts(of: token, at: now), facts.client == client {
            try await revoked.revoke(facts.id, until: facts.expiry)
        }
    }
}
