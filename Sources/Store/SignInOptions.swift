/// How people sign in through a client (RFC 7591 §2, OpenID Connect Registration §2), and what it gets then.
package struct SignInOptions: Sendable, Equatable {
    /// `redirect_uris`: absolute URIs, compared exactly, or `regexp=(…)` of a migrated client.
    package var redirectURIs: [String] = []
    /// `post_logout_redirect_uris`.
    package var postLogoutRedirectURIs: [String] = []
    /// Whether PKCE is demanded (RFC 7636); `nil` follows the server. It is always demanded of public clients.
    package var requiresProofKey: Bool?
    /// Whether people are not asked for consent: the operator has decided for them.
    package var skipsConsent = false
    /// `default_max_age`.
    package var defaultMaximumAge: Duration?
    /// `require_auth_time`.
    package var requiresAuthenticationTime = false
    /// `id_token_signed_response_alg`; `nil` means RS256, as OpenID Connect Registration §2 demands.
    package var idTokenAlgorithm: SignatureAlgorithm?
    /// `userinfo_signed_response_alg`; `nil` means JSON.
    package var userInfoAlgorithm: SignatureAlgorithm?
    /// `introspection_signed_response_alg`; `nil` means RS256, as RFC 9701 §6 demands.
    package var introspectionAlgorithm: SignatureAlgorithm?
    /// The lifetime of ID tokens; `nil` means the server's default.
    package var idTokenLifetime: Duration?
    /// The lifetime of access tokens that a person has allowed; `nil` means that of the client's other access tokens.
    package var userAccessTokenLifetime: Duration?
    /// The lifetime of refresh tokens; `nil` means the server's default.
    package var refreshTokenLifetime: Duration?
    /// Whether each use replaces a refresh token; `nil` means only for public clients.
    package var rotatesRefreshTokens: Bool?
    /// `subject_type`.
    package var subjectType: SubjectType = .public
    /// `sector_identifier_uri`.
    package var sectorIdentifier: String?
    /// `backchannel_logout_uri`.
    package var backChannelLogoutURI: String?
    /// `backchannel_logout_session_required`.
    package var requiresLogoutSession = false
    /// Further audiences of its tokens.
    package var audiences: [String] = []
    /// Whether the grants that one of its own keys began end when that key is revoked or removed.
    package var revokesGrantsWithKey = false
    /// Whether introspection answers about tokens of all audiences.
    package var introspectsAllTokens = false
    /// `client_uri`, `logo_uri`, `policy_uri`, `tos_uri`, for people.
    package var website: String?
    package var logo: String?
    package var privacyPolicy: String?
    package var termsOfService: String?
    package var contacts: [String] = []

    package init() {}

    /// OpenID Connect Core §8.
    package enum SubjectType: String, Sendable, CaseIterable {
        case `public`
        /// The client's own identifier for the person: two clients cannot tell that they serve the same one.
        case pairwise
    }
}
