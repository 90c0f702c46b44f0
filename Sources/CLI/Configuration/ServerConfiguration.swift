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
    /// The authorization server's settings.
    let settings: ServerSettings
    /// The authorization server's URLs on the configured port.
    let urls: ServerURLs

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
        self.urls = urls
        settings = try ServerSettings(layers)
        let policy = settings.policy
        // The latest exp that is accepted, and how long a claim outlives it.
        replayLimits = ReplayLimits(
            longestLifetime: policy.maximumLifetime + policy.clockSkew + AssertionPolicy.longestClockSkew,
            maximumLiveClaims: try layers.value(Settings.maximumLiveClaims))
        files = try layers.files(tls)
        warnings =
            Self.warnings(issuer: urls.issuer, isListenAddress: isIssuerListenAddress, listen, settings)
            + (proxyEnvironment?.warnings ?? [])
    }

    /// The authorization server's URLs on the port that was bound, which the issuer follows if none is configured.
    func urls(port: Int) -> ServerURLs {
        guard isIssuerListenAddress else { return urls }
        return ListenAddress(host: listen.host, port: port).urls(isSecure: front.tls != nil) ?? urls
    }

    private static func warnings(
        issuer: String, isListenAddress: Bool, _ listen: ListenAddress, _ settings: ServerSettings
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
        if settings.clientMetadata.isEnabled, settings.clientMetadata.allowedHosts.isEmpty {
            warnings.append("Clients that are URLs are accepted, but allowed_hosts names no host: none will be.")
        }
        if !settings.policy.preventsReuse {
            warnings.append(
                "PreventTokenReuse is false: whoever gets hold of an assertion can use it until it expires.")
        }
        return warnings
    }
}
