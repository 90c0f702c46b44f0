import ArgumentParser
import Store

/// How people sign in through a client. Redirect URIs, PKCE and consent.
struct SigningInOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where people return to, compared exactly; may be given more than once. regexp=(a|b) is a pattern.",
            valueName: "uri"))
    var redirectUri: [String] = []

    @Flag(
        name: .customLong("public"), inversion: .prefixedNo,
        help: "Whether it cannot keep a key, as in a browser or on a telephone.")
    var isPublic: Bool?

    @Option(
        help: ArgumentHelp(
            "How it authenticates: private_key_jwt, or with a secret, which servers must allow.", valueName: "method"))
    var authMethod: AuthenticationMethod?

    @Flag(help: "Whether PKCE is demanded, or as the server is configured. Public clients always need it.")
    var proofKey: ProofKey?

    @Flag(inversion: .prefixedNo, help: "Whether people are not asked for their consent.")
    var trusted: Bool?

    @Option(
        help: ArgumentHelp("The age at which people have to sign in again; 'none' removes it.", valueName: "duration"),
        transform: Transform.maximumAge)
    var defaultMaxAge: ClientSetting<Duration>?

    @Flag(inversion: .prefixedNo, help: "Whether ID tokens always say when the person signed in.")
    var requireAuthTime: Bool?

    @Option(help: "Whether it sees the same identifiers of people as other clients, or its own.")
    var subjectType: SignInOptions.SubjectType?

    @Option(
        help: ArgumentHelp(
            "The URL that clients with the same pairwise identifiers share; 'none' removes it.", valueName: "url"),
        transform: Transform.removableText)
    var sectorIdentifierUri: ClientSetting<String>?

    /// Whether PKCE is demanded (RFC 7636).
    enum ProofKey: EnumerableFlag {
        case requirePkce
        case noRequirePkce
        case defaultPkce
    }

    var isEmpty: Bool {
        redirectUri.isEmpty && isPublic == nil && authMethod == nil && proofKey == nil && trusted == nil
            && defaultMaxAge == nil
            && requireAuthTime == nil && subjectType == nil && sectorIdentifierUri == nil
    }

    func validate() throws {
        guard isPublic == nil || authMethod == nil else {
            throw ValidationError("--public and --auth-method say the same thing. Give one of them.")
        }
    }

    func apply(to client: inout ClientRecord) {
        if !redirectUri.isEmpty { client.signIn.redirectURIs = Transform.list(redirectUri) }
        if let isPublic { client.authenticationMethod = isPublic ? .none : .privateKeyJWT }
        if let authMethod { client.authenticationMethod = authMethod }
        if let proofKey { client.signIn.requiresProofKey = proofKey == .defaultPkce ? nil : proofKey == .requirePkce }
        if let trusted { client.signIn.skipsConsent = trusted }
        if let defaultMaxAge { client.signIn.defaultMaximumAge = defaultMaxAge.value }
        if let requireAuthTime { client.signIn.requiresAuthenticationTime = requireAuthTime }
        if let subjectType { client.signIn.subjectType = subjectType }
        if let sectorIdentifierUri { client.signIn.sectorIdentifier = sectorIdentifierUri.value }
    }
}

/// What a client gets when a person has signed in.
struct PeopleTokenOptions: ParsableArguments {
    @Option(
        help: "How ID tokens are signed; 'default' is RS256.", completion: Transform.algorithmCompletion,
        transform: Transform.tokenAlgorithm)
    var idTokenSigningAlg: ClientSetting<SignatureAlgorithm>?

    @Option(
        help: "How userinfo responses are signed; 'none' is plain JSON.", completion: Transform.algorithmCompletion,
        transform: Transform.userInfoAlgorithm)
    var userinfoSigningAlg: ClientSetting<SignatureAlgorithm>?

    @Option(
        help: "How introspection responses are signed if it asks for a JWT; 'default' is RS256.",
        completion: Transform.algorithmCompletion, transform: Transform.tokenAlgorithm)
    var introspectionSigningAlg: ClientSetting<SignatureAlgorithm>?

    @Option(
        help: ArgumentHelp("The lifetime of ID tokens; 'default' follows the server.", valueName: "duration"),
        transform: Transform.tokenLifetime)
    var idTokenLifetime: ClientSetting<Duration>?

    @Option(
        help: ArgumentHelp(
            "The lifetime of access tokens that a person has allowed; 'default' is that of its others.",
            valueName: "duration"), transform: Transform.tokenLifetime)
    var userAccessTokenLifetime: ClientSetting<Duration>?

    @Option(
        help: ArgumentHelp("The lifetime of refresh tokens; 'default' follows the server.", valueName: "duration"),
        transform: Transform.refreshTokenLifetime)
    var refreshTokenLifetime: ClientSetting<Duration>?

    @Flag(help: "Whether each use replaces a refresh token; by default only those of public clients.")
    var rotation: Rotation?

