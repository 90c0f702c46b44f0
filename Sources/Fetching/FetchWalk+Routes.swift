extension FetchWalk {
    /// The ways to a server, the one to try first in front.
    struct Way: Sendable {
        let routes: [FetchRoute]
        /// Whether the server is on the public internet, as far as this is known.
        let isPublic: Bool
    }

    /// Finds the ways to the server of a URL. Every address of its host is checked first, as far as it is known here.
    func routes(to url: RemoteURL, _ reach: FetchReach) async throws(FetchError) -> Way {
        guard let proxy = proxy(for: url) else { return direct(try await checkedAddresses(of: url, reach)) }
        if proxy.resolvesNames, case .name(let name) = url.address {
            if let refusal = policy.refusal(ofName: name, at: url, reach) {
                throw .forbiddenName(url: url.text, host: url.host, refusal)
            }
            let routes = try await addresses(of: proxy, url).map { FetchRoute.tunnel(to: nil, through: proxy, at: $0) }
            return Way(routes: routes, isPublic: PrivateName.kind(of: name) == nil)
        }
        let destinations: [IPAddress]
        do throws(FetchError) {
            destinations = try await checkedAddresses(of: url, reach)
        } catch {
            guard case .unresolved(_, let host, let cause) = error else { throw error }
            throw .proxy(url: url.text, proxy: proxy.name, .hostUnknownHere(host, cause))
        }
        // Loopback would be the proxy's own machine. Where a name leads to an exception, it is one.
        let isException = destinations.allSatisfy {
            AddressGuard.purpose(of: $0) == .loopback || proxy.exceptions.cover($0, port: url.port)
        }
        if isException { return direct(destinations) }
        let hops = try await addresses(of: proxy, url)
        // One address of the proxy for each of the host's; the host's first one once more by way of the proxy's others.
        let routes = destinations.map { FetchRoute.tunnel(to: $0, through: proxy, at: hops[0]) }
        let others = hops.dropFirst().map { FetchRoute.tunnel(to: destinations[0], through: proxy, at: $0) }
        return Way(
            routes: Array(routes.prefix(1) + others.prefix(1) + routes.dropFirst()),
            isPublic: destinations.allSatisfy(AddressGuard.isPublic))
    }

    /// The policy's proxy; `nil` for this machine and for what the exceptions name.
    private func proxy(for url: RemoteURL) -> FetchProxy? {
        guard let proxy = policy.proxy, !url.address.isLoopback else { return nil }
        return proxy.exceptions.cover(url.address, port: url.port) ? nil : proxy
    }

    private func direct(_ addresses: [IPAddress]) -> Way {
        Way(routes: addresses.map { .direct($0) }, isPublic: addresses.allSatisfy(AddressGuard.isPublic))
    }

    /// The addresses of the host, every one of which may be connected to. One that may not spoils them all: whoever owns the name
    /// put it there.
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

    /// The addresses of the proxy, which an operator has chosen: they may be any.
    private func addresses(of proxy: FetchProxy, _ url: RemoteURL) async throws(FetchError) -> [IPAddress] {
        do throws(NameResolutionError) {
            return try await addresses(of: proxy.host)
        } catch {
            if error == .cancelled { throw .cancelled(url: url.text) }
            throw .proxy(url: url.text, proxy: proxy.name, .unresolved(error))
        }
    }

    /// - Returns: one or more.
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
