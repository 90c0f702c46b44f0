import ArgumentParser
import Countersign
import CountersignJOSE
import Store

/// What can be said about a client besides its identifier and its keys; what is not said stays as it is.
struct RegistrationOptions: ParsableArguments {
    @Option(help: "For people.")
    var name: String?

    @Option(help: "What the client is for, for people.")
    var description: String?

    @Option(help: "A grant it may use; may be given more than once. Default: client_credentials.")
    var grant: [GrantType] = []

    @Option(
        help: "The scopes it may ask for, divided by spaces; may be given more than once.",
        transform: ScopeArgument.read)
    var scope: [[String]] = []

    @Option(help: "The only algorithm accepted from it; 'any' lifts that.")
    var authSigningAlg: ClientSetting<SignatureAlgorithm>?

    @Option(help: "How strictly aud is read; 'default' follows the server.")
    var audienceProfile: ClientSetting<AudienceProfile>?

    @Option(
        help: ArgumentHelp(
            "Where its keys are published as a JWK Set; 'none' takes that away. Keys of its own go first.",
            valueName: "url"),
        transform: KeySetURLArgument.read)
    var jwksUri: ClientSetting<String>?

    @Option(help: "How keys with an expired certificate are treated; 'default' follows the server.")
    var certificateValidity: ClientSetting<AssertionPolicy.CertificateValidity>?

    @Flag(help: "Whether its assertions work until they expire, once only, or as the server has it.")
    var reuse: Reuse?

    @Flag(inversion: .prefixedNo, help: "Whether typ must be client-authentication+jwt.")
    var requireExplicitTyping: Bool?

    @Option(help: "The format of its access tokens.")
    var accessTokenFormat: AccessTokenFormat?

    @Option(
        help: ArgumentHelp(
            "How long they live: seconds, or \(WrittenDuration.examples); 'default' takes the server's.",
            valueName: "duration"),
        transform: LifetimeArgument.read)
    var accessTokenLifetime: ClientSetting<Duration>?

    /// Whether one assertion may be used again.
    enum Reuse: EnumerableFlag {
        case allowReuse
        case forbidReuse
        case defaultReuse

        /// What the registration keeps; `nil` is the server's answer.
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
            throw ValidationError("--name and --description must not hold control characters.")
        }
    }

    /// Whether anything was said.
    var isEmpty: Bool {
        name == nil && description == nil && grant.isEmpty && scope.isEmpty && authSigningAlg == nil
            && audienceProfile == nil && reuse == nil && requireExplicitTyping == nil && accessTokenFormat == nil
            && accessTokenLifetime == nil && jwksUri == nil && certificateValidity == nil
    }

    /// Puts what was said into a record.
    func apply(to client: inout ClientRecord) {
        if let name { client.name = name }
        if let description { client.description = description }
        if !grant.isEmpty { client.grants = grant.reduce(into: []) { if !$0.contains($1) { $0.append($1) } } }
        if let scopes = ScopeArgument.union(scope) { client.scopes = scopes }
        if let authSigningAlg { client.options.signingAlgorithm = authSigningAlg.value }
        if let audienceProfile { client.options.audienceProfile = audienceProfile.value }
        if let jwksUri { client.keySetURL = jwksUri.value }
        if let certificateValidity { client.options.certificateValidity = certificateValidity.value }
        if let reuse { client.options.allowsReuse = reuse.allowed }
        if let requireExplicitTyping { client.options.requiresExplicitTyping = requireExplicitTyping }
        if let accessTokenFormat { client.accessTokenFormat = accessTokenFormat }
        if let accessTokenLifetime { client.accessTokenLifetime = accessTokenLifetime.value }
    }
}
