/// The private networks and hosts that registered key sets may come from.
package struct PrivateDestinations: Sendable, Equatable {
    /// The networks whose addresses are allowed, by any name.
    package private(set) var networks: [IPNetwork] = []
    /// The hosts whose addresses may be private.
    package var hosts: [HostPattern] = []

    package init() {}

    /// Adds a network within a single block of a kind that can be allowed.
    ///
    /// Addresses inside it that are never allowed, such as a cloud's metadata service, remain refused.
    package mutating func allow(_ network: IPNetwork) throws(PrivateNetworkError) {
        if let inner = AddressGuard.wrapped(in: network) {
            var destinations = PrivateDestinations()
            try destinations.allow(inner)
            throw .wrapped(inner)
        }
        guard let purpose = AddressGuard.purpose(of: network) else {
            throw switch AddressGuard.purpose(of: network.first) {
            case nil: .notPrivate
            case .reserved: .other(.reserved)
            case _?: .tooWide
            }
        }
        switch purpose {
        case .privateUse, .carrierGradeNAT, .uniqueLocal: networks.append(network)
        case .loopback: throw .loopback
        case .siteLocal, .documentation, .benchmarking, .reserved: throw .other(purpose)
        case .unspecified, .linkLocal, .cloudMetadata, .multicast, .broadcast, .protocolAssignment, .discard,
            .translated:
            throw .neverAllowed(purpose)
        }
    }

    /// Whether a private address is allowed.
    ///
    /// - Parameter host: the host of the URL that led to the address.
    func allows(_ address: IPAddress, of host: RemoteHost) -> Bool {
        guard let purpose = AddressGuard.purpose(of: address), purpose.isPrivateNetwork else { return false }
        let destination = AddressGuard.destination(of: address)
        return networks.contains { $0.contains(destination) } || allows(host)
    }

    /// Whether the host itself is allowed.
    func allows(_ host: RemoteHost) -> Bool {
        guard case .name(let name) = host else { return false }
        return hosts.contains { $0.matches(name) }
    }
}

/// The reason why a network cannot be allowed.
package enum PrivateNetworkError: Error, Sendable, Equatable {
    /// Its addresses are public, or some of them are.
    case notPrivate
    /// It is wider than any one private block.
    case tooWide
    case loopback
    /// It is neither public nor private, such as a network for documentation.
    case other(SpecialPurpose)
    /// It wraps this IPv4 network, which is to be named instead.
    case wrapped(IPNetwork)
    /// Its purpose is never allowed.
    case neverAllowed(SpecialPurpose)

    package func phrase(_ names: FetchSettingNames) -> String {
        switch self {
        case .notPrivate:
            "is not a private network; public addresses are allowed anyway, so name networks inside "
                + "\(Self.privateNetworks) only"
        case .tooWide: "is wider than any private network; name the networks of the key servers only"
        case .loopback: "is loopback, which \(names.httpOnLoopback) allows, for tests and development only"
        case .other(let purpose):
            "is \(purpose.rawValue), not a private network; name networks inside \(Self.privateNetworks) only"
        case .wrapped(let network): "stands for an IPv4 network; write \(network)"
        case .neverAllowed(let purpose): "is \(purpose.rawValue), which is never allowed"
        }
    }
    private static let privateNetworks = "10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10 or fc00::/7"
}
