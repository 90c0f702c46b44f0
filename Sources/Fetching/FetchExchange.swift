import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// One request to one address, and its answer.
struct FetchExchange: Sendable {
    let url: RemoteURL
    let policy: FetchPolicy
    let maximumLength: Int
    let accept: String
    let etag: String?
    let deadline: ContinuousClock.Instant
    let progress: FetchProgress

    /// An answer. Its body is there only if the status is 200.
    struct Answer: Sendable {
        let status: Int
        let headers: HTTPHeaders
        let body: [UInt8]
    }

    /// Tries one route after another until there is a connection.
    ///
    /// - Parameter routes: their addresses have been checked.
    func get(by routes: [FetchRoute]) async throws(FetchError) -> Answer {
        var failure = FetchError.unresolved(url: url.text, host: url.host, .notFound)
        // Three are enough to get past one family that leads nowhere from here, and one dead server.
        let tried = routes.prefix(3)
        for (index, route) in tried.enumerated() {
            let share = (deadline - .now) / (tried.count - index)
            do throws(Failure) {
                return try await get(by: route, connectingWithin: share)
            } catch {
                failure = error.reason
                guard error.mayTryAnother, !Task.isCancelled else { break }
            }
        }
        throw failure
    }

    /// Why there is no answer, and whether another address could do better.
    struct Failure: Error {
        let reason: FetchError
        var mayTryAnother = false
    }

    private func get(by route: FetchRoute, connectingWithin limit: Duration) async throws(Failure) -> Answer {
        // Another one for each exchange: the address is pinned in the client's configuration.
        let client = HTTPClient(
            eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup.singleton),
            configuration: configuration(for: route, connectingWithin: limit))
        // Closes the connection however this ends. Nobody waits for it, so a server cannot stretch it.
        defer { client.shutdown { _ in } }
        do {
            progress.reach(route.proxy.map { .connectingThrough($0.name) } ?? .connecting)
            return try await exchange(client)
        } catch let error as FetchError {
            throw Failure(reason: error)
        } catch {
            throw failure(error, on: route)
        }
    }

    private func exchange(_ client: HTTPClient) async throws -> Answer {
        var request = HTTPClientRequest(url: url.canonical)
        request.headers.add(name: "Accept", value: accept)
        request.headers.add(name: "Accept-Encoding", value: "identity")
        request.headers.add(name: "User-Agent", value: "countersign")
        request.headers.add(name: "Connection", value: "close")
        if let etag { request.headers.add(name: "If-None-Match", value: etag) }

        let response = try await client.execute(request, deadline: .now() + TimeAmount(deadline - .now))
        let status = Int(response.status.code)
        try ResponseLimits.check(response.headers, of: url.text)
        guard status == 200 else { return Answer(status: status, headers: response.headers, body: []) }
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
        }
        // A sequence that is cancelled may end as if it were complete.
        try Task.checkCancellation()
        return Answer(status: status, headers: response.headers, body: body)
    }

    private func configuration(
        for route: FetchRoute, connectingWithin limit: Duration
    ) -> HTTPClient.Configuration {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        tls.trustRoots = policy.trust.roots
        tls.additionalTrustRoots = policy.trust.additional
        // How long a server may take to say goodbye.
        tls.shutdownTimeout = .milliseconds(500)
        // NIOSSL would compare the certificate with the proxy's address. The host is compared below.
        if route.proxy != nil { tls.certificateVerification = .noHostnameVerification }
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: tls, redirectConfiguration: .disallow,
            timeout: .init(connect: TimeAmount(limit), read: TimeAmount(deadline - .now)),
            proxy: route.proxy.map { $0.forClient(at: route.peer) }, decompression: .disabled)
        configuration.httpVersion = .http1Only
        // A refused connection is an answer, not a reason to try the same again.
        configuration.connectionPool.retryConnectionEstablishment = false
        // Headers of tracing are nobody's business out there.
        configuration.tracing.tracer = nil
        var secureName: String?
        var secureAddress: IPAddress?
        switch url.address {
        case .name(let name):
            if let address = route.destination { configuration.dnsOverride = [name: address.text] }
            if url.scheme == .https { secureName = name }
        case .address(let address):
            if route.proxy != nil { secureAddress = address }
        }
        let pin = PinnedConnection.initializer(
            peer: route.peer, secureName: secureName, secureAddress: secureAddress,
            maximumBytes: ResponseLimits.raw(body: maximumLength))
        configuration.http1_1ConnectionDebugInitializer = { [progress] channel in
            progress.reach(.waiting)
            return pin(channel)
        }
        return configuration
    }
}

extension FetchProxy {
    /// The same for the HTTP client, which is given the address so that it looks nothing up.
    fileprivate func forClient(at address: IPAddress) -> HTTPClient.Configuration.Proxy {
        .server(
            host: address.text, port: port,
            authorization: credentials.map { .basic(username: $0.user, password: $0.password) })
    }
}
