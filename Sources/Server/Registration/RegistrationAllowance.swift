/// The permissions of a client that registers itself. They do not depend on what it says about itself.
struct RegistrationAllowance: Sendable, Equatable {
    let origin: DynamicRegistration.Origin
    let initialAccessToken: String?
    /// In the order in which a client is given them.
    let scopes: [String]
    let grants: [GrantType]
    /// Whether it may ask for `token_endpoint_allow_reuse_pvt_key_jwt`.
    let allowsReuse: Bool

    private static let ofPeople: [GrantType] = [.authorizationCode, .refreshToken]

    /// The allowance of a caller without a credential.
    init(open settings: RegistrationSettings) {
        origin = .open
        initialAccessToken = nil
        scopes = AdminScope.removed(from: settings.scopes)
        grants = Self.ofPeople + (settings.allowsClientCredentials ? [.clientCredentials] : [])
        allowsReuse = false
    }

    init(_ token: InitialAccessToken, _ settings: RegistrationSettings) {
        origin = .token
        initialAccessToken = token.id
        scopes = AdminScope.removed(from: token.scopes ?? settings.scopes)
        grants = token.grants ?? Self.ofPeople
        allowsReuse = token.allowsReuse
    }

    /// RFC 7592 §2.2: an update gives nothing that the client does not have, so that it cannot undo what the operator has taken away.
    init(updating client: ClientRecord, _ origin: DynamicRegistration.Origin) {
        self.origin = origin
        initialAccessToken = nil
        scopes = AdminScope.removed(from: client.scopes)
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
