/// A route to the server of a URL.
enum FetchRoute: Sendable, Equatable {
    /// To a checked address.
    case direct(IPAddress)
    /// Through the proxy at the address `at`, to a checked address; to the host's name (`nil`) if the proxy resolves names.
    case tunnel(to: IPAddress?, through: FetchProxy, at: IPAddress)

    /// The address at the other end of the TCP connection.
    var peer: IPAddress {
        switch self {
        case .direct(let address), .tunnel(_, _, let address): address
        }
    }

    /// The address of the server, if it is known here.
    var destination: IPAddress? {
        switch self {
        case .direct(let address): address
        case .tunnel(let address, _, _): address
        }
    }

    /// The proxy in between, if any.
    var proxy: FetchProxy? {
        switch self {
        case .direct: nil
        case .tunnel(_, let proxy, _): proxy
        }
    }
}

/// The search for routes to a server, with a check of every address of its host.
struct RouteFinder: Sendable {
    let policy: FetchPolicy
    let resolver: any NameResolver

    /// The routes to a server, in the order of preference.
    struct Routes: Sendable {
        let routes: [FetchRoute]
        /// Whether the server is on the public internet, as far as this is known.
        let isPublic: Bool
    }

    /// Finds the routes to the server of a URL. Behind a proxy that resolves names, the addresses are unknown and the name is checked.
    func routes(to url: RemoteURL, _ reach: FetchReach) async throws(FetchError) -> Routes {
        guard let proxy = proxy(for: url) else { return direct(try await checkedAddresses(of: url, reach)) }
        if proxy.resolvesNames, case .name(let name) = url.address {
            if let refusal = policy.refusal(ofName: name, at: url, reach) {
                throw .forbiddenName(url: url.text, host: url.host, refusal)
            }
            let routes = try await addresses(of: proxy, url).map { FetchRoute.tunnel(to: nil, through: proxy, at: $0) }
            return Routes(routes: routes, isPublic: PrivateName.kind(of: name) == nil)
        }
        let destinations: [IPAddress]
        do throws(FetchError) {
            destinations = try await checkedAddresses(of: url, reach)
        } catch {
            guard case .unresolved(_, let host, let cause) = error else { throw error }
            throw .proxy(url: url.text, proxy: proxy.name, .hostUnknownHere(host, cause))
        }
        // On the proxy, loopback would be the proxy's own machine. A name that resolves to an exception counts as one.
        let isException = destinations.allSatisfy {
            AddressGuard.purpose(of: $0) == .loopback || proxy.exceptions.cover($0, port: url.port)
        }
        if isException { return direct(destinations) }
        let hops = try await addresses(of: proxy, url)
        // Each address of the host through the proxy's first address, and the host's first address through the proxy's others.
        let routes = destinations.map { FetchRoute.tunnel(to: $0, through: proxy, at: hops[0]) }
        let others = hops.dropFirst().map { FetchRoute.tunnel(to: destinations[0], through: proxy, at: $0) }
        return Routes(
            routes: Array(routes.prefix(1) + others.prefix(1) + routes.dropFirst()),
            isPublic: destinations.allSatisfy(AddressGuard.isPublic))
    }

    /// The policy's proxy; `nil` for this machine and for the proxy's exceptions.
    private func proxy(for url: RemoteURL) -> FetchProxy? {
        guard let proxy = policy.proxy, !url.address.isLoopback else { return nil }
        return proxy.exceptions.cover(url.address, port: url.port) ? nil : proxy
    }

    private func direct(_ addresses: [IPAddress]) -> Routes {
        Routes(routes: addresses.map { .direct($0) }, isPublic: addresses.allSatisfy(AddressGuard.isPublic))
    }

    /// The addresses of the host, all of which may be connected to. One forbidden address refuses the host, since its owner published it.
    private func checkedAddresses(of url: RemoteURL, _ reach: FetchReach) async throws(FetchError) -> [IPAddress] {
        let addresses: [IPAddress]
        do throws(NameResolutionError) {
            addresses = try await self.addresses(of: url.address)
        } catch {
            if error == .cancelled { throw .cancelled(url: url.text) }
            throw .unresolved(url: url.text, host: url.host, error)
        }
        for address in addresses {
            if let refusal = policy.refusal(of: address, at: url, reach) {
                throw .forbiddenAddress(url: url.text, host: url.host, address, refusal)
            }
        }
        return addresses
    }

    /// The addresses of the proxy; none is forbidden, since the operator chose it.
    private func addresses(of proxy: FetchProxy, _ url: RemoteURL) async throws(FetchError) -> [IPAddress] {
        do throws(NameResolutionError) {
            return try await addresses(of: proxy.host)
        } catch {
            if error == .cancelled { throw .cancelled(url: url.text) }
            throw .proxy(url: url.text, proxy: proxy.name, .unresolved(error))
        }
    }

    /// - Returns: at least one address.
    private func addresses(of host: RemoteHost) async throws(NameResolutionError) -> [IPAddress] {
        switch host {
        case .address(let address): return [address]
        case .name(let name):
            let addresses = try await resolver.addresses(of: name)
            guard !addresses.isEmpty else { throw .notFound }
            return addresses
        }
    }
}
