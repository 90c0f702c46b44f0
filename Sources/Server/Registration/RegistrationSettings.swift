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

/// What a client that registers itself may have: what it says about itself grants it nothing.
struct RegistrationAllowance: Sendable, Equatable {
    let origin: DynamicRegistration.Origin
    let initialAccessToken: String?
    /// In the order in which a client is given them.
    let scopes: [String]
    let grants: [GrantType]
    /// Whether it may ask for `token_endpoint_allow_reuse_pvt_key_jwt`.
    let allowsReuse: Bool

    private static let ofPeople: [GrantType] = [.authorizationCode, .refreshToken]

    /// What a caller without any credential may have.
    init(open settings: RegistrationSettings) {
        origin = .open
        initialAccessToken = nil
        scopes = settings.scopes
        grants = Self.ofPeople + (settings.allowsClientCredentials ? [.clientCredentials] : [])
        allowsReuse = false
    }

    init(_ token: InitialAccessToken, _ settings: RegistrationSettings) {
        origin = .token
        initialAccessToken = token.id
        scopes = token.scopes ?? settings.scopes
        grants = token.grants ?? Self.ofPeople
        allowsReuse = token.allowsReuse
    }

    /// RFC 7592 §2.2: an update gives nothing that the client does not have, so that it cannot undo what the operator has taken away.
    init(updating client: ClientRecord, _ origin: DynamicRegistration.Origin) {
        self.origin = origin
        initialAccessToken = nil
        scopes = client.scopes
        grants = client.grants
        allowsReuse = client.options.allowsReuse == true
    }

    /// The members about people that the client may decide about itself.
    ///
    /// Open registrations cannot make this server post to a URL.
    var signInMembers: Set<String> {
        let decided = MetadataRules.ownSignInMembers.union([
            "subject_type", "sector_identifier_uri",
        ])
        switch origin {
        case .open: return decided
        case .token: return decided.union(["backchannel_logout_uri", "backchannel_logout_session_required"])
        }
    }
}
