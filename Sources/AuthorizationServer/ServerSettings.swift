import Countersign
import CountersignJOSE

/// Everything an operator decides about one authorization server, apart from where it listens and where its data lies.
public struct ServerSettings: Sendable {
    /// The issuer and the endpoints' addresses.
    public var urls: ServerURLs
    /// Rules 16 to 24; issuer and token endpoint are those of `urls`.
    public var policy: AssertionPolicy
    /// `enable` of the `private_key_jwt_authenticator` block.
    public var acceptsAssertions: Bool
    /// How access tokens are made.
    public var accessTokens: AccessTokenSettings
    /// What the metadata lists as `scopes_supported`; `nil` lists the scopes that clients can be granted.
    public var advertisedScopes: [String]?
    /// How many clients are kept in memory, and for how long.
    public var clientCache: ClientCacheSettings
    /// How key sets at clients' URLs are kept.
    public var keySets: KeySetSettings
    /// Whether clients that are URLs are accepted.
    public var clientMetadata: ClientMetadataSettings

    /// Settings with the product's defaults.
    public init(urls: ServerURLs) {
        self.urls = urls
        policy = AssertionPolicy(issuer: ExactString(urls.issuer), tokenEndpoint: ExactString(urls.token))
        acceptsAssertions = true
        accessTokens = AccessTokenSettings(audience: urls.issuer)
        clientCache = ClientCacheSettings()
        keySets = KeySetSettings()
        clientMetadata = ClientMetadataSettings()
    }
}

/// How access tokens are made.
public struct AccessTokenSettings: Sendable {
    /// ES256, RS256, PS256 or EdDSA.
    public var signingAlgorithm: SignatureAlgorithm = .es256
    /// Of tokens whose client has no lifetime of its own.
    public var lifetime: Duration = .seconds(3600)
    /// `aud` of the tokens.
    public var audience: String

    /// The algorithms an operator can choose from.
    public static let signingAlgorithms: [SignatureAlgorithm] = [.es256, .rs256, .ps256, .edDSA]

    /// Settings with the product's defaults.
    public init(audience: String) {
        self.audience = audience
    }
}

/// The `[[cache.manager]] name="PrivateKeyJWT"` block: clients and their prepared keys in memory.
public struct ClientCacheSettings: Sendable {
    /// How long a client is kept before it is read again.
    public var timeout: Duration = .seconds(10)
    /// How many clients are kept.
    public var capacity: Int = 5000

    /// Settings with the product's defaults.
    public init() {}
}
