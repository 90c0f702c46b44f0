/// A host name, or every name below one: `keys.internal`, `*.svc.cluster.local`.
package struct HostPattern: Sendable, Hashable {
    /// In lower case, without the asterisk.
    let name: String
    /// Whether it matches the names below `name`, but not `name` itself.
    let isWildcard: Bool

    /// Parses a pattern, ignoring case.
    package init(_ text: String) throws(HostPatternError) {
        guard !text.isEmpty else { throw .empty }
        isWildcard = text.hasPrefix("*.")
        let name = isWildcard ? text.dropFirst(2) : text[...]
        if name.last == ".", let host = try? RemoteHost(name.dropLast()), case .name(let plain) = host {
            throw .trailingDot(isWildcard ? "*.\(plain)" : plain)
        }
        let bare = name.first == "[" && name.last == "]" ? name.dropFirst().dropLast() : name
        if let address = IPAddress(String(bare)) {
            throw Self.error(for: address)
        }
        do {
            guard case .name(let name) = try RemoteHost(name) else { throw HostPatternError.form }
            self.name = name
        } catch {
            throw .form
        }
        switch PrivateName.kind(of: self.name) {
        case .metadata: throw .metadata
        case .loopback: throw .loopback
        case .privateUse, nil: break
        }
    }

    /// The network to allow instead of an address, or the reason why it cannot be allowed.
    private static func error(for address: IPAddress) -> HostPatternError {
        if AddressGuard.isPublic(address) { return .publicAddress }
        let network = IPNetwork(around: address, address.bitWidth)
        do throws(PrivateNetworkError) {
            var destinations = PrivateDestinations()
            try destinations.allow(network)
            return .address(network)
        } catch {
            if case .wrapped(let inner) = error { return .address(inner) }
            return .refusedAddress(error)
        }
    }

    /// - Parameter host: a name in lower case.
    func matches(_ host: String) -> Bool {
        guard isWildcard else { return host.utf8.elementsEqual(name.utf8) }
        return host.hasSuffix("." + name)
    }
}

extension HostPattern: CustomStringConvertible {
    package var description: String { isWildcard ? "*.\(name)" : name }
}

/// The reason why a text is not a pattern of host names.
package enum HostPatternError: Error, Sendable, Equatable {
    /// Neither a name nor `*.` followed by a name.
    case form
    /// A name with a trailing dot; the name without it.
    case trailingDot(String)
    case empty
    case metadata
    /// `localhost`, or a name below it.
    case loopback
    /// An address that is allowed anyway.
    case publicAddress
    /// An address that cannot be allowed, for the same reason as its network.
    case refusedAddress(PrivateNetworkError)
    /// An address that can be allowed as a network; the block of this address alone.
    case address(IPNetwork)

    package func phrase(_ names: FetchSettingNames) -> String {
        switch self {
        case .form: "is not a host name such as keys.internal, nor *.svc.cluster.local for every host below a name"
        case .empty: "is empty; name a host such as keys.internal, or leave the entry out"
        case .metadata: NameRefusal.metadata.phrase(names)
        case .loopback: PrivateNetworkError.loopback.phrase(names)
        case .publicAddress: "is a public address, which is allowed anyway; leave it out"
        case .refusedAddress(let error): error.phrase(names)
        case .trailingDot(let name): "ends in a dot; write \(name)"
        case .address(let network): "is an address; write \(network) in \(names.allowedNetworks)"
        }
    }
}
