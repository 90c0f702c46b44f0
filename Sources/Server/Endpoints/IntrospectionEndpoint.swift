import Caching

/// `POST /oauth2/introspect` (RFC 7662): whether a token is in force, and what it says, for those that it is meant for.
struct IntrospectionEndpoint: Endpoint {
    let authenticator: ClientAuthenticator
    let audiences: AcceptedAudiences
    let tokens: AccessTokenVerifier
    let grants: any AuthorizationGrantStore
    let idTokens: IDTokens
    let signer: JWTSigner
    let issuer: String
    let runtime: Runtime
    /// Rendered answers about active access tokens, by the token's identifier: what they say never changes.
    private let rendered = SharedCache<[UInt8], [UInt8], Never>(capacity: 10_000)

    /// Of the JWTs of RFC 9701, and the value of `Accept` that asks for one.
    private static let jwtType = "application/token-introspection+jwt"

    var errorPages: String? { issuer }

    func respond(to request: EndpointRequest) async -> EndpointResponse {
        do throws(OAuthError) {
            let now = runtime.clock()
            let form = try Form(of: request)
            let token = try form.required("token")
            let client = try await authenticator.authenticate(form, of: request, for: audiences, at: now)
            let isSigned = request.headers["Accept"]?.contains(Self.jwtType) == true
            let answer: JSONObject
            if let secret = GrantSecret(token, .refreshToken) {
                answer = try await introspection(ofRefreshToken: secret, by: client.record, at: now)
            } else if let verified = try await tokens.verify(token, at: now),
                Self.isVisible(verified.facts, to: client.record)
            {
                guard isSigned else { return .json(introspection(of: verified), headers: .noStore) }
                answer = claims(of: verified)
            } else {
                answer = Self.inactive
            }
            return isSigned ? try signed(answer, for: client.record, at: now) : .json(answer, headers: .noStore)
        } catch {
            return error.response(issuer: issuer)
        }
    }

    private func signed(
        _ answer: JSONObject, for client: ClientRecord, at now: UnixTime
    ) throws(OAuthError) -> EndpointResponse {
        let claims: JSONObject = [
            "iss": .string(issuer), "aud": .string(client.id.value), "iat": .number(now.seconds),
            "token_introspection": .object(answer),
        ]
        return EndpointResponse(
            status: 200, headers: .noStore, contentType: Self.jwtType,
            body: try signer.sign(
                claims.rendered(), with: client.signIn.introspectionAlgorithm ?? IDTokens.defaultAlgorithm))
    }

    private func introspection(of verified: VerifiedAccessToken) -> [UInt8] {
        let id = verified.facts.id
        if let known = rendered.value(for: id) { return known }
        let body = claims(of: verified).rendered()
        rendered.insert(body, for: id)
        return body
    }

    private func claims(of verified: VerifiedAccessToken) -> JSONObject {
        let facts = verified.facts
        return [
            "active": .boolean(true), "iss": .string(issuer), "sub": .string(facts.subject),
            "aud": facts.audiences.count == 1 ? .string(facts.audiences[0]) : .array(facts.audiences),
            "client_id": .string(facts.client.value), "token_type": "Bearer",
            "scope": facts.scope.tokens.isEmpty ? nil : .string(facts.scope.description),
            "iat": .number(facts.issuedAt.seconds), "exp": .number(facts.expiry.seconds),
            "jti": .string(Base64URL.encode(facts.id)),
            // RFC 9470 §6.2.
            "auth_time": .number(verified.grant.map { Int($0.authenticatedAt.seconds) }),
            "acr": .string(verified.grant?.contextClass),
        ]
    }

    private func introspection(
        ofRefreshToken secret: GrantSecret, by caller: ClientRecord, at now: UnixTime
    ) async throws(OAuthError) -> JSONObject {
        let found = try await runtime.storing { () async throws(StoreError) in
            try await grants.refreshToken(secret.digest)
        }
        guard let (token, grant) = found, grant.client == caller.id, token.isInForce(of: grant, at: now) else {
            return Self.inactive
        }
        return [
            "active": .boolean(true), "iss": .string(issuer),
            "sub": .string(idTokens.subject(of: grant.user, for: caller)), "client_id": .string(caller.id.value),
            "scope": grant.scopes.isEmpty ? nil : .string(Scope(tokens: grant.scopes).description),
            "exp": .number(token.expiresAt.seconds),
        ]
    }

    /// A client sees its own tokens, and those of which it is the audience (RFC 7662 §4).
    private static func isVisible(_ token: AccessTokenFacts, to caller: ClientRecord) -> Bool {
        token.client == caller.id || caller.signIn.introspectsAllTokens
            || token.audiences.contains { ClientID($0) == caller.id }
    }

    /// RFC 7662 §2.2: for a token that is unknown, has ended, or is not meant for the caller.
    private static let inactive: JSONObject = ["active": .boolean(false)]
}

extension RefreshTokenRecord {
    /// Whether it is the newest of its grant, and neither has ended.
    func isInForce(of grant: AuthorizationGrantRecord, at now: UnixTime) -> Bool {
        grant.revokedAt == nil && replacedAt == nil && now < expiresAt
    }
}
