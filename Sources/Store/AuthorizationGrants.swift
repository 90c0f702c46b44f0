/// What a person has allowed a client, and when: tokens refer to it and end with it.
package struct AuthorizationGrantRecord: Sendable, Equatable {
    /// In bytes.
    package static let idLength = 16

    /// As `makeID(at:)` makes it; part of the `jti` of its access tokens, of its code and of its refresh tokens.
    package let id: [UInt8]
    package let user: UserID
    package let client: ClientID
    /// The granted scope tokens.
    package let scopes: [String]
    /// The resources (RFC 8707) that tokens can be issued for; empty means the server's default audience.
    package let resources: [String]
    /// `sid` of the session in which the person allowed it.
    package let session: String
    /// The RFC 7638 thumbprint (SHA-256, 32 bytes) of the client key that redeemed the code; `nil` before that, and for public clients.
    package var keyThumbprint: [UInt8]?
    package let nonce: String?
    /// `auth_time`.
    package let authenticatedAt: UnixTime
    /// `amr`.
    package let methods: [String]
    /// `acr`, if one was asked for and reached.
    package let contextClass: String?
    /// What the person was asked about of the `claims` parameter (OpenID Connect Core §5.5); `nil` if nothing.
    package let claimsRequest: String?
    /// Whether the ID token must have `auth_time`: the request had `max_age`, or asked for it as essential.
    package let demandsAuthenticationTime: Bool
    package let createdAt: UnixTime
    package var revokedAt: UnixTime?

    package init(
        id: [UInt8]? = nil, user: UserID, client: ClientID, scopes: [String],
        resources: [String] = [], session: String, keyThumbprint: [UInt8]? = nil, nonce: String? = nil,
        authenticatedAt: UnixTime, methods: [String] = [], contextClass: String? = nil, claimsRequest: String? = nil,
        demandsAuthenticationTime: Bool = false, createdAt: UnixTime, revokedAt: UnixTime? = nil
    ) {
        self.id = id ?? Self.makeID(at: createdAt)
        self.user = user
        self.client = client
        self.scopes = scopes
        self.resources = resources
        self.session = session
        self.keyThumbprint = keyThumbprint
        self.nonce = nonce
        self.authenticatedAt = authenticatedAt
        self.methods = methods
        self.contextClass = contextClass
        self.claimsRequest = claimsRequest
        self.demandsAuthenticationTime = demandsAuthenticationTime
        self.createdAt = createdAt
        self.revokedAt = revokedAt
    }

    /// Makes an identifier: the time in milliseconds since 1970 (6 bytes, big-endian) and 10 random bytes. New ones thus lie together in
    /// the store.
    package static func makeID(at time: UnixTime) -> [UInt8] {
        let time = UInt64(bitPattern: time.milliseconds)
        return (0..<6).map { UInt8(truncatingIfNeeded: time >> (40 - 8 * $0)) } + RandomBytes.make(idLength - 6)
    }
}

/// By what the store finds an authorization code or a refresh token.
package struct GrantSecretDigest: Sendable, Hashable {
    /// The identifier of its grant, which the secret names.
    package let grant: [UInt8]
    /// The SHA-256 of the whole secret.
    package let digest: [UInt8]

    package init(grant: [UInt8], digest: [UInt8]) {
        self.grant = grant
        self.digest = digest
    }
}

/// An authorization code (RFC 6749 §1.3.1).
package struct AuthorizationCodeRecord: Sendable, Equatable {
    /// The SHA-256 of the code. The code itself is not stored.
    package let digest: [UInt8]
    /// As sent in the authorization request; the token request must repeat it.
    package let redirectURI: String
    /// Whether the authorization request had `redirect_uri`, so that the token request must have it too (RFC 6749 §4.1.3).
    package let hasRedirectURI: Bool
    /// `code_challenge`, with the method S256 (RFC 7636 §4.3).
    package let challenge: String?
    package let expiresAt: UnixTime

    package init(
        digest: [UInt8], redirectURI: String, hasRedirectURI: Bool = true, challenge: String? = nil,
        expiresAt: UnixTime
    ) {
        self.digest = digest
        self.redirectURI = redirectURI
        self.hasRedirectURI = hasRedirectURI
        self.challenge = challenge
        self.expiresAt = expiresAt
    }
}

