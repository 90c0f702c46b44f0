import Countersign

/// Everything an operator decides about one authorization server, apart from its URL, where it listens and where its data is.
package struct ServerSettings: Sendable {
    /// How strictly client assertions are checked.
    package var policy = AssertionPolicy()
    /// Whether `private_key_jwt` is switched on; without it no client can authenticate.
    package var acceptsAssertions = true
    package var accessTokens = AccessTokenSettings()
    /// What the metadata lists as `scopes_supported`; `nil` lists the scopes that clients can be granted.
    package var advertisedScopes: [String]?
    package var clientCache = ClientCacheSettings()
    package var keySets = KeySetSettings()
    /// Whether clients that are URLs are accepted, and which.
    package var clientMetadata = ClientMetadataSettings()

    /// The product's defaults.
    package init() {}
}

/// The access tokens that are issued.
package struct AccessTokenSettings: Sendable {
    /// ES256, RS256, PS256 or EdDSA.
    package var signingAlgorithm: SignatureAlgorithm = .es256
    /// Of tokens whose client has no lifetime of its own.
    package var lifetime: Duration = .seconds(3600)
    /// `aud` of the tokens; `nil` is the issuer.
    package var audience: String?

    /// The algorithms an operator can choose from.
    package static let signingAlgorithms: [SignatureAlgorithm] = [.es256, .rs256, .ps256, .edDSA]

    /// The product's defaults.
    package init() {}
}

/// The cache of clients and their prepared keys.
package struct ClientCacheSettings: Sendable {
    /// A client that is kept for longer is read again.
    package var timeout: Duration = .seconds(10)
    package var capacity: Int = 5000

    /// The product's defaults.
    package init() {}
}
