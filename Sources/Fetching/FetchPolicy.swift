/// What a fetch may do and cost.
package struct FetchPolicy: Sendable {
    /// Whether loopback addresses are let through, and `http` on them. For tests and development.
    package var allowsHTTPOnLoopback: Bool
    /// Whose certificates are believed.
    package var trust: TrustRoots
    /// All of it: looking up names, redirects, TLS, the last byte of the body.
    package var timeout: Duration
    /// The longest body, in bytes.
    package var maximumLength: Int
    /// How many redirects are followed.
    package var maximumRedirects: Int
    /// What is let through beside public addresses, for registered URLs.
    package var privateDestinations = PrivateDestinations()
    /// What connections go through; `nil` where they are made directly.
    package var proxy: FetchProxy?
    /// The names of settings in messages about fetches.
    package var settingNames = FetchSettingNames()

    /// - Parameter trust: the system's authorities, unless others are given.
    package init(
        allowsHTTPOnLoopback: Bool = false, trust: TrustRoots = .system, timeout: Duration = .seconds(5),
        maximumLength: Int = 262_144, maximumRedirects: Int = 3
    ) {
        self.allowsHTTPOnLoopback = allowsHTTPOnLoopback
        self.trust = trust
        self.timeout = timeout
        self.maximumLength = maximumLength
        self.maximumRedirects = maximumRedirects
    }

    /// Why an address must not be connected to under this policy, or `nil` if it may.
    ///
    /// Plain http stays on this machine even where a name like `localhost` leads elsewhere.
    func refusal(of address: IPAddress, at url: RemoteURL, _ reach: FetchReach) -> AddressRefusal? {
        let purpose = AddressGuard.purpose(of: address)
        switch (url.scheme, purpose) {
        case (_, .loopback): return allowsHTTPOnLoopback ? nil : .specialPurpose(.loopback)
        case (.https, nil): return nil
        case (.http, nil): return .publicOverHTTP
        case (.http, let purpose?): return .specialPurpose(purpose)
        case (.https, let purpose?):
            guard purpose.isPrivateNetwork else { return .specialPurpose(purpose) }
            switch reach {
            case .allowedNetworks:
                return privateDestinations.include(address, of: url.address) ? nil : .specialPurpose(purpose)
            case .publicAddresses: return .unregistered(purpose)
            case .redirectedFromPublic: return .redirectedFromPublic(purpose)
            }
        }
    }

    /// Why a host must not be asked for by name, where nobody here looks its addresses up; `nil` if it may.
    func refusal(ofName name: String, at url: RemoteURL, _ reach: FetchReach) -> NameRefusal? {
        switch PrivateName.kind(of: name) {
        case nil: nil
        case .metadata: .metadata
        case .loopback: .loopback
        case .privateUse:
            switch reach {
            case .allowedNetworks: privateDestinations.include(url.address) ? nil : .privateUse
            case .publicAddresses: .unregistered
            case .redirectedFromPublic: .redirectedFromPublic
            }
        }
    }
}

/// Why an address is not connected to.
package enum AddressRefusal: Sendable, Equatable {
    /// It is not a place on the public internet.
    case specialPurpose(SpecialPurpose)
    /// It is, and the document would travel unencrypted.
    case publicOverHTTP
    /// It is in a private network, and a client that is a URL itself named it.
    case unregistered(SpecialPurpose)
    /// It is in a private network, and a public server redirected there.
    case redirectedFromPublic(SpecialPurpose)

    /// The reason as a phrase.
    package var phrase: String {
        switch self {
        case .specialPurpose(let purpose), .unregistered(let purpose), .redirectedFromPublic(let purpose):
            purpose.rawValue
        case .publicOverHTTP: "not a loopback address, to which alone plain http may go"
        }
    }

    /// What the operator can do, as a phrase.
    ///
    /// - Parameter hasName: whether the URL names its host, and not the address.
    func remedy(hasName: Bool, _ names: FetchSettingNames) -> String {
        switch self {
        case .specialPurpose(.loopback):
            "'\(names.httpOnLoopback) = true'\(names.place) lets it through, for tests on this machine"
        case .specialPurpose(let purpose) where purpose.isPrivateNetwork:
            "to let it through, name its network in '\(names.allowedNetworks)'"
                + (hasName ? " or the host in '\(names.allowedHosts)'" : "") + names.place
        case .specialPurpose: "no setting lets it through, so publish the document on another address"
        case .publicOverHTTP: "use https"
        case .unregistered:
            "documents and key sets of clients that are URLs come from public addresses only, "
                + "so register the client with its jwks_uri, or publish them on a public address"
        case .redirectedFromPublic:
            "a public server cannot redirect into a private network, so register the URL that has the document"
        }
    }
}

/// How far a fetch may reach, by who chose the URL.
package enum FetchReach: Sendable, Equatable {
    /// Public addresses, and the private ones that the operator has allowed: a URL that an operator has registered.
    case allowedNetworks
    /// Public addresses alone: a URL that came from a client which is a URL itself. Anyone could use it to probe a private network.
    case publicAddresses
    /// Public addresses alone: a redirect from a public server, whose owner is not trusted with a private network.
    case redirectedFromPublic
}
