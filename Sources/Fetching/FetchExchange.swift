import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// A request to one address, and its response.
struct FetchExchange: Sendable {
    let url: RemoteURL
    let request: FetchRequest

    var progress: FetchProgress { request.progress }
    var maximumLength: Int { request.policy.maximumLength }

    /// A response; its body is read only if it is a document, with the status 200.
    struct Response: Sendable {
        let status: Int
        let headers: HTTPHeaders
        let body: [UInt8]
    }

    /// Tries one route after another until there is a connection.
    ///
    /// - Parameter routes: routes to checked addresses.
    func response(by routes: [FetchRoute]) async throws(FetchError) -> Response {
        var failure = FetchError.unresolved(url: url.text, host: url.host, .notFound)
        // Three attempts cover an address family without connectivity and one dead server.
        let tried = routes.prefix(3)
        for (index, route) in tried.enumerated() {
            let share = (request.deadline - .now) / (tried.count - index)
            do throws(Failure) {
                return try await response(by: route, connectingWithin: share)
            } catch {
                failure = error.reason
                guard error.isRetryable, !Task.isCancelled else { break }
            }
        }
        throw failure
    }

    private func response(by route: FetchRoute, connectingWithin limit: Duration) async throws(Failure) -> Response {
        // A client for each exchange, since its configuration pins the address.
        let client = HTTPClient(
            eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup.singleton),
            configuration: configuration(for: route, connectingWithin: limit))
        // Closes the connection on every path. It is not awaited, so a server cannot delay the caller.
        defer { client.shutdown { _ in } }
        do {
            progress.reach(route.proxy.map { .connectingThrough($0.name) } ?? .connecting)
            return try await exchange(client)
        } catch {
            throw failure(error, on: route)
        }
    }

    private func exchange(_ client: HTTPClient) async throws -> Response {
        var request = HTTPClientRequest(url: url.canonical)
        var isDocument = true
        switch self.request.content {
        case .document(let accept, _):
            request.headers.add(name: "Accept", value: accept)
            if let etag = self.request.content.etag { request.headers.add(name: "If-None-Match", value: etag) }
        case .form(let form):
            isDocument = false
            request.method = .POST
            request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
            request.body = .bytes(form)
        }
        request.headers.add(name: "Accept-Encoding", value: "identity")
        request.headers.add(name: "User-Agent", value: "countersign")
        request.headers.add(name: "Connection", value: "close")

        let response = try await client.execute(request, deadline: .now() + TimeAmount(self.request.deadline - .now))
        let status = Int(response.status.code)
        self.request.trace?.answered(status) { response.headers[$0] }
        guard isDocument else { return Response(status: status, headers: response.headers, body: []) }
        try ResponseLimits.check(response.headers, of: url.text)
        guard status == 200 else { return Response(status: status, headers: response.headers, body: []) }
        if let length = response.headers.first(name: "Content-Length").flatMap({ Int($0) }), length > maximumLength {
            throw FetchError.tooLong(url: url.text, limit: maximumLength)
        }
        var body: [UInt8] = []
        progress.reach(.reading(bytes: 0))
        for try await part in response.body {
            guard body.count + part.readableBytes <= maximumLength else {
                throw FetchError.tooLong(url: url.text, limit: maximumLength)
            }
            body += part.readableBytesView
            progress.reach(.reading(bytes: body.count))
            self.request.trace?.received(body.count)
        }
        // A cancelled sequence may end as if it were complete.
        try Task.checkCancellation()
        return Response(status: status, headers: response.headers, body: body)
    }

    private func configuration(for route: FetchRoute, connectingWithin limit: Duration) -> HTTPClient.Configuration {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        tls.trustRoots = request.policy.trust.roots
        tls.additionalTrustRoots = request.policy.trust.additional
        // The limit of TLS's closing handshake.
        tls.shutdownTimeout = .milliseconds(500)
        // NIOSSL would compare the certificate with the proxy's address. `PinnedConnection` compares it with the host.
        if route.proxy != nil { tls.certificateVerification = .noHostnameVerification }
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: tls, redirectConfiguration: .disallow,
            timeout: .init(connect: TimeAmount(limit), read: TimeAmount(request.deadline - .now)),
            proxy: route.proxy.map { $0.forClient(at: route.peer) }, decompression: .disabled)
        configuration.httpVersion = .http1Only
        // A refused connection is final: retrying the same address would not help.
        configuration.connectionPool.retryConnectionEstablishment = false
        // Tracing headers must not leave this system.
        configuration.tracing.tracer = nil
        let isIdentityPinned: Bool
        switch url.address {
        case .name(let name):
            if let address = route.destination { configuration.dnsOverride = [name: address.text] }
            isIdentityPinned = url.scheme == .https
        // Without a proxy, NIOSSL compares the certificate with this address.
        case .address: isIdentityPinned = route.proxy != nil
        }
        let pin = PinnedConnection.initializer(
            peer: route.peer, identity: isIdentityPinned ? url.address : nil,
            maximumBytes: ResponseLimits.raw(body: maximumLength), trace: request.trace)
        configuration.http1_1ConnectionDebugInitializer = { [progress] channel in
            progress.reach(.waiting)
            return pin(channel)
        }
        return configuration
    }
}

extension FetchProxy {
    /// The proxy for the HTTP client, by its address so that no name is looked up.
    fileprivate func forClient(at address: IPAddress) -> HTTPClient.Configuration.Proxy {
        .server(
            host: address.text, port: port,
            authorization: credentials.map { .basic(username: $0.user, password: $0.password) })
    }
}
