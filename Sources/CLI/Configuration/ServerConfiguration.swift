import Countersign
import CountersignJOSE
import Fetching
import HTTP
import Logging
import Server
import Store

/// Everything a server needs to know before it starts, checked.
struct ServerConfiguration: Sendable {
    /// Where the server listens; its port may be 0.
    let listen: ListenAddress
    /// Where the listen address was written; `nil` for the default.
    let listenOrigin: GivenValue.Origin?
    /// Where and how much.
    let front: HTTPServer.Configuration
    /// The directory of the database.
    let dataDirectory: String
    /// Where the master key comes from.
    let masterKey: MasterKeySource
    /// What a fetch of a key set or a client's metadata may do.
    let remoteDocuments: FetchPolicy
    /// What bounds the log of used assertions.
    let replayLimits: ReplayLimits
    /// What is logged, and everything graver.
    let logLevel: Logger.Level
    /// What an operator should think about; nothing of it keeps the server from starting.
    let warnings: [String]
    /// The files beside those of the store that decide whom the server trusts, or hold a secret.
    let files: [FileChecks.Subject]
    /// Whether the issuer is the listen address, whatever its port turns out to be.
    let isIssuerListenAddress: Bool
    /// How strictly client assertions are read.
    var policy: AssertionPolicy { chosen.policy }
    /// The issuer and the endpoints' addresses; the port is the configured one.
    var urls: ServerURLs { chosen.urls }
    /// How access tokens are signed.
    var tokenAlgorithm: SignatureAlgorithm { chosen.accessTokens.signingAlgorithm }
    private let chosen: ServerSettings
    /// `aud` of access tokens, where it is not the issuer.
    private let tokenAudience: String?

    /// Where the master key comes from.
    enum MasterKeySource: Sendable {
        /// The environment.
        case key(MasterKey)
        /// A file, made where it is missing.
        case file(MasterKeyFile)
    }

    /// Reads and checks all sources.
    ///
    /// - Parameters:
    ///   - flags: what stands on the command line.
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
        problems.collect { () throws(ConfigurationError) in
            let hasTLS = try layers.tlsFiles() != nil
            try layers.requireProtection(of: try layers.value(Settings.listen), hasTLS: hasTLS)
        }
        layers.checkFetchPolicy(variables, &problems)
        try problems.check()
        listen = try layers.value(Settings.listen)
        let tls = try layers.tlsFiles()
        listenOrigin = layers.given(Settings.listen.key)?.origin
        front = try layers.front(listen, tls)
        dataDirectory = try layers.value(Settings.data)
        let masterKeyFile = try layers.value(Settings.masterKeyFile) ?? dataDirectory + "/master.key"
        masterKey = environment.masterKey.map { .key($0) } ?? .file(MasterKeyFile(path: masterKeyFile))
        let proxyEnvironment = try layers.proxyEnvironment(variables)
        remoteDocuments = try layers.fetchPolicy(proxyEnvironment)
        logLevel = try layers.value(Settings.logLevel)
        let issuer = try layers.value(Settings.issuer)
        isIssuerListenAddress = issuer == nil
        guard let urls = issuer ?? listen.urls(isSecure: tls != nil) else {
            throw ConfigurationError(
                .flag("--issuer"), key: "", "the listen address cannot be the issuer", allowed: Settings.issuer.allowed)
        }
        chosen = try ServerSettings(urls: urls, layers)
        // The latest exp that is accepted, and how long a claim outlives it.
        replayLimits = ReplayLimits(
            longestLifetime: chosen.policy.maximumLifetime + chosen.policy.clockSkew + AssertionPolicy.longestClockSkew,
            maximumLiveClaims: try layers.value(Settings.maximumLiveClaims))
        tokenAudience = try layers.value(Settings.tokenAudience)
        files = try layers.files(tls)
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
                "PreventTokenReuse is false: whoever gets hold of an assertion can use it until it expires.")
        }
        return warnings
    }
}
