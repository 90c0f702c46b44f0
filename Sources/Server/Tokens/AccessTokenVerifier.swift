import Caching
import Crypto

/// The claims of an authentic access token, before revocation is checked.
package struct AccessTokenFacts: Sendable, Equatable {
    /// The identifier under which it is revoked: the bytes of a JWT's `jti`, or an opaque token's identifier.
    package let id: [UInt8]
    package let client: ClientID
    /// `sub`.
    package let subject: String
    package let scope: Scope
    package let audiences: [String]
    package let issuedAt: UnixTime
    package let expiry: UnixTime
    /// The grant that it comes from; `nil` if the client acts for itself.
    package let grantID: [UInt8]?
}

/// An access token in force. Only `AccessTokenVerifier` can make one.
package struct VerifiedAccessToken: Sendable {
    package let facts: AccessTokenFacts
    package let client: ClientRecord
    /// The person's authorization; `nil` if the client acts for itself.
    package let grant: AuthorizationGrantRecord?

    fileprivate init(_ facts: AccessTokenFacts, _ client: ClientRecord, _ grant: AuthorizationGrantRecord?) {
        self.facts = facts
        self.client = client
        self.grant = grant
    }
}

/// The verification of this server's own access tokens, for every endpoint that is called with one or asked about one.
///
/// What a token says is cached under its digest. Whether it is in force is checked each time: expiry, the key of a JWT, revocation, grant
/// and client.
package struct AccessTokenVerifier: Sendable {
    /// The longest token read, in bytes: the longest JWT.
    static let maximumLength = CompactJWS.maximumLength

    private let opaqueTokens: OpaqueTokens
    private let ownSignature: OwnSignature
    private let revoked: any RevokedTokenStore
    private let grants: any AuthorizationGrantStore
    private let clients: ClientResolver
    private let runtime: Runtime
    private let cache = SharedCache<[UInt8], Authentic, Never>(capacity: 10_000)

    private struct Authentic: Sendable {
        let facts: AccessTokenFacts
        /// The `kid` of a JWT; `nil` for opaque tokens, whose keys are never retired before them.
        let keyID: ExactString?
    }

    init(
        issuer: String, keys: ServerKeys, opaqueTokens: OpaqueTokens, store: any Store,
        clients: ClientResolver, _ runtime: Runtime
    ) {
        self.opaqueTokens = opaqueTokens
        ownSignature = OwnSignature(keys.ring, issuer: issuer)
        revoked = store.revokedTokens
        grants = store.grants
        self.clients = clients
        self.runtime = runtime
    }

    /// Returns a token in force.
    ///
    /// - Parameter token: as sent.
    /// - Returns: `nil` for every other text.
    /// - Throws: `OAuthError` `temporarily_unavailable` if the store does not answer.
    package func verify(_ token: String, at now: UnixTime) async throws(OAuthError) -> VerifiedAccessToken? {
        guard let facts = facts(of: token, at: now) else { return nil }
        guard let client = try await client(facts.client), client.isEnabled else { return nil }
        let (isRevoked, grant) = try await runtime.storing { () async throws(StoreError) in
            let isRevoked = try await revoked.isRevoked(facts.id)
            guard !isRevoked, let id = facts.grantID else { return (isRevoked, AuthorizationGrantRecord?.none) }
            return (false, try await grants.grant(id))
        }
        guard !isRevoked else { return nil }
        guard facts.grantID != nil else { return VerifiedAccessToken(facts, client, nil) }
        guard let grant, grant.revokedAt == nil, grant.client == facts.client else { return nil }
        return VerifiedAccessToken(facts, client, grant)
    }

    /// Returns the client without its keys, so that a token stays valid while a key set cannot be read.
    ///
    /// - Throws: `OAuthError` `temporarily_unavailable` while the metadata document of a client that is a URL cannot be read.
    private func client(_ id: ClientID) async throws(OAuthError) -> ClientRecord? {
        let found = try await runtime.storing { () async throws(StoreUnavailable) in try await clients.record(of: id) }
        if found == nil, clients.isUnreachable(id) {
            throw OAuthError(.temporarilyUnavailable, "The client's metadata document cannot be read. Try again later.")
        }
        return found
    }

    /// Returns what an authentic token says before its expiry, whether or not it was revoked.
    package func facts(of token: String, at now: UnixTime) -> AccessTokenFacts? {
        guard token.utf8.count <= Self.maximumLength else { return nil }
        let bytes = Array(token.utf8)
        let digest = Array(SHA256.hash(data: bytes))
        let known = cache.value(for: digest)
        guard let token = known ?? authentic(bytes, at: now), now < token.facts.expiry,
            token.keyID.map(ownSignature.accepts) ?? true
        else { return nil }
        if known == nil { cache.insert(token, for: digest) }
        return token.facts
    }

    private func authentic(_ token: [UInt8], at now: UnixTime) -> Authentic? {
        if token.starts(with: OpaqueTokenFormat.prefix) {
            return (try? opaqueTokens.unseal(token, at: now)).map { Authentic(facts: AccessTokenFacts($0), keyID: nil) }
        }
        guard let (claims, keyID) = ownSignature.verified(token, type: .accessToken) else { return nil }
        return AccessTokenFacts(claims).map { Authentic(facts: $0, keyID: keyID) }
    }
}

extension AccessTokenFacts {
    init(_ token: OpaqueToken) {
        self.init(
            id: token.id, client: token.client, subject: token.subject ?? token.client.text, scope: token.scope,
            audiences: token.audiences, issuedAt: token.issuedAt, expiry: token.expiry, grantID: token.grantID)
    }

    /// - Parameter claims: of a JWT that this server has signed.
    init?(_ claims: JSONObject) {
        guard let id = claims.string("jti").flatMap(AccessTokenID.init), let client = claims.string("client_id"),
            let subject = claims.string("sub"), let audiences = claims.oneOrMany("aud"),
            let issuedAt = claims.time("iat"), let expiry = claims.time("exp"),
            let scope = Scope(parsing: claims.string("scope")?.text ?? "")
        else { return nil }
        self.init(
            id: id.bytes, client: ClientID(client), subject: subject.text, scope: scope, audiences: audiences,
            issuedAt: issuedAt, expiry: expiry, grantID: id.grantID)
    }
}
