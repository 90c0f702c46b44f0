import Fetching
import Files
import HTTP

extension SettingsLayers {
    /// Builds the policy for fetching key sets and client metadata.
    ///
    /// - Parameter environment: the proxy of the environment, if the setting `proxy` selects it.
    func fetchPolicy(_ environment: ProxyEnvironment?, _ problems: inout ErrorCollector) -> FetchPolicy {
        var policy = FetchPolicy()
        policy.allowsHTTPOnLoopback = value(\.allowsHTTPOnLoopback)
        problems.collect { () throws(ConfigurationError) in policy.trust = try trustRoots() }
        // Both settings were validated by their kinds.
        for text in value(\.allowedNetworks) {
            if let network = try? IPNetwork(text) { try? policy.privateDestinations.allow(network) }
        }
        policy.privateDestinations.hosts = value(\.allowedHosts).compactMap { try? HostPattern($0) }
        problems.collect { () throws(ConfigurationError) in policy.proxy = try proxy(environment) }
        policy.settingNames = .configuration
        return policy
    }

    /// Reads the proxy of the environment, if the setting `proxy` selects it.
    func proxyEnvironment(_ variables: [String: String]) throws(ConfigurationError) -> ProxyEnvironment? {
        value(\.proxy) == .environment ? try ProxyEnvironment(variables) : nil
    }

    /// Lists the files outside the store that determine which servers are trusted, or that contain a secret.
    func files(_ tls: TLSFiles?) -> [FileChecks.Subject] {
        var files: [FileChecks.Subject] = []
        func add(_ role: FileTrust.Role, _ path: String?) {
            if let path { files.append(FileChecks.Subject(role: role, path: path)) }
        }
        add(.tlsKey, tls?.privateKey)
        add(.authorities, value(\.trustedCertificates))
        add(.authorities, value(\.additionalTrustedCertificates))
        add(.password, value(\.proxyPasswordFile))
        if case .file(let name, _)? = explicitValue(of: Settings.known.proxy)?.origin,
            case .server(let proxy)? = value(\.proxy), proxy.credentials?.password.isEmpty == false
        {
            add(.configurationWithPassword, name)
        }
        return files
    }

    private func trustRoots() throws(ConfigurationError) -> TrustRoots {
        let (only, additional) = (value(\.trustedCertificates), value(\.additionalTrustedCertificates))
        let known = Settings.known
        guard only == nil || additional == nil else {
            throw problem(
                known.additionalTrustedCertificates, "is set together with \(known.trustedCertificates.key)",
                allowed: "one of the two; \(known.trustedCertificates.key) replaces the system's authorities")
        }
        do throws(TrustRootsError) {
            if let only { return try TrustRoots(file: only) }
            return try additional.map { file throws(TrustRootsError) in try TrustRoots.system.adding(file: file) }
                ?? .system
        } catch {
            throw problem(
                only == nil ? known.additionalTrustedCertificates : known.trustedCertificates,
                "'\(error.file)' cannot be used",
                allowed: "a PEM file with certificates")
        }
    }

    // MARK: Proxy

    private func proxy(_ environment: ProxyEnvironment?) throws(ConfigurationError) -> FetchProxy? {
        let known = Settings.known
        guard !hasFault(in: known.proxy) else { return nil }
        var proxy: FetchProxy
        switch value(\.proxy) {
        case nil:
            let unpaired = known.ofProxy.filter { explicitValue(of: $0) != nil }.map {
                problem($0, "is set without \(known.proxy.key)", allowed: "both or neither")
            }
            if let error = ConfigurationError.joined(unpaired) { throw error }
            return nil
        case .environment:
            guard value(\.proxyExceptions).isEmpty else {
                throw problem(
                    known.proxyExceptions, "has no effect where \(known.proxy.key) is 'environment'",
                    allowed: "the variable NO_PROXY")
            }
            guard let named = environment?.proxy else { return nil }
            proxy = named
        case .server(let named):
            proxy = named
            for text in value(\.proxyExceptions) { _ = proxy.exceptions.add(text) }
        }
        proxy.resolvesNames = value(\.proxyResolvesNames)
        if let file = value(\.proxyPasswordFile) { try setPassword(of: &proxy, from: file) }
        return proxy
    }

    private func setPassword(of proxy: inout FetchProxy, from file: String) throws(ConfigurationError) {
        func refused(_ reason: String, allowed: String) -> ConfigurationError {
            problem(Settings.known.proxyPasswordFile, reason, allowed: allowed)
        }
        let line: [UInt8]
        do {
            line = try InputFile(file, limit: PasswordOptions.maximumLength).firstLine
        } catch {
            throw refused("'\(file)' cannot be read", allowed: "a file with the password")
        }
        guard let password = String(validating: line, as: UTF8.self), !password.isEmpty else {
            throw refused("'\(file)' has no password in its first line", allowed: "a file with the password in UTF-8")
        }
        do throws(FetchProxyError) {
            try proxy.setPassword(password)
        } catch {
            throw refused("\(Settings.known.proxy.key) \(error.phrase)", allowed: "http://USER@HOST:PORT beside it")
        }
    }
}

extension FetchSettingNames {
    /// The names of the settings in the configuration file.
    static let configuration: FetchSettingNames = {
        var names = FetchSettingNames()
        names.httpOnLoopback = "allow_http_loopback"
        names.allowedNetworks = "allowed_networks"
        names.allowedHosts = "allowed_hosts"
        names.additionalTrustedCertificates = "additional_trusted_certificates"
        names.proxyResolvesNames = "proxy_resolves_names"
        names.place = " under [remote_keys]"
        return names
    }()
}
