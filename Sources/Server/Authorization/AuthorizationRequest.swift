/// A checked authorization request (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1).
///
/// Each check is a file of this folder. `display` and `claims_locales` are accepted and have no effect, and unknown parameters are ignored
/// (RFC 6749 §3.1).
struct AuthorizationRequest: Sendable {
    let destination: ResponseDestination
    let scopes: [String]
    /// Registered resources (RFC 8707); empty means the server's default audience.
    let resources: [ResourceRecord]
    /// `code_challenge` of the method S256.
    let challenge: String?
    let nonce: String?
    let prompts: Set<Prompt>
    let maximumAge: Duration?
    /// The user name to fill in.
    let loginHint: String?
    /// The values of `sub`, one of which the person must have; `nil` for anybody.
    let expectedSubjects: Set<String>?
    /// Whether the ID token says how the person was authenticated (`acr`).
    let asksForContextClass: Bool
    /// The part of `claims` that the page shows and a grant of this request gives; `nil` if there is none.
    let claims: String?
    /// The scopes that need consent: the requested ones, and those whose claims are requested by name.
    let consentScopes: [String]
    /// Whether the ID token must have `auth_time`.
    let demandsAuthenticationTime: Bool

    /// Runs the checks in the order of the specification.
    ///
    /// - Parameter destination: the client and its redirect URI, which were checked before: every error of these checks may be sent there.
    /// - Throws: `OAuthError` for the client.
    init(
        _ form: Form, to destination: ResponseDestination, _ rules: AuthorizationRules
    ) async throws(OAuthError) {
        let client = destination.client
        self.destination = destination
        _ = try ResponseMode.requested(in: form)
        _ = try ResponseDestination.checkedState(form)
        try UnsupportedParameters.check(form)
        try ResponseType.check(form)
        let scopes = try RequestedScope.check(
            form, for: client, isForAdminAPI: rules.resources.isAdminAPI(in: form))
        self.scopes = scopes
        challenge = try ProofKeyChallenge.check(form, for: client, isRequired: rules.requiresProofKey)
        nonce = try form.limited("nonce", to: 1024)
        prompts = try Prompt.requested(in: form)
        let maximumAge = try MaximumAge.requested(in: form) ?? client.signIn.defaultMaximumAge
        self.maximumAge = maximumAge
        let claims = try RequestedClaims.check(form, contextClass: rules.contextClass)
        let named = StandardClaims.scopes(of: claims.userInfo + claims.idToken)
        consentScopes = scopes + named.filter { client.scopes.contains($0) && !scopes.contains($0) }
        self.claims = claims.rendered(only: StandardClaims.names(in: consentScopes))
        demandsAuthenticationTime =
            maximumAge != nil || client.signIn.requiresAuthenticationTime || claims.asksForAuthenticationTime
        loginHint = try form.limited("login_hint", to: 256)
        expectedSubjects = try ExpectedSubject.check(form, claims, for: client, rules.idTokens)
        // Values that this server does not have are voluntary (§3.1.2.1, §5.5.1.1), and the ID token has the one that it has.
        asksForContextClass =
            try form.limited("acr_values", to: 1024) != nil || claims.idToken.contains("acr")
        resources = try await rules.resources.registered(try ResourceDirectory.requested(in: form), for: client)
    }

    var client: ClientRecord { destination.client }
    var resourceURIs: [String] { resources.map(\.uri) }
}

/// The server's settings and services that the checks use.
struct AuthorizationRules: Sendable {
    /// Whether PKCE is demanded of clients without a choice of their own.
    let requiresProofKey: Bool
    /// `acr` of every sign-in.
    let contextClass: String
    let idTokens: IDTokens
    let resources: ResourceDirectory
}
