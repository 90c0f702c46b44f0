import Countersign
import CountersignJOSE

/// Everything an operator decides about one authorization server, apart from where it listens and where its data lies.
package struct ServerSettings: Sendable {
    /// The issuer and the endpoints' addresses.
    package var urls: ServerURLs
    /// How strictly client assertions are checked.
    package var policy: AssertionPolicy
    /// `enable` of the `private_key_jwt_authenticator` block.
    package var acceptsAssertions: Bool
    /// How access tokens are made.
    package var accessTokens: AccessTokenSettings
    /// What the metadata lists as `scopes_supported`; `nil` lists the scopes that clients can be granted.
    package var advertisedScopes: [String]?
    /// How many clients are kept in memory, and for how long.
    package var clientCache: ClientCacheSettings
    /// How key sets at clients' URLs are kept.
    package var keySets: KeySetSettings
    /// Whether clients that are URLs are accepted.
    package var clientMetadata: ClientMetadataSettings

    /// Settings with the product's defaults.
    package init(urls: ServerURLs) {
        self.urls = urls
        policy = AssertionPolicy()
        acceptsAssertions = true
        accessTokens = AccessTokenSettings(audience: urls.issuer)
        clientCache = ClientCacheSettings()
        keySets = KeySetSettings()
        clientMetadata = ClientMetadataSettings()
    }
}

/// How access tokens are made.
package struct AccessTokenSettings: Sendable {
    /// ES256, RS256, PS256 or EdDSA.
    package var signingAlgorithm: SignatureAlgorithm = .es256
    /// Of tokens whose client has no lifetime of its own.
    package var lifetime: Duration = .seconds(3600)
    /// `aud` of the tokens.
    package var audience: String

    /// The algorithms an operator can choose from.
    package static let signingAlgorithms: [SignatureAlgorithm] = [.es256, .rs256, .ps256, .edDSA]

    /// Settings with the product's defaults.
    package init(audience: String) {
        self.audience = audience
    }
}

/// The `[[cache.manager]] name="PrivateKeyJWT"` block: clients and their prepared keys in memory.
package struct ClientCacheSettings: Sendable {
    /// How long a client is kept before it is read again.
    package var timeout: Duration = .seconds(10)
    /// How many clients are kept.
    package var capacity: Int = 5000

    /// Settings with the product's defaults.
    package init() {}
}
