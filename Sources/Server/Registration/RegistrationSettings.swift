/// Settings for clients that register themselves (RFC 7591).
package struct RegistrationSettings: Sendable, Equatable {
    package enum Mode: String, Sendable, CaseIterable {
        case off
        /// With an initial access token of the operator.
        case token
        /// Everyone; an initial access token gives what it says.
        case open
    }

    package var mode: Mode = .off
    /// The scope tokens that such a client can be granted, unless its initial access token says otherwise.
    package var scopes: [String] = ["openid", "profile", "email", "offline_access"]
    /// Whether open registrations may have the grant `client_credentials`, and so act without a person.
    package var allowsClientCredentials = false
    /// The most open registrations; those that were never used have a bound of their own.
    package var openBounds = OpenRegistrationBounds(unused: 1000, total: 10_000)
    /// How many open registrations one address may make in an hour.
    package var perSourceAndHour = 20
    /// How long an open registration lasts that is never used.
    package var unprovenLifetime: Duration = .seconds(86_400)
    /// How long any other registration lasts after its last use.
    package var unusedLifetime: Duration = .seconds(90 * 86_400)

    package init() {}
}
