import Crypto

/// An issuer of ID tokens (OpenID Connect Core §2) and verifier of the ones that come back as hints.
package struct IDTokens: Sendable {
    /// The algorithm of clients that have registered none (OpenID Connect Registration §2).
    package static let defaultAlgorithm = SignatureAlgorithm.rs256
    /// For clients without a lifetime of their own, unless the settings say otherwise.
    package static let defaultLifetime: Duration = .seconds(3600)

    private let issuer: String
    private let lifetime: Duration
    private let signer: JWTSigner
    let ownSignature: OwnSignature
    private let identifiers: PairwiseIdentifiers

    package init(issuer: String, keys: ServerKeys, lifetime: Duration = defaultLifetime) {
        self.issuer = issuer
        self.lifetime = lifetime
        signer = keys.signer(for: .plain)
        ownSignature = OwnSignature(keys.ring, issuer: issuer)
        identifiers = keys.pairwiseIdentifiers
    }

    /// Returns `sub` of a person for a client.
    package func subject(of user: UserID, for client: ClientRecord) -> String {
        identifiers.subject(of: user, for: client)
    }

    /// Returns `sid` of a session for a client, the same in its ID tokens and logout tokens.
    ///
    /// - Parameter session: `SessionRecord.id`.
    package func sessionID(_ session: String, for client: ClientRecord) -> String {
        identifiers.sessionID(session, for: client)
    }

    /// Issues an ID token.
    ///
    /// - Parameters:
    ///   - accessToken: issued with it, in ASCII.
    ///   - nonce: of the authorization request; `nil` for a refreshed ID token (§12.2).
    ///   - claims: the claims about the person that the client asked for in the ID token.
    /// - Returns: the JWT in ASCII.
    /// - Throws: `OAuthError` `temporarily_unavailable` if the token cannot be signed.
    func issue(
        to client: ClientRecord, _ grant: AuthorizationGrantRecord, accessToken: [UInt8], nonce: String?,
        claims: JSONObject, at now: UnixTime
    ) throws(OAuthError) -> [UInt8] {
        let options = client.signIn
        let algorithm = options.idTokenAlgorithm ?? Self.defaultAlgorithm
        let audiences = [client.id.text] + options.audiences.filter { $0 != client.id.text }
        var token = JSONObjectWriter(capacity: 512)
        token.member("iss", issuer)
        token.member("sub", subject(of: grant.user, for: client))
        token.member("aud", oneOrMany: audiences)
        token.member("exp", (now + (options.idTokenLifetime ?? lifetime)).seconds)
        token.member("iat", now.seconds)
        let asksForTime = grant.claimsRequest.flatMap { ClaimsRequest(parsing: $0) }?.asksForAuthenticationTime == true
        if options.requiresAuthenticationTime || grant.demandsAuthenticationTime || asksForTime {
            token.member("auth_time", grant.authenticatedAt.seconds)
        }
        if let nonce { token.member("nonce", nonce) }
        if let contextClass = grant.contextClass { token.member("acr", contextClass) }
        if !grant.methods.isEmpty { token.member("amr", .array(grant.methods)) }
        if audiences.count > 1 { token.member("azp", client.id.text) }
        token.member("at_hash", utf8: Self.hash(of: accessToken, algorithm))
        if options.takesPartInLogout { token.member("sid", sessionID(grant.session, for: client)) }
        for claim in claims.members { token.member(named: claim.name.text, claim.value) }
        return try signer.sign(token.finished(), with: algorithm)
    }

    /// `at_hash` (§3.1.3.6): the left half of the token's digest, by the digest of the ID token's own algorithm.
    package static func hash(of accessToken: [UInt8], _ algorithm: SignatureAlgorithm) -> [UInt8] {
        let digest: [UInt8] =
            switch algorithm.digest {
            case .sha256: Array(SHA256.hash(data: accessToken))
            case .sha384: Array(SHA384.hash(data: accessToken))
            // Ed25519 hashes with SHA-512 inside (RFC 8032 §5.1).
            case .sha512, nil: Array(SHA512.hash(data: accessToken))
            }
        return Base64URL.encoded(Array(digest.prefix(digest.count / 2)))
    }
}

extension SignInOptions {
    /// Whether the client needs `sid` to tell sessions apart (OpenID Connect Back-Channel Logout 1.0 §2.1, RP-Initiated Logout 1.0 §2).
    fileprivate var takesPartInLogout: Bool {
        backChannelLogoutURI != nil || requiresLogoutSession || !postLogoutRedirectURIs.isEmpty
    }
}
