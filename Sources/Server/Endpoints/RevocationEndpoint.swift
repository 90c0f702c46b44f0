import Synchronization

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
    private let limits = RevocationLimits()

    init(
        authenticator: ClientAuthenticator, audiences: AcceptedAudiences, tokens: AccessTokenVerifier,
        grants: any AuthorizationGrantStore, revoked: any RevokedTokenStore, issuer: String, runtime: Runtime
    ) {
        self.authenticator = authenticator
        self.audiences = audiences
        self.tokens = tokens
        self.grants = grants
        self.revoked = revoked
        self.issuer = issuer
        self.runtime = runtime
    }

    var errorPages: String? { issuer }

    func respond(to request: EndpointRequest) async -> EndpointResponse {
        do throws(OAuthError) {
            let now = runtime.clock()
            let form = try Form(of: request)
            let token = try form.required("token")
            let client = try await authenticator.authenticate(
                form, of: request, for: audiences, allowsPublicClients: true, at: now)
            try await revoke(token, of: client.record.id, at: now)
            return EndpointResponse(status: 200, headers: .noStore, contentType: "text/plain", body: [])
        } catch {
            return error.response(issuer: issuer)
        }
    }

    /// RFC 7009 §2.2: a token that is unknown or has ended is as good as revoked, also one of another client.
    ///
    /// - Throws: `OAuthError` `invalid_grant` for a token in force of another client (§2.1), which stays valid.
    private func revoke(_ token: String, of client: ClientID, at now: UnixTime) async throws(OAuthError) {
        if let secret = GrantSecret(token, .refreshToken) {
            let found = try await runtime.storing { () async throws(StoreError) in
                try await grants.refreshToken(secret.digest)
            }
            guard let (token, grant) = found else { return }
            guard grant.client == client else {
                guard token.isInForce(of: grant, at: now) else { return }
                throw Self.ofAnotherClient
            }
            try await runtime.storing { () async throws(StoreError) in
                _ = try await grants.revoke(grant.id, at: now)
            }
        } else if let facts = tokens.facts(of: token, at: now) {
            guard facts.client == client else {
                guard try await tokens.verify(token, at: now) != nil else { return }
                throw Self.ofAnotherClient
            }
            // A repetition costs nothing, so that the holder of one token cannot keep the others from being revoked.
            let isRevoked = try await runtime.storing { () async throws(StoreError) in
                try await revoked.isRevoked(facts.id)
            }
            guard !isRevoked else { return }
            if let wait = limits.wait(for: facts, at: now) {
                throw OAuthError(
                    .temporarilyUnavailable,
                    "Too many access tokens of this client and person were revoked. Try again later, or let them expire.",
                    status: 429,
                    retryAfter: wait)
            }
            try await runtime.storing { () async throws(StoreError) in
                try await revoked.revoke(facts.id, until: facts.expiry)
            }
        }
    }

    /// RFC 6749 §5.2 has this code for a token that "was issued to another client".
    private static let ofAnotherClient = OAuthError(
        .invalidGrant,
        "The token was issued to another client, so it was not revoked. Only the client that got a token can revoke it."
    )
}

/// The limit on revoked access tokens, each of which is remembered until a day after its expiry. People have one each, so that somebody who uses a
/// public client does not use up that of the others.
///
/// A class because all requests share it.
private final class RevocationLimits: Sendable {
    private struct Subject: Hashable {
        let client: ClientID
        let subject: String
    }

    private let buckets = Mutex(TokenBuckets<Subject>(atOnce: 1000, perHour: 1200))

    /// - Returns: how long to wait; `nil` if one more token may be revoked.
    func wait(for token: AccessTokenFacts, at now: UnixTime) -> Duration? {
        let subject = Subject(client: token.client, subject: token.subject)
        return buckets.withLock { $0.take(for: subject, at: now) ? nil : $0.wait }
    }
}
