/// Settings for clients that register themselves (RFC 7591).
package struct RegistrationSettings: Sendable, Equatable {
    package enum Mode: String, Sendable, CaseIterable {
        case off
        /// With an initial access token of the operator.
        case token
        /// Without a token; an initial access token still gives what it says.
        case open
    }

    package var mode: Mode = .off
    /// The scope tokens that such a client can be granted, unless its initial access token says otherwise.
    package var scopes: [String] = ["openid", "profile", "email", "offline_access"]
    /// Whether open registrations may have the grant `client_credentials`, and so act without a person.
    package var allowsClientCredentials = false
    /// The maximum numbers of open registrations: of those that were never used, and of all.
    package var openBounds = OpenRegistrationBounds(unused: 1000, total: 10_000)
    /// The maximum number of open registrations from one address in an hour.
    package var perSourceAndHour = 20
    /// The lifetime of an open registration that is never used.
    package var unprovenLifetime: Duration = .seconds(86_400)
    /// The lifetime of any other registration after its last use.
    package var unusedLifetime: Duration = .seconds(90 * 86_400)

    package init() {}
}
