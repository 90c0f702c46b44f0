import Countersign
import CountersignJOSE

/// What is registered about a client, apart from its keys (RFC 7591 §2).
package struct ClientRecord: Sendable, Equatable {
    /// The longest lifetime of an access token: a year. Keys that tokens depend on are kept as long.
    package static let longestAccessTokenLifetime: Duration = .seconds(31_536_000)

    /// `client_id`. It never changes.
    package let id: ClientID
    /// `client_name`, for people.
    package var name: String
    /// What the client is for, for people.
    package var description: String
    /// A disabled client is answered like an unknown one.
    package var isEnabled: Bool
    /// `grant_types`.
    package var grants: [GrantType]
    /// The scope tokens it may ask for (RFC 6749 §3.3), none twice.
    package var scopes: [String]
    /// `token_endpoint_auth_method`.
    package var authenticationMethod: AuthenticationMethod
    /// `token_endpoint_auth_signing_alg`: the only algorithm accepted, if set.
    package var signingAlgorithm: SignatureAlgorithm?
    /// `nil` takes the server's profile.
    package var audienceProfile: AudienceProfile?
    /// Whether one assertion may be used again until it expires; `nil` takes the server's answer.
    package var allowsReuse: Bool?
    /// Whether `typ` must be `client-authentication+jwt`.
    package var requiresExplicitTyping: Bool
    /// What to do with its certificates outside their validity; `nil` takes the server's answer.
    package var certificateValidity: AssertionPolicy.CertificateValidity?
    /// `jwks_uri`: where its keys are read from, as long as it has none of its own.
    package var keySetURL: String?
    /// How its access tokens are made.
    package var accessTokenFormat: AccessTokenFormat
    /// How long they live; `nil` takes the server's lifetime.
    package var accessTokenLifetime: Duration?
    /// When it was registered.
    package let createdAt: UnixTime
    /// When it was last changed.
    package var updatedAt: UnixTime

    /// Makes a record with the product's defaults.
    package init(
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
package enum GrantType: String, Sendable, CaseIterable {
    /// RFC 6749 §4.4.
    case clientCredentials = "client_credentials"
}

/// How a client's access tokens are made.
package enum AccessTokenFormat: String, Sendable, CaseIterable {
    /// A signed JWT (RFC 9068).
    case jwt
    /// A string that only this server can read: what it says is sealed in it, and kept nowhere.
    case opaque
}
