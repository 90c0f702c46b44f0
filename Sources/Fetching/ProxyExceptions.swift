/// The hosts that are reached without the proxy, as in the environment variable `NO_PROXY`.
///
/// `example.com` and `.example.com` match that host and every host below it, `*.example.com` only the hosts below it. Addresses and
/// networks are compared with the address of the host. A suffix `:PORT` restricts an entry; `*` matches every host.
package struct ProxyExceptions: Sendable, Equatable {
    private enum Target: Sendable, Equatable {
        case everything
        case network(IPNetwork)
        case host(String)
        case hostsBelow(String)
    }

    private struct Entry: Sendable, Equatable {
        let target: Target
        /// `nil` for every port.
        let port: Int?
    }

    private var entries: [Entry] = []

    package init() {}

    /// Adds an entry.
    ///
    /// - Returns: `false`, without effect, for an invalid entry.
    package mutating func add(_ text: some StringProtocol) -> Bool {
        var text = text[...]
        guard !text.isEmpty else { return false }
        var port: Int?
        if let colon = text.lastIndex(of: ":"), text.firstIndex(of: ":") == colon || text[..<colon].last == "]" {
            guard let number = try? RemoteURL.parsePort(Substring(text[text.index(after: colon)...])) else {
                return false
            }
            port = number
            text = text[..<colon]
        }
        guard let target = Self.target(String(text)) else { return false }
        entries.append(Entry(target: target, port: port))
        return true
    }

    /// Whether a host is an exception: by its name, its address, or an address that its name resolves to.
    func contains(_ host: RemoteHost, port: Int) -> Bool {
        entries.contains { entry in
            guard entry.port == nil || entry.port == port else { return false }
            return switch (entry.target, host) {
            case (.everything, _): true
            case (.network(let network), .address(let address)):
                network.contains(AddressGuard.destination(of: address))
            case (.host(let parent), .name(let name)): name == parent || name.hasSuffix("." + parent)
            case (.hostsBelow(let parent), .name(let name)): name.hasSuffix("." + parent)
            case (.network, .name), (.host, .address), (.hostsBelow, .address): false
            }
        }
    }

    private static func target(_ text: String) -> Target? {
        if text == "*" { return .everything }
        let bare = text.hasPrefix("[") && text.hasSuffix("]") ? String(text.dropFirst().dropLast()) : text
        if let address = IPAddress(bare) { return .network(IPNetwork(around: address, address.bitWidth)) }
        if text.contains("/") { return (try? IPNetwork(text)).map(Target.network) }
        let isBelow = text.hasPrefix("*.")
        var name = isBelow ? text.dropFirst(2) : text.hasPrefix(".") ? text.dropFirst() : text[...]
        if name.last == "." { name = name.dropLast() }
        guard case .name(let name)? = try? RemoteHost(name) else { return nil }
        return isBelow ? .hostsBelow(name) : .host(name)
    }
}
