import Administration
import Fetching
import HTTP
import Logging
import Pages

/// The checked configuration of a server.
struct ServerConfiguration: Sendable {
    /// The listen address; its port may be 0.
    let listen: ListenAddress
    /// `nil` for the default address.
    let listenOrigin: SourcedValue.Origin?
    let httpServer: HTTPServer.Configuration
    let dataDirectory: String
    let masterKey: MasterKeySource
    /// The policy for fetching key sets and client metadata.
    let remoteDocuments: FetchPolicy
    let replayLimits: ReplayLimits
    /// The most refusals kept of each kind of caller.
    let auditCapacity: Int
    let logLevel: Logger.Level
    /// Warnings for the operator, as sentences; none of them prevents the start.
    let warnings: [String]
    /// The files outside the store that determine which servers are trusted, or that contain a secret.
    let files: [FileChecks.Subject]
    /// Whether the issuer is the listen address, whose port is known only once the server listens.
    let isIssuerListenAddress: Bool
    let settings: ServerSettings
    /// All settings with their origins, for the operator.
    let effectiveSettings: [EffectiveSetting]
    /// `nil` if there is no console.
    let console: ConsoleConfiguration?
    /// Of the console's own address; `nil` if it has none.
    let consoleServer: HTTPServer.Configuration?
    /// `nil` if there are no metrics.
    let management: ManagementConfiguration?
    let pages: PageSettings
    /// The authorization server's URLs on the configured port.
    let urls: ServerURLs

    enum MasterKeySource: Sendable {
        /// From the environment.
        case key(MasterKey)
        /// A file, which is created if it is missing.
        case file(MasterKeyFile)
    }

    /// Reads and checks all sources.
    ///
    /// - Parameter environment: the whole environment of the process.
    /// - Throws: `ConfigurationError` with all mistakes from all sources.
    init(
        flags: SettingsLayer = [:], environment: [String: String] = [:], file: ConfigurationFile? = nil
    ) throws(ConfigurationError) {
        var problems = ErrorCollector()
        let variables = environment
        let environment = EnvironmentSettings(variables, &problems)
        let layers = SettingsLayers(flags: flags, environment: environment.layer, file: file?.layer(&problems) ?? [:])
        layers.check(&problems)
        let tls = layers.tlsFiles(&problems)
        var proxyEnvironment: ProxyEnvironment?
        problems.collect { () throws(ConfigurationError) in
            proxyEnvironment = try layers.proxyEnvironment(variables)
        }
        remoteDocuments = layers.fetchPolicy(proxyEnvironment, &problems)
        console = layers.console(tls, &problems)
        consoleServer = console?.listen.map { layers.httpServer(tls, at: $0) }
        management = layers.management(tls, &problems)
        try problems.check()
        listen = layers.value(\.listen)
        listenOrigin = layers.explicitValue(of: Settings.known.listen)?.origin
        httpServer = layers.httpServer(tls)
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
        self.urls = urls
        var settings = ServerSettings(layers)
        settings.certificateFile = httpServer.tls?.certificate
        self.settings = settings
        effectiveSettings = layers.effective
        pages = PageSettings(layers)
        let policy = settings.policy
        // The latest accepted exp, plus the time that a claim is kept after it.
        replayLimits = ReplayLimits(
            longestLifetime: policy.maximumLifetime + policy.clockSkew + AssertionPolicy.longestClockSkew,
            maximumLiveClaims: layers.value(\.maximumLiveClaims),
            maximumName: Settings.known.maximumLiveClaims.key)
        auditCapacity = layers.value(\.maximumRefusals) / 2
        files = layers.files(tls)
        warnings =
            Self.warnings(issuer: urls.issuer, isListenAddress: isIssuerListenAddress, listen, settings)
            + (proxyEnvironment?.warnings ?? [])
    }

    /// Returns the authorization server's URLs on the bound port, which determines the issuer if none is configured.
    func urls(port: Int) -> ServerURLs {
        guard isIssuerListenAddress else { return urls }
        return ListenAddress(host: listen.host, port: port).urls(isSecure: httpServer.tls != nil) ?? urls
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
            warnings.append("PreventTokenReuse is false: anyone who obtains an assertion can use it until it expires.")
        }
        return warnings
    }
}