/// A refresh token (RFC 6749 §1.5).
package struct RefreshTokenRecord: Sendable, Equatable {
    /// The SHA-256 of the token. The token itself is not stored.
    package let digest: [UInt8]
    package let expiresAt: UnixTime
    /// When a rotation replaced it; `nil` while it is the newest of its grant.
    package var replacedAt: UnixTime?
    /// The token that replaced it, sealed under a key derived from this one; kept so that a lost answer can be given again.
    package var sealedSuccessor: [UInt8]?

    package init(
        digest: [UInt8], expiresAt: UnixTime, replacedAt: UnixTime? = nil, sealedSuccessor: [UInt8]? = nil
    ) {
        self.digest = digest
        self.expiresAt = expiresAt
        self.replacedAt = replacedAt
        self.sealedSuccessor = sealedSuccessor
    }
}

/// The result of redeeming an authorization code.
package enum CodeRedemption: Sendable, Equatable {
    case redeemed
    /// It was redeemed before: its grant is now revoked (RFC 6749 §4.1.2).
    case redeemedBefore
    /// The grant was revoked meanwhile, or the code removed.
    case ended
}

/// The result of rotating a refresh token.
package enum Rotation: Sendable, Equatable {
    case rotated
    /// It was replaced before, by the same token as it says here.
    case replacedBefore(RefreshTokenRecord)
    /// The grant was revoked meanwhile, or the token removed.
    case ended
}

/// The authorization grants of one issuer with their codes and refresh tokens. Each method is one transaction.
package protocol AuthorizationGrantStore: Sendable {
    /// Adds a grant with its code. Writes that arrive together share a transaction.
    ///
    /// - Throws: `notFound` if the person has been removed or disabled, or the session has ended meanwhile, or if there was a grant with
    ///   this identifier before.
    func add(_ grant: AuthorizationGrantRecord, code: AuthorizationCodeRecord) async throws(StoreError)

    func grant(_ id: [UInt8]) async throws(StoreError) -> AuthorizationGrantRecord?

    /// Returns a code, used or not, with its grant.
    func code(
        _ code: GrantSecretDigest
    ) async throws(StoreError) -> (code: AuthorizationCodeRecord, grant: AuthorizationGrantRecord)?

    /// Redeems a code once: marks it as used, records the client's key in the grant, and adds the first refresh token. A second use revokes
    /// the grant. Writes that arrive together share a transaction.
    ///
    /// - Parameters:
    ///   - keyThumbprint: of the client key that verified the assertion; `nil` for public clients.
    ///   - accessExpiry: of the access token that the client gets; `nil` if it is not known.
    func redeem(
        _ code: GrantSecretDigest, keyThumbprint: [UInt8]?, accessExpiry: UnixTime?, refreshToken: RefreshTokenRecord?,
        at now: UnixTime
    ) async throws(StoreError) -> CodeRedemption

    /// Returns a refresh token, replaced or not, with its grant.
    func refreshToken(
        _ token: GrantSecretDigest
    ) async throws(StoreError) -> (token: RefreshTokenRecord, grant: AuthorizationGrantRecord)?

    /// Replaces a refresh token once. Writes that arrive together share a transaction.
    func rotate(
        _ token: GrantSecretDigest, to successor: RefreshTokenRecord, sealedSuccessor: [UInt8], at now: UnixTime
    ) async throws(StoreError) -> Rotation

    /// Revokes a grant: its code, refresh tokens and access tokens end.
    ///
    /// - Returns: whether it was in force.
    @discardableResult
    func revoke(_ id: [UInt8], at now: UnixTime) async throws(StoreError) -> Bool

    /// Revokes the grants that one of a client's keys began.
    ///
    /// - Parameter keyThumbprint: the SHA-256 thumbprint of the key (RFC 7638).
    /// - Returns: how many were in force.
    func revokeAll(to client: ClientID, keyThumbprint: [UInt8], at now: UnixTime) async throws(StoreError) -> Int

    /// Removes grants that have ended, with their codes and refresh tokens: an hour after the expiry of the code at the earliest, and when the
    /// last refresh token and access token have expired. One small step at a time.
    ///
    /// - Parameter time: grants created before have no access tokens left unless they have refresh tokens. Those whose only access token
    ///   is known end with it.
    /// - Returns: whether there was anything to remove.
    func sweepStep(at now: UnixTime, grantsCreatedBefore time: UnixTime) async throws(StoreError) -> Bool
}
