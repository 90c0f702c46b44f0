import Console
import HTTP
import Pages

extension SettingsLayers {
    /// Returns certificate and key; reports one without the other.
    func tlsFiles(_ problems: inout ErrorCollector) -> TLSFiles? {
        let (certificate, key) = (Settings.known.tlsCertificate, Settings.known.tlsKey)
        guard !hasFault(in: certificate, key) else { return nil }
        func unpaired(_ setting: Setting<String?>, without other: Setting<String?>) -> ConfigurationError {
            problem(setting, "is set without \(origin(of: setting).name(of: other))", allowed: "both or neither")
        }
        switch (value(\.tlsCertificate), value(\.tlsKey)) {
        case (let certificate?, let key?): return TLSFiles(certificate: certificate, privateKey: key)
        case (nil, nil): requireProtection(&problems)
        case (.some, nil): problems.add(unpaired(certificate, without: key))
        case (nil, .some): problems.add(unpaired(key, without: certificate))
        }
        return nil
    }

    /// Requires TLS, a loopback address, or a proxy in front that terminates TLS.
    private func requireProtection(_ problems: inout ErrorCollector) {
        let known = Settings.known
        let listen = value(\.listen)
        guard !listen.isLoopback, !value(\.behindProxy), !hasFault(in: known.behindProxy) else { return }
        let origin = origin(of: known.listen)
        let names = [known.tlsCertificate as any SettingEntry, known.tlsKey, known.behindProxy].map(origin.name)
        problems.add(
            problem(
                known.listen, "plain HTTP on \(listen)",
                allowed: "a loopback address; or TLS, with \(names[0]) and \(names[1]); or \(names[2])"))
    }

    /// Returns the console's settings; `nil` if there is no console.
    func console(_ tls: TLSFiles?, _ problems: inout ErrorCollector) -> ConsoleConfiguration? {
        let known = Settings.known
        guard value(\.consoleIsEnabled), !hasFault(in: known.consoleListen, known.consoleURL) else { return nil }
        let (listen, url) = (value(\.consoleListen), value(\.consoleURL))
        if url != nil, listen == nil {
            problems.add(
                problem(known.consoleURL, "is set without console.listen", allowed: "both, or neither"))
        }
        if let listen, tls == nil, !listen.isLoopback, !value(\.behindProxy) {
            problems.add(
                problem(
                    known.consoleListen, "plain HTTP on \(listen)",
                    allowed: "a loopback address, unless the server has TLS or is behind a proxy"))
        }
        return ConsoleConfiguration(listen: listen, url: url)
    }

    /// Returns the management address; `nil` if it is off.
    func management(_ tls: TLSFiles?, _ problems: inout ErrorCollector) -> ManagementConfiguration? {
        let setting = Settings.known.managementListen
        guard !hasFault(in: setting), var listen = value(\.managementListen) else { return nil }
        let isGiven = explicitValue(of: setting) != nil
        // A second server on a free port, as in tests, does not compete for the default one.
        if !isGiven, value(\.listen).port == 0 { listen.port = 0 }
        if tls == nil, !listen.isLoopback, !value(\.behindProxy) {
            problems.add(
                problem(
                    setting, "plain HTTP on \(listen)",
                    allowed: "a loopback address, unless the server has TLS or is behind a proxy"))
        }
        var server = HTTPServer.Configuration(
            host: listen.host, port: listen.port, tls: listen.isLoopback ? nil : tls)
        server.limits.maximumConnections = ManagementConfiguration.maximumConnections
        server.limits.requestTimeout = .seconds(5)
        server.limits.responseTimeout = .seconds(10)
        return ManagementConfiguration(listen: listen, isGiven: isGiven, server: server)
    }

    /// - Parameter listen: `nil` for the server's own address.
    func httpServer(_ tls: TLSFiles?, at listen: ListenAddress? = nil) -> HTTPServer.Configuration {
        let listen = listen ?? value(\.listen)
        var httpServer = HTTPServer.Configuration(host: listen.host, port: listen.port, tls: tls)
        httpServer.isBehindProxy = value(\.behindProxy)
        httpServer.offersHTTP2 = value(\.http2)
        httpServer.limits.maximumConnections = value(\.maximumConnections)
        httpServer.limits.requestTimeout = value(\.requestTimeout)
        httpServer.limits.idleTimeout = value(\.idleTimeout)
        httpServer.limits.responseTimeout = value(\.answerTimeout)
        httpServer.limits.connectionLifetime = value(\.connectionLifetime)
        httpServer.limits.requestsPerConnection = value(\.requestsPerConnection)
        return httpServer
    }
}

/// Where the metrics are.
struct ManagementConfiguration: Sendable {
    let listen: ListenAddress
    /// Whether the operator chose the address. The default one may be taken by another server.
    let isGiven: Bool
    let server: HTTPServer.Configuration

