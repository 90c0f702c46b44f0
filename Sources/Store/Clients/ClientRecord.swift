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
    /// How strictly its assertions are verified.
    package var options: ClientOptions
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
        authenticationMethod: AuthenticationMethod = .privateKeyJWT, options: ClientOptions = ClientOptions(),
        keySetURL: String? = nil,
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
        self.options = options
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
