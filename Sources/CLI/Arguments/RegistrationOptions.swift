import Administration
import ArgumentParser
import Store

/// The options for a client's registration, except its ID and keys. An option that is not given changes nothing.
struct RegistrationOptions: ParsableArguments {
    @Option(help: "A display name.")
    var name: String?

    @Option(help: "A description for people.")
    var description: String?

    @Option(help: "A grant it may use; may be given more than once. Default: client_credentials.")
    var grant: [GrantType] = []

    @Option(
        help: "The scopes it may ask for, separated by spaces; may be given more than once.",
        transform: Transform.scopes)
    var scope: [[String]] = []

    @Option(help: "The only algorithm accepted from it; 'any' removes the restriction.")
    var authSigningAlg: ClientSetting<SignatureAlgorithm>?

    @Option(help: "How strictly aud is read; 'default' follows the server.")
    var audienceProfile: ClientSetting<AudienceProfile>?

    @Option(
        help: ArgumentHelp(
            "The URL of its JWK Set; 'none' removes it. Its own keys take precedence.", valueName: "url"),
        transform: Transform.keySetURL)
    var jwksUri: ClientSetting<String>?

    @Option(help: "How keys with an expired certificate are treated; 'default' follows the server.")
    var certificateValidity: ClientSetting<AssertionPolicy.CertificateValidity>?

    @Flag(help: "Whether an assertion works until it expires, only once, or as the server is configured.")
    var reuse: Reuse?

    @Flag(inversion: .prefixedNo, help: "Whether typ must be client-authentication+jwt.")
    var requireExplicitTyping: Bool?

    @Option(help: "The format of its access tokens.")
    var accessTokenFormat: AccessTokenFormat?

    @Option(
        help: ArgumentHelp(
            "Their lifetime: seconds, or \(DurationText.examples); 'default' follows the server.",
            valueName: "duration"),
        transform: Transform.tokenLifetime)
    var accessTokenLifetime: ClientSetting<Duration>?

    @OptionGroup(title: "People sign in") var signingIn: SigningInOptions
    @OptionGroup(title: "Tokens for people") var tokens: PeopleTokenOptions
    @OptionGroup(title: "Signing out") var logout: LogoutOptions
    @OptionGroup(title: "Shown to people") var shown: ShownOptions

    /// Whether one assertion can be used again.
    enum Reuse: EnumerableFlag {
        case allowReuse
        case forbidReuse
        case defaultReuse

        /// `nil` follows the server.
        var allowed: Bool? {
            switch self {
            case .allowReuse: true
            case .forbidReuse: false
            case .defaultReuse: nil
            }
        }
    }

    func validate() throws {
        for text in [name, description] where text?.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) == true {
            throw ValidationError("--name and --description must not contain control characters.")
        }
    }

    var isEmpty: Bool {
        name == nil && description == nil && grant.isEmpty && scope.isEmpty && authSigningAlg == nil
            && audienceProfile == nil && reuse == nil && requireExplicitTyping == nil && accessTokenFormat == nil
            && accessTokenLifetime == nil && jwksUri == nil && certificateValidity == nil && signingIn.isEmpty
            && tokens.isEmpty && logout.isEmpty && shown.isEmpty
    }

    /// A new client with redirect URIs has the grant that needs them, unless grants are named.
    func applyDefaults(to client: inout ClientRecord) {
        guard grant.isEmpty, !client.signIn.redirectURIs.isEmpty || client.authenticationMethod == .none else { return }
        client.grants = [.authorizationCode]
    }

    func apply(to client: inout ClientRecord) {
        if let name { client.name = name }
        if let description { client.description = description }
        if !grant.isEmpty { client.grants = grant.reduce(into: []) { if !$0.contains($1) { $0.append($1) } } }
        if let scopes = Transform.union(scope) { client.scopes = scopes }
        if let authSigningAlg { client.options.signingAlgorithm = authSigningAlg.value }
        if let audienceProfile { client.options.audienceProfile = audienceProfile.value }
        if let jwksUri { client.keySetURL = jwksUri.value }
        if let certificateValidity { client.options.certificateValidity = certificateValidity.value }
        if let reuse { client.options.allowsReuse = reuse.allowed }
        if let requireExplicitTyping { client.options.requiresExplicitTyping = requireExplicitTyping }
        if let accessTokenFormat { client.accessTokenFormat = accessTokenFormat }
        if let accessTokenLifetime { client.accessTokenLifetime = accessTokenLifetime.value }
        signingIn.apply(to: &client)
        tokens.apply(to: &client.signIn)
        logout.apply(to: &client.signIn)
        shown.apply(to: &client.signIn)
    }
}

extension ClientRecord {
    /// The registration in two columns.
    var rows: [[String]] {
        var rows = [
            ["Client ID", id.text], ["Name", name], ["State", isEnabled ? "enabled" : "disabled"],
            ["Grants", grants.map(\.rawValue).joined(separator: " ")],
            ["Scopes", scopes.isEmpty ? "none" : scopes.joined(separator: " ")],
            ["Authentication", authenticationMethod.rawValue],
        ]
        if authenticationMethod == .privateKeyJWT { rows += assertionRows }
        rows.append([
            "Access tokens", "\(accessTokenFormat.rawValue), \(accessTokenLifetime?.text ?? "the server's lifetime")",
        ])
        if !description.isEmpty { rows.insert(["Description", description], at: 2) }
        return rows + signInRows + [["Registered", createdAt.text], ["Changed", updatedAt.text]]
    }

    private var assertionRows: [[String]] {
        let reuse = options.allowsReuse.map { $0 ? "until it expires" : "once" }
        return [
            ["Algorithm", options.signingAlgorithm?.name ?? "any"],
            ["Audience profile", options.audienceProfile?.rawValue ?? "the server's"],
            ["An assertion works", reuse ?? "as the server has it"],
            ["typ", options.requiresExplicitTyping ? "must be client-authentication+jwt" : "may be left out"],
            ["Certificate validity", options.certificateValidity?.rawValue ?? "as the server has it"],
        ]
    }
}
