import Countersign
import CountersignJOSE
import Fetching
import HTTP
import Logging
import Server
import Store

/// The checked configuration of a server.
struct ServerConfiguration: Sendable {
    /// The listen address; its port may be 0.
    let listen: ListenAddress
    /// `nil` for the default address.
    let listenOrigin: GivenValue.Origin?
    let front: HTTPServer.Configuration
    let dataDirectory: String
    let masterKey: MasterKeySource
    /// The policy for fetching key sets and client metadata.
    let remoteDocuments: FetchPolicy
    let replayLimits: ReplayLimits
    let logLevel: Logger.Level
    /// Sentences for the operator; none of them prevents the start.
    let warnings: [String]
    /// The files beside the store's that decide which servers are trusted, or that hold a secret.
    let files: [FileChecks.Subject]
    /// Whether the issuer is the listen address, which has its port only once the server listens.
    let isIssuerListenAddress: Bool
    var policy: AssertionPolicy { chosen.policy }
    var tokenAlgorithm: SignatureAlgorithm { chosen.accessTokens.signingAlgorithm }
    private let chosen: ServerSettings
    /// `aud` of access tokens, unless it is the issuer.
    private let tokenAudience: String?

    enum MasterKeySource: Sendable {
        /// From the environment.
        case key(MasterKey)
        /// A file, which is created if it is missing.
        case file(MasterKeyFile)
    }

    /// Reads and checks all sources.
    ///
    /// - Parameters:
    ///   - environment: the whole environment of the process.
    /// - Throws: `ConfigurationError` with everything that is wrong, wherever it was written.
    init(
        flags: SettingsLayer = [:], environment: [String: String] = [:], file: ConfigurationFile? = nil
    ) throws(ConfigurationError) {
        var problems = ConfigurationProblems()
        let variables = environment
        let environment = EnvironmentSettings(variables, &problems)
        let layers = SettingsLayers(
            flags: flags, environment: environment.layer, file: file?.layer(&problems) ?? [:])
        layers.check(&problems)
        let tls = layers.tlsFiles(&problems)
        var proxyEnvironment: ProxyEnvironment?
        problems.collect { () throws(ConfigurationError) in
            proxyEnvironment = try layers.proxyEnvironment(variables)
        }
        remoteDocuments = layers.fetchPolicy(proxyEnvironment, &problems)
        try problems.check()
        listen = layers.value(\.listen)
        listenOrigin = layers.given(Settings.known.listen)?.origin
        front = layers.front(tls)
        dataDirectory = layers.value(\.data)
        masterKey =
            environment.masterKey.map { .key($0) }
            ?? .file(MasterKeyFile(path: layers.value(\.masterKeyFile) ?? dataDirectory + "/master.key"))
        logLevel = layers.value(\.logLevel)
        let issuer = layers.value(\.issuer)
        isIssuerListenAddress = issuer == nil
        guard let urls = issuer ?? listen.urls(isSecure: tls != nil) else {
            throw ConfigurationError(
                .flag("--issuer"), key: "", "the listen address cannot be the issuer",
                allowed: Settings.known.issuer.allowed)
        }
        chosen = ServerSettings(urls: urls, layers)
        // The latest exp that is accepted, and how long a claim outlives it.
        replayLimits = ReplayLimits(
            longestLifetime: chosen.policy.maximumLifetime + chosen.policy.clockSkew + AssertionPolicy.longestClockSkew,
            maximumLiveClaims: layers.value(\.maximumLiveClaims))
        tokenAudience = layers.value(\.tokenAudience)
        files = layers.files(tls)
        warnings =
            Self.warnings(issuer: urls.issuer, isListenAddress: isIssuerListenAddress, listen, chosen)
            + (proxyEnvironment?.warnings ?? [])
    }

    /// The settings of the authorization server.
    ///
    /// - Parameter port: the one that is listened on, for an issuer that follows it.
    func settings(port: Int) -> ServerSettings {
        let real = ListenAddress(host: listen.host, port: port)
        guard isIssuerListenAddress, let urls = real.urls(isSecure: front.tls != nil) else { return chosen }
        var settings = chosen
        settings.urls = urls
        settings.policy.issuer = ExactString(urls.issuer)
        settings.policy.tokenEndpoint = ExactString(urls.token)
        settings.accessTokens.audience = tokenAudience ?? urls.issuer
        return settings
    }

    private static func warnings(
        issuer: String, isListenAddress: Bool, _ listen: ListenAddress, _ chosen: ServerSettings
    ) -> [String] {
        var warnings: [String] = []
        if isListenAddress, listen.isWildcard {
            warnings.append("No client can call the server \(issuer): set --issuer to the URL they use.")
        } else if issuer.hasPrefix("http://"), !listen.isLoopback || !isListenAddress,
            let address = ListenAddress(
                issuer.dropFirst(7).prefix { $0 != "/" } + (issuer.dropFirst(7).contains(":") ? "" : ":80")),
            !address.isLoopback
        {
            warnings.append("The issuer \(issuer) is plain http: RFC 8414 asks for https, and clients may refuse it.")
        }
        if chosen.clientMetadata.isEnabled, chosen.clientMetadata.allowedHosts.isEmpty {
            warnings.append("Clients that are URLs are accepted, but allowed_hosts names no host: none will be.")
        }
        if !chosen.policy.preventsReuse {
            warnings.append(
                "PreventTokenReuse is false: anyone who obtains an assertion can use it until it expires.")
        }
        return warnings
    }
}
