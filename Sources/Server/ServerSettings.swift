/// The settings of one authorization server, except its URL, its listeners and its storage.
package struct ServerSettings: Sendable {
    package var policy = AssertionPolicy()
    /// Whether `private_key_jwt` is enabled; without it no client can authenticate.
    package var acceptsAssertions = true
    /// Whether clients may be registered for `client_secret_basic` and `client_secret_post`.
    package var acceptsSecrets = false
    package var accessTokens = AccessTokenSettings()
    /// What the metadata lists as `scopes_supported`; `nil` lists the scopes that clients can be granted.
    package var advertisedScopes: [String]?
    package var clientCache = ClientCacheSettings()
    package var keySets = KeySetSettings()
    package var clientMetadata = ClientMetadataSettings()
    package var registration = RegistrationSettings()
    package var signIn = SignInSettings()
    package var sessions = SessionSettings()
    /// Whether tokens for the admin API are issued.
    package var servesAdminAPI = true
    /// The PEM file with the server's own TLS certificate, for the calendar of what expires; `nil` if it serves without TLS.
    package var certificateFile: String?

    package init() {}
}

package struct AccessTokenSettings: Sendable {
    /// One of `signingAlgorithms`.
    package var signingAlgorithm: SignatureAlgorithm = .es256
    /// For clients without a lifetime of their own.
    package var lifetime: Duration = .seconds(3600)
    /// The tokens' `aud`; `nil` means the issuer.
    package var audience: String?

    package static let signingAlgorithms: [SignatureAlgorithm] = [.es256, .rs256, .ps256, .edDSA]

    package init() {}
}

/// Settings of the cache of clients and their prepared keys.
package struct ClientCacheSettings: Sendable {
    /// The age at which a cached client is read again.
    package var timeout: Duration = .seconds(10)
    package var capacity: Int = 5000

    package init() {}
}

/// How long a person stays signed in.
package struct SessionSettings: Sendable {
    /// From the moment that they signed in.
    package var lifetime: Duration = .seconds(12 * 3600)
    /// Without a request.
    package var idleLimit: Duration = .seconds(2 * 3600)

    package init() {}
}