    /// Enough for a few readers; further connections wait.
    fileprivate static let maximumConnections = 32

    /// - Parameter port: the bound one.
    func url(port: Int) -> String {
        "\(server.tls == nil ? "http" : "https")://\(ListenAddress(host: listen.host, port: port))/metrics"
    }
}

/// Where the console is.
struct ConsoleConfiguration: Sendable {
    /// Its own address; `nil` if it is below the issuer.
    let listen: ListenAddress?
    /// Its public URL, if that is not the listen address.
    let url: ServerURLs?

    /// - Parameter port: the bound one of its own address.
    func address(of urls: ServerURLs, port: Int?, isSecure: Bool) -> ServerURLs? {
        guard let listen, let port else { return Console.standardAddress(of: urls) }
        return url ?? ListenAddress(host: listen.host, port: port).urls(isSecure: isSecure)
    }
}

extension ServerSettings {
    init(_ layers: SettingsLayers) {
        self.init()
        policy.audienceProfile = layers.value(\.audienceProfile)
        policy.clockSkew = layers.value(\.clockSkew)
        // The fapi profile tolerates less than the default skew, unless the operator sets a skew.
        if layers.explicitValue(of: Settings.known.clockSkew) != nil { policy.futureTolerance = policy.clockSkew }
        policy.maximumLifetime = layers.value(\.maximumLifetime)
        policy.requiresIssuedAt = layers.value(\.requiresIssuedAt)
        policy.requiresExplicitTyping = layers.value(\.requiresExplicitTyping)
        policy.certificateValidity = layers.value(\.certificateValidity)
        policy.preventsReuse = layers.value(\.preventsReuse)
        policy.maximumAge = layers.value(\.maximumAge)
        let endpointAlias = layers.value(\.tokenEndpointAlias)
        policy.audienceAliases = (layers.value(\.audienceAliases) + (endpointAlias.map { [$0] } ?? []))
            .map { ExactString($0) }
        acceptsAssertions = layers.value(\.listenerIsEnabled)
        acceptsSecrets = layers.value(\.acceptsSecrets)
        accessTokens.signingAlgorithm = layers.value(\.tokenAlgorithm)
        accessTokens.lifetime = layers.value(\.tokenLifetime)
        accessTokens.audience = layers.value(\.tokenAudience)
        advertisedScopes = layers.value(\.scopesSupported)
        clientCache.timeout = layers.value(\.cacheTimeout)
        clientCache.capacity = layers.value(\.cacheCapacity)
        keySets.capacity = clientCache.capacity
        keySets.coolDown = layers.value(\.keySetCoolDown)
        keySets.grace = layers.value(\.keySetGrace)
        clientMetadata.isEnabled = layers.value(\.acceptsClientURLs)
        clientMetadata.allowedHosts = layers.value(\.clientURLHosts)
        clientMetadata.scopes = layers.value(\.clientURLScopes)
        clientMetadata.allowsHTTPOnLoopback = layers.value(\.allowsHTTPOnLoopback)
        servesAdminAPI = layers.value(\.servesAdminAPI)
        registration = RegistrationSettings(layers)
        signIn = SignInSettings(layers)
        sessions.idleLimit = layers.value(\.sessionIdleLimit)
        sessions.lifetime = layers.value(\.sessionLifetime)
    }
}

extension RegistrationSettings {
    init(_ layers: SettingsLayers) {
        self.init()
        mode = layers.value(\.registrationMode)
        scopes = layers.value(\.registrationScopes)
        allowsClientCredentials = layers.value(\.allowsClientCredentials)
        openBounds.unused = layers.value(\.maximumUnusedRegistrations)
        openBounds.total = layers.value(\.maximumRegistrations)
        perSourceAndHour = layers.value(\.registrationsPerHour)
        unprovenLifetime = layers.value(\.unprovenRegistrationLifetime)
        unusedLifetime = layers.value(\.unusedRegistrationLifetime)
    }
}

extension SignInSettings {
    init(_ layers: SettingsLayers) {
        self.init()
        requiresProofKey = layers.value(\.requiresProofKey)
        idTokenLifetime = layers.value(\.idTokenLifetime)
        refreshTokenLifetime = layers.value(\.refreshTokenLifetime)
        passwordRules.minimumLength = layers.value(\.minimumPasswordLength)
        passwordRules.serverName = layers.value(\.pagesName)
        passwordCost = layers.value(\.passwordCost)
        passwordConcurrency = layers.value(\.passwordConcurrency)
    }
}

extension PageSettings {
    init(_ layers: SettingsLayers) {
        self.init()
        name = layers.value(\.pagesName)
        helpURL = layers.value(\.helpURL)
        privacyURL = layers.value(\.privacyURL)
        theme = layers.value(\.theme)
    }
}
