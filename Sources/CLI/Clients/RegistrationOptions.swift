import Administration
import ArgumentParser
import Countersign
import CountersignJOSE
import Server
import Store

/// What can be said about a client besides its identifier and its keys; what is not said stays as it is.
struct RegistrationOptions: ParsableArguments {
    @Option(help: "For people.")
    var name: String?

    @Option(help: "What the client is for, for people.")
    var description: String?

    @Option(
        help: "A grant it may use; may be given more than once. Default: client_credentials.",
        completion: .list(GrantType.allCases.map(\.rawValue)),
        transform: { try OneOf.read($0, GrantType.init, among: GrantType.allCases.map(\.rawValue)) })
    var grant: [GrantType] = []

    @Option(
        help: "The scopes it may ask for, divided by spaces; may be given more than once.",
        transform: ScopeArgument.read)
    var scope: [[String]] = []

    @Option(
        help: "The only algorithm accepted from it; 'any' lifts that.",
        completion: .list(SignatureAlgorithm.argumentNames + ["any"]),
        transform: { $0 == "any" ? .serverDefault : .own(try SignatureAlgorithm.argument($0)) })
    var authSigningAlg: ClientSetting<SignatureAlgorithm>?

    @Option(
        help: "How strictly aud is read: compatible, strict, fapi or legacy; 'default' takes the server's.",
        completion: .list(AudienceProfile.allCases.map(\.rawValue) + ["default"]),
        transform: {
            $0 == "default"
                ? .serverDefault
                : .own(try OneOf.read($0, AudienceProfile.init, among: AudienceProfile.allCases.map(\.rawValue)))
        })
    var audienceProfile: ClientSetting<AudienceProfile>?

    @Option(
        help: ArgumentHelp(
            "Where its keys are published as a JWK Set; 'none' takes that away. Keys of its own go first.",
            valueName: "url"),
        transform: KeySetURLArgument.read)
    var jwksUri: ClientSetting<String>?

    @Option(
        help: "What becomes of a key whose certificate ran out: enforce or warn; 'default' takes the server's.",
        completion: .list(AssertionPolicy.CertificateValidity.allCases.map(\.rawValue) + ["default"]),
        transform: {
            let names = AssertionPolicy.CertificateValidity.allCases.map(\.rawValue)
            return $0 == "default"
                ? .serverDefault
                : .own(try OneOf.read($0, AssertionPolicy.CertificateValidity.init, among: names))
        })
    var certificateValidity: ClientSetting<AssertionPolicy.CertificateValidity>?

    @Flag(help: "Whether its assertions work until they expire, once only, or as the server has it.")
    var reuse: Reuse?

    @Flag(inversion: .prefixedNo, help: "Whether typ must be client-authentication+jwt.")
    var requireExplicitTyping: Bool?

    @Option(
        help: "How its access tokens are made: jwt or opaque.",
        completion: .list(AccessTokenFormat.allCases.map(\.rawValue)),
        transform: { try OneOf.read($0, AccessTokenFormat.init, among: AccessTokenFormat.allCases.map(\.rawValue)) })
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

/// A client's own choice, or the server's.
enum ClientSetting<Value: Sendable>: Sendable {
    case own(Value)
    case serverDefault

    var value: Value? {
        switch self {
        case .own(let value): value
        case .serverDefault: nil
        }
    }
}

/// A value that is one of a few names, in upper or lower case.
enum OneOf {
    static func read<Value>(_ text: String, _ read: (String) -> Value?, among names: [String]) throws -> Value {
        let name = names.first { $0.lowercased() == text.lowercased() }
        guard let value = name.flatMap(read) else {
            let near = NearestName.of(text, among: names).map { " Did you mean '\($0)'?" } ?? ""
            throw ValidationError("'\(text)' is not one of \(names.joined(separator: ", ")).\(near)")
        }
        return value
    }
}

/// `--scope "A B"` (RFC 6749 §3.3).
enum ScopeArgument {
    /// Everything that was said, each once; `nil` where nothing was.
    static func union(_ given: [[String]]) -> [String]? {
        given.isEmpty ? nil : given.joined().reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    static func read(_ text: String) throws -> [String] {
        guard let scope = Scope(parsing: text) else {
            throw ValidationError("'\(text)' holds a character that RFC 6749 section 3.3 does not allow in a scope.")
        }
        // Allowed in a scope's name, and always meant otherwise.
        guard !text.contains(",") else {
            let right = text.split { $0 == "," || $0 == " " }.joined(separator: " ")
            throw ValidationError(
                "'\(text)' holds a comma. Scopes are divided by spaces: --scope \(ShellCommand.word(right)).")
        }
        return scope.tokens
    }
}

/// `--access-token-lifetime DURATION`.
enum LifetimeArgument {
    /// A year: longer is a slip of the hand.
    static let longest = Int(ClientRecord.longestAccessTokenLifetime.milliseconds / 1000)

    static func read(_ text: String) throws -> ClientSetting<Duration> {
        if text == "default" { return .serverDefault }
        guard let seconds = WrittenDuration.seconds(text, plain: 1), (1...longest).contains(seconds) else {
            throw ValidationError(
                "'\(text)' is not a duration from 1s to 365d. Write \(WrittenDuration.examples), seconds, or 'default'."
            )
        }
        return .own(.seconds(seconds))
    }
}