    @Option(
        help: ArgumentHelp(
            """
            A further audience of its ID tokens, and of its access tokens unless they are for a resource; may be given more than \
            once; 'none' removes all.
            """,
            valueName: "text"))
    var audience: [String] = []

    @Flag(inversion: .prefixedNo, help: "Whether revoking or removing one of its keys ends the grants that it began.")
    var revokeGrantsWithKey: Bool?

    @Flag(inversion: .prefixedNo, help: "Whether it may introspect the tokens of every audience.")
    var introspectAll: Bool?

    /// Whether refresh tokens are replaced at each use.
    enum Rotation: EnumerableFlag {
        case rotateRefreshTokens
        case noRotateRefreshTokens
        case defaultRotation
    }

    var isEmpty: Bool {
        idTokenSigningAlg == nil && userinfoSigningAlg == nil && introspectionSigningAlg == nil
            && idTokenLifetime == nil && userAccessTokenLifetime == nil
            && refreshTokenLifetime == nil && rotation == nil && audience.isEmpty && revokeGrantsWithKey == nil
            && introspectAll == nil
    }

    func apply(to options: inout SignInOptions) {
        if let idTokenSigningAlg { options.idTokenAlgorithm = idTokenSigningAlg.value }
        if let userinfoSigningAlg { options.userInfoAlgorithm = userinfoSigningAlg.value }
        if let introspectionSigningAlg { options.introspectionAlgorithm = introspectionSigningAlg.value }
        if let idTokenLifetime { options.idTokenLifetime = idTokenLifetime.value }
        if let userAccessTokenLifetime { options.userAccessTokenLifetime = userAccessTokenLifetime.value }
        if let refreshTokenLifetime { options.refreshTokenLifetime = refreshTokenLifetime.value }
        if let rotation {
            options.rotatesRefreshTokens = rotation == .defaultRotation ? nil : rotation == .rotateRefreshTokens
        }
        if !audience.isEmpty { options.audiences = Transform.list(audience) }
        if let revokeGrantsWithKey { options.revokesGrantsWithKey = revokeGrantsWithKey }
        if let introspectAll { options.introspectsAllTokens = introspectAll }
    }
}

/// How people sign out, and what they are shown.
struct LogoutOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where people return to after signing out; may be given more than once; 'none' removes all.",
            valueName: "uri"))
    var postLogoutRedirectUri: [String] = []

    @Option(
        help: ArgumentHelp("Where the server reports that a person signed out; 'none' removes it.", valueName: "url"),
        transform: Transform.removableText)
    var backchannelLogoutUri: ClientSetting<String>?

    @Flag(inversion: .prefixedNo, help: "Whether these reports must name the session.")
    var backchannelLogoutSessionRequired: Bool?

    var isEmpty: Bool {
        postLogoutRedirectUri.isEmpty && backchannelLogoutUri == nil && backchannelLogoutSessionRequired == nil
    }

    func apply(to options: inout SignInOptions) {
        if !postLogoutRedirectUri.isEmpty { options.postLogoutRedirectURIs = Transform.list(postLogoutRedirectUri) }
        if let backchannelLogoutUri { options.backChannelLogoutURI = backchannelLogoutUri.value }
        if let backchannelLogoutSessionRequired { options.requiresLogoutSession = backchannelLogoutSessionRequired }
    }
}

/// What people are shown of a client when they are asked for consent.
struct ShownOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Its website; 'none' removes it.", valueName: "url"), transform: Transform.removableText)
    var clientUri: ClientSetting<String>?

    @Option(
        help: ArgumentHelp(
            "Its logo, an https URL of an image, which browsers load on the pages that people see; 'none' removes it.",
            valueName: "url"),
        transform: Transform.removableText)
    var logoUri: ClientSetting<String>?

    @Option(
        help: ArgumentHelp("Its privacy policy; 'none' removes it.", valueName: "url"),
        transform: Transform.removableText)
    var policyUri: ClientSetting<String>?

    @Option(
        help: ArgumentHelp("Its terms of service; 'none' removes it.", valueName: "url"),
        transform: Transform.removableText)
    var tosUri: ClientSetting<String>?

    @Option(
        help: ArgumentHelp(
            "An address of those who run it; may be given more than once; 'none' removes all.", valueName: "address"))
    var contact: [String] = []

    var isEmpty: Bool {
        clientUri == nil && logoUri == nil && policyUri == nil && tosUri == nil && contact.isEmpty
    }

    func apply(to options: inout SignInOptions) {
        if let clientUri { options.website = clientUri.value }
        if let logoUri { options.logo = logoUri.value }
        if let policyUri { options.privacyPolicy = policyUri.value }
        if let tosUri { options.termsOfService = tosUri.value }
        if !contact.isEmpty { options.contacts = Transform.list(contact) }
    }
}
