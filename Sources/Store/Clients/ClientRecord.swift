import Countersign
import CountersignJOSE

/// What is registered about a client, apart from its keys (RFC 7591 §2).
public struct ClientRecord: Sendable, Equatable {
    /// The longest lifetime of an access token: a year. Keys that tokens depend on are kept as long.
    public static let longestAccessTokenLifetime: Duration = .seconds(31_536_000)

    /// `client_id`. It never changes.
    public let id: ClientID
    /// `client_name`, for people.
    public var name: String
    /// What the client is for, for people.
    public var description: String
    /// A disabled client is answered like an unknown one.
    public var isEnabled: Bool
    /// `grant_types`.
    public var grants: [GrantType]
    /// The scope tokens it may ask for (RFC 6749 §3.3), none twice.
    public var scopes: [String]
    /// `token_endpoint_auth_method`.
    public var authenticationMethod: AuthenticationMethod
    /// `token_endpoint_auth_signing_alg`: the only algorithm accepted, if set.
    public var signingAlgorithm: SignatureAlgorithm?
    /// `nil` takes the server's profile.
    public var audienceProfile: AudienceProfile?
    /// Whether one assertion may be used again until it expires; `nil` takes the server's answer.
    public var allowsReuse: Bool?
    /// Whether `typ` must be `client-authentication+jwt`.
    public var requiresExplicitTyping: Bool
    /// What to do with its certificates outside their validity; `nil` takes the server's answer.
    public var certificateValidity: AssertionPolicy.CertificateValidity?
    /// `jwks_uri`: where its keys are read from, as long as it has none of its own.
    public var keySetURL: String?
    /// How its access tokens are made.
    public var accessTokenFormat: AccessTokenFormat
    /// How long they live; `nil` takes the server's lifetime.
    public var accessTokenLifetime: Duration?
    /// When it was registered.
    public let createdAt: UnixTime
    /// When it was last changed.
    public var updatedAt: UnixTime

    /// Makes a record with the product's defaults.
    public init(
        id: ClientID, name: String, description: String = "", isEnabled: Bool = true,
        grants: [GrantType] = [.clientCredentials], scopes: [String] = [],
        authenticationMethod: AuthenticationMethod = .privateKeyJWT, signingAlgorithm: SignatureAlgorithm? = nil,
        audienceProfile: AudienceProfile? = nil, allowsReuse: Bool? = nil, requiresExplicitTyping: Bool = false,
        certificateValidity: AssertionPolicy.CertificateValidity? = nil, keySetURL: String? = nil,
        accessTokenFormat: AccessTokenFormat = .jwt, accessTokenLifetime: Duration? = nil, createdAt: UnixTime,
        updatedAt: UnixTime? = nil
    ) {
        self.id = id
        self.name = name
        self.description = description
        self.isEnabled = isEnabled
        self.grants = grants
        self.scopes = scopes
        self.authenticationMethod = authenticationMethod
        self.signingAlgorithm = signingAlgorithm
        self.audienceProfile = audienceProfile
        self.allowsReuse = allowsReuse
        self.requiresExplicitTyping = requiresExplicitTyping
        self.certificateValidity = certificateValidity
        self.keySetURL = keySetURL
        self.accessTokenFormat = accessTokenFormat
        self.accessTokenLifetime = accessTokenLifetime
        self.createdAt = createdAt
        self.updatedAt = updatedAt ?? createdAt
    }
}

/// A value of `grant_type` (RFC 6749 §4).
public enum GrantType: String, Sendable, CaseIterable {
    /// RFC 6749 §4.4.
    case clientCredentials = "client_credentials"
}

/// How a client's access tokens are made.
public enum AccessTokenFormat: String, Sendable, CaseIterable {
    /// A signed JWT (RFC 9068).
    case jwt
    /// A string that only this server can read: what it says is sealed in it, and kept nowhere.
    case opaque
}
