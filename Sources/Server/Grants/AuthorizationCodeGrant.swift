/// The grant `authorization_code` (RFC 6749 §4.1.3, OpenID Connect Core §3.1.3): the client redeems what a person has allowed.
struct AuthorizationCodeGrant: Grant {
    /// How long a code can be redeemed.
    static let codeLifetime: Duration = .seconds(60)
    /// How far another node's clock may be ahead. A code from further in the future was made before the clock was set back, and would
    /// live too long.
    private static let clockDifference: Duration = .seconds(60)

    private let code: String
    private let redirectURI: String?
    private let verifier: String?
    private let resources: [String]

    /// `scope` has no effect here: the person has decided, and the original product's clients send it.
    init(_ form: Form) throws(OAuthError) {
        guard let code = form.text("code") else {
            throw OAuthError(
                .invalidRequest, "The parameter code is missing. Send the code of the authorization response.")
        }
        self.code = code
        redirectURI = form.text("redirect_uri")
        verifier = form.text("code_verifier")
        if let verifier, !ProofKey.isVerifier(verifier) {
            // RFC 7636 §4.6 names this code for a verifier that does not fit.
            throw OAuthError(
                .invalidGrant, "code_verifier: expected 43 to 128 letters, digits and -._~ (RFC 7636 section 4.1).")
        }
        resources = try ResourceDirectory.requested(in: form)
    }

    func tokens(
        for client: AuthenticatedClient, from services: TokenServices, at now: UnixTime
    ) async throws(OAuthError) -> TokenResponse {
        guard let secret = GrantSecret(code, .authorizationCode),
            let (record, grant) = try await services.runtime.storing({ () async throws(StoreError) in
                try await services.grants.code(secret.digest)
            })
        else {
            throw OAuthError(
                .invalidGrant,
                "The code is not one of this server, or it expired long ago. Begin a new authorization request.")
        }
        guard grant.client == client.record.id else {
            throw OAuthError(.invalidGrant, "The code was issued to another client.")
        }
        guard Self.isInForce(record, at: now) else {
            // Redeemed before or not, nothing should come of it any more.
            if (try? checkSender(record)) != nil { try await Self.revoke(grant, services, at: now) }
            throw OAuthError(
                .invalidGrant,
                "The code has expired: it must be redeemed within \(Self.codeLifetime.text). Begin a new authorization request."
            )
        }
        try checkSender(record)
        let target = try await GrantedTokens.target(resources, of: grant, for: client.record, services)
        // Before the redemption, because a code whose tokens cannot be signed must stay valid.
        var response = try await GrantedTokens(
            type: .authorizationCode, grant: grant, scope: Scope(tokens: grant.scopes), target: target,
            nonce: grant.nonce
        ).issue(to: client, services, at: now)
        let refreshToken = RefreshTokenGrant.first(of: grant, for: client.record, services)
        let accessExpiry = now + response.accessToken.lifetime
        let redemption = try await services.runtime.storing { () async throws(StoreError) in
            try await services.grants.redeem(
                secret.digest, keyThumbprint: client.keyThumbprint, accessExpiry: accessExpiry,
                refreshToken: refreshToken?.record, at: now)
        }
        switch redemption {
        case .redeemed:
            guard try await Self.isKeyRegistered(of: client, services) else {
                try await Self.revoke(grant, services, at: now)
                throw GrantedTokens.ended
            }
        case .redeemedBefore:
            throw OAuthError(
                .invalidGrant,
                "The code was redeemed before. The tokens that it gave are revoked now (RFC 6749 section 4.1.2).")
        case .ended: throw GrantedTokens.ended
        }
        response.refreshToken = refreshToken?.text
        return response
    }

    private static func isInForce(_ code: AuthorizationCodeRecord, at now: UnixTime) -> Bool {
        now < code.expiresAt && code.expiresAt <= now + codeLifetime + clockDifference
    }

    /// Checks that the caller sent the authorization request: RFC 6749 §4.1.3, RFC 7636 §4.6, RFC 9700 §4.8.2.
    private func checkSender(_ code: AuthorizationCodeRecord) throws(OAuthError) {
        if redirectURI == nil, code.hasRedirectURI {
            throw OAuthError(
                .invalidGrant, "redirect_uri is missing. Send the same one as in the authorization request.")
        }
        if let redirectURI, ExactString(redirectURI) != ExactString(code.redirectURI) {
            throw OAuthError(
                .invalidGrant,
                "redirect_uri: \(SentCredentials.quoted(redirectURI)) is not that of the authorization request.")
        }
        switch (code.challenge, verifier) {
        case (nil, nil): break
        case (_?, nil):
            throw OAuthError(
                .invalidGrant,
                "code_verifier is missing. The authorization request had a code_challenge (RFC 7636 section 4.5).")
        case (nil, _?):
            throw OAuthError(
                .invalidGrant, "code_verifier was sent, but the authorization request had no code_challenge.")
        case (let challenge?, let verifier?):
            guard ProofKey.isValid(verifier, for: challenge) else {
                throw OAuthError(
                    .invalidGrant, "code_verifier does not belong to the code_challenge of the authorization request.")
            }
        }
    }

    /// Whether the key that redeems is still registered, for clients whose grants end with their keys: a server may follow a revocation
    /// late, which then has not found this grant. Read after the redemption, so that one of the two sees the other.
    private static func isKeyRegistered(
        of client: AuthenticatedClient, _ services: TokenServices
    ) async throws(OAuthError) -> Bool {
        guard client.record.signIn.revokesGrantsWithKey, let thumbprint = client.keyThumbprint,
            case .registered? = client.attached.keyOrigin
        else { return true }
        let registration = try await services.runtime.storing { () async throws(StoreError) in
            try await services.clients.registration(of: client.record.id)
        }
        return registration?.keys.contains {
            !$0.status.isRevoked && $0.jwk.key.thumbprintDigest == thumbprint
        } ?? false
    }

    private static func revoke(
        _ grant: AuthorizationGrantRecord, _ services: TokenServices, at now: UnixTime
    ) async throws(OAuthError) {
        try await services.runtime.storing { () async throws(StoreError) in
            _ = try await services.grants.revoke(grant.id, at: now)
        }
    }
}
