/// The permissions and limits of a fetch.
package struct FetchPolicy: Sendable {
    /// Whether loopback addresses are allowed, with `http` too; for tests and development.
    package var allowsHTTPOnLoopback = false
    package var trust = TrustRoots.system
    /// The limit of a whole fetch, from name lookups to the last byte of the body.
    package var timeout: Duration = .seconds(5)
    /// The maximum length of a body, in bytes.
    package var maximumLength = 262_144
    package var maximumRedirects = 3
    /// The private destinations that registered URLs may reach.
    package var privateDestinations = PrivateDestinations()
    /// The proxy of all connections; `nil` for direct connections.
    package var proxy: FetchProxy?
    /// The names of settings in messages about fetches.
    package var settingNames = FetchSettingNames()

    package init() {}

    /// The reason for refusing an address; `nil` if the policy allows it.
    ///
    /// Plain http stays on this machine even if a name like `localhost` resolves to another address.
    func refusal(of address: IPAddress, at url: RemoteURL, _ scope: FetchScope) -> AddressRefusal? {
        let purpose = AddressGuard.purpose(of: address)
        switch (url.scheme, purpose) {
        case (_, .loopback): return allowsHTTPOnLoopback ? nil : .specialPurpose(.loopback)
        case (.https, nil): return nil
        case (.http, nil): return .publicOverHTTP
        case (.http, let purpose?): return .specialPurpose(purpose)
        case (.https, let purpose?):
            guard purpose.isPrivateNetwork else { return .specialPurpose(purpose) }
            switch scope {
            case .allowedNetworks:
                return privateDestinations.allows(address, of: url.address) ? nil : .specialPurpose(purpose)
            case .publicAddresses: return .unregistered(purpose)
            case .redirectedFromPublic: return .redirectedFromPublic(purpose)
            }
        }
    }

    /// The reason for refusing a name that the proxy would resolve; `nil` if the policy allows it.
    func refusal(ofName name: String, at url: RemoteURL, _ scope: FetchScope) -> NameRefusal? {
        switch PrivateName.kind(of: name) {
        case nil: nil
        case .metadata: .metadata
        case .loopback: .loopback
        case .privateUse:
            switch scope {
            case .allowedNetworks: privateDestinations.allows(url.address) ? nil : .privateUse
            case .publicAddresses: .unregistered
            case .redirectedFromPublic: .redirectedFromPublic
            }
        }
    }
}

/// The reason for refusing an address.
package enum AddressRefusal: Sendable, Equatable {
    /// It is not an address of the public internet.
    case specialPurpose(SpecialPurpose)
    /// It is public, and the connection would be unencrypted.
    case publicOverHTTP
    /// It is in a private network, and comes from a client that is itself a URL.
    case unregistered(SpecialPurpose)
    /// It is in a private network, and a public server redirected there.
    case redirectedFromPublic(SpecialPurpose)

    package var phrase: String {
        switch self {
        case .specialPurpose(let purpose), .unregistered(let purpose), .redirectedFromPublic(let purpose):
            purpose.rawValue
        case .publicOverHTTP: "not a loopback address, and plain http is allowed to those only"
        }
    }

    /// What the operator can do, as a phrase.
    ///
    /// - Parameter hasName: whether the URL names its host, and not the address.
    func remedy(hasName: Bool, _ names: FetchSettingNames) -> String {
        switch self {
        case .specialPurpose(.loopback):
            "'\(names.httpOnLoopback) = true'\(names.place) allows it, for tests on this machine"
        case .specialPurpose(let purpose) where purpose.isPrivateNetwork:
            "to allow it, name its network in '\(names.allowedNetworks)'"
                + (hasName ? " or the host in '\(names.allowedHosts)'" : "") + names.place
        case .specialPurpose: "no setting allows it, so publish the document on another address"
        case .publicOverHTTP: "use https"
        case .unregistered:
            "documents and key sets of clients that are URLs come from public addresses only, "
                + "so register the client with its jwks_uri, or publish them on a public address"
        case .redirectedFromPublic:
            "a public server cannot redirect into a private network, so register the URL that has the document"
        }
    }
}

/// The scope of a fetch, by the origin of its URL.
package enum FetchScope: Sendable, Equatable {
    /// Public addresses, and private ones that the operator allows: for a URL that the operator registered.
    case allowedNetworks
    /// Public addresses only: for a URL from a client that is itself a URL, which anyone could use to probe a private network.
    case publicAddresses
    /// Public addresses only: for a redirect from a public server, whose owner could use it to probe a private network.
    case redirectedFromPublic
}

/// The names of settings in messages about fetches; each front end sets its own.
package struct FetchSettingNames: Sendable {
    package var httpOnLoopback = "http on loopback"
    package var allowedNetworks = "allowed networks"
    package var allowedHosts = "allowed hosts"
    package var additionalTrustedCertificates = "additional trusted certificates"
    package var proxy = "proxy"
    package var proxyResolvesNames = "proxy resolves names"
    /// The location of the settings, appended to a name: for instance ` under [section]`.
    package var place = ""

    package init() {}
}
