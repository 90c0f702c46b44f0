import Countersign
import CountersignJOSE
import HTTP
import Server

extension SettingsLayers {
    /// Certificate and key, or neither.
    func tlsFiles() throws(ConfigurationError) -> TLSFiles? {
        let (certificate, key) = (try value(Settings.tlsCertificate), try value(Settings.tlsKey))
        switch (certificate, key) {
        case (let certificate?, let key?): return TLSFiles(certificate: certificate, privateKey: key)
        case (nil, nil): return nil
        case (.some, nil): throw lonely(Settings.tlsCertificate, without: Settings.tlsKey)
        case (nil, .some): throw lonely(Settings.tlsKey, without: Settings.tlsCertificate)
        }
    }

    /// Where the HTTP front listens, and its limits.
    func front(_ listen: ListenAddress, _ tls: TLSFiles?) throws(ConfigurationError) -> HTTPServer.Configuration {
        var front = HTTPServer.Configuration(host: listen.host, port: listen.port, tls: tls)
        front.isBehindProxy = try value(Settings.behindProxy)
        front.offersHTTP2 = try value(Settings.http2)
        front.limits.maximumConnections = try value(Settings.maximumConnections)
        front.limits.requestTimeout = try value(Settings.requestTimeout)
        front.limits.idleTimeout = try value(Settings.idleTimeout)
        front.limits.answerTimeout = try value(Settings.answerTimeout)
        front.limits.connectionLifetime = try value(Settings.connectionLifetime)
        front.limits.requestsPerConnection = try value(Settings.requestsPerConnection)
        return front
    }

    /// Plain HTTP stays on this machine, unless a proxy in front ends TLS.
    func requireProtection(of listen: ListenAddress, hasTLS: Bool) throws(ConfigurationError) {
        guard !hasTLS, !listen.isLoopback, !(try value(Settings.behindProxy)) else { return }
        let origin = origin(of: Settings.listen)
        let names = [Settings.tlsCertificate as any SettingEntry, Settings.tlsKey, Settings.behindProxy].map {
            origin.name(of: $0)
        }
        throw problem(
            Settings.listen, "plain HTTP on \(listen)",
            allowed: "a loopback address; or TLS, with \(names[0]) and \(names[1]); or \(names[2])")
    }

    private func lonely(
        _ setting: Setting<String?>, without other: Setting<String?>
    ) -> ConfigurationError {
        problem(setting, "is set without \(origin(of: setting).name(of: other))", allowed: "both or neither")
    }

    /// An error at the place where the setting was written.
    func problem(_ setting: any SettingEntry, _ problem: String, allowed: String) -> ConfigurationError {
        ConfigurationError(origin(of: setting), key: setting.key, problem, allowed: allowed)
    }

    /// Where a setting was written; where it was not, the flag that could be given.
    private func origin(of setting: any SettingEntry) -> GivenValue.Origin {
        given(setting.key)?.origin ?? .flag(setting.flag ?? setting.key)
    }
}

extension ServerSettings {
    /// The settings that were chosen.
    init(_ layers: SettingsLayers) throws(ConfigurationError) {
        self.init()
        policy.audienceProfile = try layers.value(Settings.audienceProfile)
        policy.clockSkew = try layers.value(Settings.clockSkew)
        // The profile fapi tolerates less than the default, and as much as the operator says.
        if layers.given(Settings.clockSkew.key) != nil { policy.futureTolerance = policy.clockSkew }
        policy.maximumLifetime = try layers.value(Settings.maximumLifetime)
        policy.requiresIssuedAt = try layers.value(Settings.requiresIssuedAt)
        policy.requiresExplicitTyping = try layers.value(Settings.requiresExplicitTyping)
        policy.certificateValidity = try layers.value(Settings.certificateValidity)
        policy.preventsReuse = try layers.value(Settings.preventsReuse)
        policy.maximumAge = try layers.value(Settings.maximumAge)
        let aliases = try layers.value(Settings.audienceAliases)
        let endpointAlias = try layers.value(Settings.tokenEndpointAlias)
        policy.audienceAliases = (aliases + (endpointAlias.map { [$0] } ?? [])).map { ExactString($0) }
        acceptsAssertions = try layers.value(Settings.listenerIsEnabled)
        accessTokens.signingAlgorithm = try layers.value(Settings.tokenAlgorithm)
        accessTokens.lifetime = try layers.value(Settings.tokenLifetime)
        accessTokens.audience = try layers.value(Settings.tokenAudience)
        advertisedScopes = try layers.value(Settings.scopesSupported)
        clientCache.timeout = try layers.value(Settings.cacheTimeout)
        clientCache.capacity = try layers.value(Settings.cacheCapacity)
        keySets.capacity = clientCache.capacity
        keySets.coolDown = try layers.value(Settings.keySetCoolDown)
        keySets.grace = try layers.value(Settings.keySetGrace)
        clientMetadata.isEnabled = try layers.value(Settings.acceptsClientURLs)
        clientMetadata.allowedHosts = try layers.value(Settings.clientURLHosts)
        clientMetadata.scopes = try layers.value(Settings.clientURLScopes)
        clientMetadata.allowsHTTPOnLoopback = try layers.value(Settings.allowsHTTPOnLoopback)
    }
}
