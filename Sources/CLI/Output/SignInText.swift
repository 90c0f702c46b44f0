import Administration
import Server

extension SignInFault: MessageError {
    var message: String {
        switch self {
        case .noRedirectURI:
            """
            The grant authorization_code needs a redirect URI, to which people return: \
            --redirect-uri https://app.example.com/callback
            """
        case .redirectURI(let uri, let problem): "--redirect-uri: '\(uri)' cannot be used: \(problem)."
        case .postLogoutRedirectURI(let uri, let problem):
            "--post-logout-redirect-uri: '\(uri)' cannot be used: \(problem)."
        case .tooManyURIs(let member, let maximum):
            "\(Self.flag(String(member.dropLast()))): a client can have at most \(maximum). Use one for several purposes."
        case .notAWebURL(let member, let url):
            "\(Self.flag(member)): '\(url)' is not a web address. Write https://app.example.com/ or the like."
        case .notAnHTTPSURL(let member, let url):
            "\(Self.flag(member)): '\(url)' cannot be called. Write an https URL without a fragment."
        case .publicClientCredentials:
            """
            A public client cannot have the grant client_credentials, because it does not authenticate. Give it \
            --grant authorization_code, or a key and --no-public.
            """
        case .ambiguousSector(let hosts):
            """
            Pairwise identifiers need one host for all redirect URIs, but there are \(hosts.joined(separator: ", ")). \
            Name a common --sector-identifier-uri.
            """
        case .patternWithoutSector(let pattern):
            """
            Pairwise identifiers need one host for all redirect URIs, which the pattern '\(pattern)' leaves open. \
            Name a --sector-identifier-uri.
            """
        }
    }

    private static func flag(_ member: String) -> String { "--" + member.replacing("_", with: "-") }
}

extension ClientRecord {
    /// How people sign in through the client, in two columns; for a client without people only what it has about introspection.
    var signInRows: [[String]] {
        let options = signIn
        var withoutPeople = SignInOptions()
        withoutPeople.introspectionAlgorithm = options.introspectionAlgorithm
        withoutPeople.introspectsAllTokens = options.introspectsAllTokens
        guard grants.contains(where: { $0 != .clientCredentials }) || options != withoutPeople else {
            return introspectionRows
        }
        var rows = options.redirectURIs.map { ["Redirect URI", $0] }
        let isPublic = authenticationMethod == .none
        rows.append([
            "PKCE",
            isPublic
                ? "demanded: the client is public"
                : options.requiresProofKey.map { $0 ? "demanded" : "not demanded" } ?? "as the server has it",
        ])
        rows.append(["Consent", options.skipsConsent ? "people are not asked" : "people are asked"])
        rows.append([
            "Identifiers of people",
            options.sectorIdentifier.map { "pairwise, of \($0)" } ?? options.subjectType.rawValue,
        ])
        if let age = options.defaultMaximumAge { rows.append(["Sign in again after", age.text]) }
        if options.requiresAuthenticationTime { rows.append(["auth_time", "always in ID tokens"]) }
        rows.append([
            "ID tokens",
            "\(options.idTokenAlgorithm?.name ?? "RS256"), \(options.idTokenLifetime?.text ?? "the server's lifetime")",
        ])
        rows.append(["UserInfo", options.userInfoAlgorithm.map { "signed with \($0.name)" } ?? "JSON"])
        if let lifetime = options.userAccessTokenLifetime { rows.append(["Access tokens of people", lifetime.text]) }
        if grants.contains(.refreshToken) {
            let rotates = options.rotatesRefreshTokens ?? isPublic
            rows.append([
                "Refresh tokens",
                "\(options.refreshTokenLifetime?.text ?? "the server's lifetime"), \(rotates ? "replaced at each use" : "not replaced")",
            ])
        }
        rows += options.audiences.map { ["Further audience", $0] }
        if options.revokesGrantsWithKey {
            rows.append(["Revoking a key", "ends the grants that it began; so does removing it"])
        }
        rows += introspectionRows
        rows += options.postLogoutRedirectURIs.map { ["After signing out", $0] }
        if let url = options.backChannelLogoutURI {
            rows.append(["Back-channel logout", options.requiresLogoutSession ? "\(url), with the session" : url])
        }
        let shown = [
            ("Website", options.website), ("Logo", options.logo), ("Privacy policy", options.privacyPolicy),
            ("Terms of service", options.termsOfService),
        ]
        rows += shown.compactMap { title, url in url.map { [title, $0] } }
        return rows + options.contacts.map { ["Contact", $0] }
    }

    private var introspectionRows: [[String]] {
        var rows: [[String]] = []
        if let algorithm = signIn.introspectionAlgorithm {
            rows.append(["Introspection as a JWT", "signed with \(algorithm.name)"])
        }
        if signIn.introspectsAllTokens { rows.append(["Introspection", "of the tokens of every audience"]) }
        return rows
    }
}
