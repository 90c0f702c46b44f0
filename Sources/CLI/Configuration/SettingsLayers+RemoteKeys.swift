import Fetching
import Files
import HTTP

extension SettingsLayers {
    /// Finds everything that is wrong with the settings of `fetchPolicy`, each apart from the others.
    func checkFetchPolicy(_ variables: [String: String], _ problems: inout ConfigurationProblems) {
        problems.collect { () throws(ConfigurationError) in _ = try trustRoots() }
        problems.collect { () throws(ConfigurationError) in _ = try proxy(try proxyEnvironment(variables)) }
        // Checked with the proxy too, unless something else is wrong with it.
        problems.collect { () throws(ConfigurationError) in
            guard case .server(var proxy) = try value(Settings.proxy), let file = try value(Settings.proxyPasswordFile)
            else { return }
            try setPassword(of: &proxy, from: file)
        }
    }

    /// How key sets and client metadata are fetched.
    ///
    /// - Parameter environment: what `proxyEnvironment` gave.
    func fetchPolicy(_ environment: ProxyEnvironment?) throws(ConfigurationError) -> FetchPolicy {
        var policy = FetchPolicy(allowsHTTPOnLoopback: try value(Settings.allowsHTTPOnLoopback))
        policy.trust = try trustRoots()
        policy.privateDestinations = try privateDestinations()
        policy.proxy = try proxy(environment)
        policy.settingNames = .configuration
        return policy
    }

    /// The files that decide whom the server trusts, or hold a secret.
    func files(_ tls: TLSFiles?) throws(ConfigurationError) -> [FileChecks.Subject] {
        var files: [FileChecks.Subject] = []
        func add(_ role: FileTrust.Role, _ path: String?) {
            if let path { files.append(FileChecks.Subject(role: role, path: path)) }
        }
        add(.tlsKey, tls?.privateKey)
        add(.authorities, try value(Settings.trustedCertificates))
        add(.authorities, try value(Settings.additionalTrustedCertificates))
        add(.password, try value(Settings.proxyPasswordFile))
        if case .file(let name, _)? = given(Settings.proxy.key)?.origin,
            case .server(let proxy)? = try value(Settings.proxy), proxy.credentials?.password.isEmpty == false
        {
            add(.configurationWithPassword, name)
        }
        return files
    }

    private func trustRoots() throws(ConfigurationError) -> TrustRoots {
        let (only, additional) = (
            try value(Settings.trustedCertificates), try value(Settings.additionalTrustedCertificates)
        )
        guard only == nil || additional == nil else {
            throw problem(
                Settings.additionalTrustedCertificates, "is set together with \(Settings.trustedCertificates.key)",
                allowed: "one of the two; \(Settings.trustedCertificates.key) replaces the system's authorities")
        }
        do throws(TrustRootsError) {
            if let only { return try TrustRoots(file: only) }
            return try additional.map { file throws(TrustRootsError) in try TrustRoots.system.adding(file: file) }
                ?? .system
        } catch {
            throw problem(
                only == nil ? Settings.additionalTrustedCertificates : Settings.trustedCertificates,
                "'\(error.file)' cannot be used", allowed: "a PEM file with certificates")
        }
    }

    private func privateDestinations() throws(ConfigurationError) -> PrivateDestinations {
        var destinations = PrivateDestinations()
        // Both kinds of setting have checked their texts.
        for text in try value(Settings.allowedNetworks) {
            if let network = try? IPNetwork(text) { try? destinations.allow(network) }
        }
        destinations.hosts = try value(Settings.allowedHosts).compactMap { try? HostPattern($0) }
        return destinations
    }

    // MARK: Proxy

    /// The proxy of the environment, where `proxy` asks for it.
    func proxyEnvironment(_ variables: [String: String]) throws(ConfigurationError) -> ProxyEnvironment? {
        guard try value(Settings.proxy) == .environment else { return nil }
        return try ProxyEnvironment(variables)
    }

    private func proxy(_ environment: ProxyEnvironment?) throws(ConfigurationError) -> FetchProxy? {
        var proxy: FetchProxy
        switch try value(Settings.proxy) {
        case nil:
            let lonely = Settings.ofProxy.filter { given($0.key) != nil }.map {
                problem($0, "is set without \(Settings.proxy.key)", allowed: "both or neither")
            }
            if let error = ConfigurationError.joined(lonely) { throw error }
            return nil
        case .environment:
            guard try value(Settings.proxyExceptions).isEmpty else {
                throw problem(
                    Settings.proxyExceptions, "has no effect where \(Settings.proxy.key) is 'environment'",
                    allowed: "the variable NO_PROXY")
            }
            guard let named = environment?.proxy else { return nil }
            proxy = named
        case .server(let named):
            proxy = named
            for text in try value(Settings.proxyExceptions) { _ = proxy.exceptions.add(text) }
        }
        proxy.resolvesNames = try value(Settings.proxyResolvesNames)
        if let file = try value(Settings.proxyPasswordFile) { try setPassword(of: &proxy, from: file) }
        return proxy
    }

    private func setPassword(of proxy: inout FetchProxy, from file: String) throws(ConfigurationError) {
        let line: [UInt8]
        do {
            line = PasswordLine(try InputFile(file, limit: PasswordLine.maximumLength)).bytes
        } catch {
            throw problem(Settings.proxyPasswordFile, "'\(file)' cannot be read", allowed: "a file with the password")
        }
        guard let password = String(validating: line, as: UTF8.self), !password.isEmpty else {
            throw problem(
                Settings.proxyPasswordFile, "'\(file)' has no password in its first line",
                allowed: "a file with the password in UTF-8")
        }
        do throws(FetchProxyError) {
            try proxy.setPassword(password)
        } catch {
            throw problem(
                Settings.proxyPasswordFile, "\(Settings.proxy.key) \(error.phrase)",
                allowed: "http://USER@HOST:PORT beside it")
        }
    }
}

extension FetchSettingNames {
    /// The keys of the configuration file.
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
