/// A route to the server of a URL.
struct FetchRoute: Sendable, Equatable {
    /// The address at the other end of the TCP connection: the server's, or the proxy's.
    let peer: IPAddress
    /// The checked address of the server; `nil` if the proxy resolves its name.
    let destination: IPAddress?
    var proxy: FetchProxy?
}

/// The search for routes to a server, with a check of every address of its host.
struct RouteFinder: Sendable {
    let policy: FetchPolicy
    let resolver: any NameResolver
    var trace: FetchTrace?

    /// The routes to a server, in the order of preference.
    struct Routes: Sendable {
        let routes: [FetchRoute]
        /// Whether the server is on the public internet, as far as this is known.
        let isPublic: Bool
    }

    /// Finds the routes to the server of a URL. Behind a proxy that resolves names, the addresses are unknown and the name is checked.
    func routes(to url: RemoteURL, _ scope: FetchScope) async throws(FetchError) -> Routes {
        guard let proxy = proxy(for: url) else { return direct(try await checkedAddresses(of: url, scope)) }
        if proxy.resolvesNames, case .name(let name) = url.address {
            trace?.chose(proxy.name, resolvesNames: true)
            if let refusal = policy.refusal(ofName: name, at: url, scope) {
                throw .forbiddenName(url: url.text, host: url.host, refusal)
            }
            let routes = try await addresses(of: proxy, url).map {
                FetchRoute(peer: $0, destination: nil, proxy: proxy)
            }
            return Routes(routes: routes, isPublic: PrivateName.kind(of: name) == nil)
        }
        let destinations: [IPAddress]
        do throws(FetchError) {
            destinations = try await checkedAddresses(of: url, scope)
        } catch {
            guard case .unresolved(_, let host, let cause) = error else { throw error }
            throw .proxy(url: url.text, proxy: proxy.name, .hostUnknownHere(host, cause))
        }
        // On the proxy, loopback would be the proxy's own machine. A name that resolves to an exception counts as one.
        let isException = destinations.allSatisfy {
            AddressGuard.purpose(of: $0) == .loopback || proxy.exceptions.contains(.address($0), port: url.port)
        }
        if isException { return direct(destinations) }
        trace?.chose(proxy.name, resolvesNames: false)
        let hops = try await addresses(of: proxy, url)
        // Each address of the host through the proxy's first address, and the host's first address through the proxy's others.
        let routes = destinations.map { FetchRoute(peer: hops[0], destination: $0, proxy: proxy) }
        let others = hops.dropFirst().map { FetchRoute(peer: $0, destination: destinations[0], proxy: proxy) }
        return Routes(
            routes: Array(routes.prefix(1) + others.prefix(1) + routes.dropFirst()),
            isPublic: destinations.allSatisfy(AddressGuard.isPublic))
    }

    /// The policy's proxy; `nil` for this machine and for the proxy's exceptions.
    private func proxy(for url: RemoteURL) -> FetchProxy? {
        guard let proxy = policy.proxy, !url.address.isLoopback else { return nil }
        return proxy.exceptions.contains(url.address, port: url.port) ? nil : proxy
    }

    private func direct(_ addresses: [IPAddress]) -> Routes {
        let routes = addresses.map { FetchRoute(peer: $0, destination: $0) }
        return Routes(routes: routes, isPublic: addresses.allSatisfy(AddressGuard.isPublic))
    }

    /// The addresses of the host, all of which may be connected to. One forbidden address refuses the host, since its owner published it.
    private func checkedAddresses(of url: RemoteURL, _ scope: FetchScope) async throws(FetchError) -> [IPAddress] {
        let addresses: [IPAddress]
        do throws(NameResolutionError) {
            addresses = try await self.addresses(of: url.address)
        } catch {
            if error == .cancelled { throw .cancelled(url: url.text) }
            throw .unresolved(url: url.text, host: url.host, error)
        }
        trace?.lookedUp(addresses.map { .init(text: $0.text, refusal: policy.refusal(of: $0, at: url, scope)) })
        for address in addresses {
            if let refusal = policy.refusal(of: address, at: url, scope) {
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
