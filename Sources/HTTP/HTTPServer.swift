import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS
import Server
import Synchronization

/// The HTTP front of an authorization server: a listening socket, and the connections that come from it.
///
/// `bind` takes the port, so that the routes can be made once it is known; `serve` answers requests.
package struct HTTPServer: Sendable {
    /// Where it listens, and its limits.
    package struct Configuration: Sendable {
        /// Host name or address.
        package var host: String
        /// 0 takes a free port.
        package var port: Int
        /// PEM files of a certificate chain and its private key; plain HTTP without.
        package var tls: TLSFiles?
        /// Whether HTTP/2 is offered over TLS.
        package var offersHTTP2 = true
        /// Whether a proxy in front passes on the client's address.
        package var isBehindProxy = false
        /// How much a connection may send and how long it may take.
        package var limits = HTTPLimits()

        /// Makes a configuration with the product's defaults.
        package init(host: String, port: Int, tls: TLSFiles? = nil) {
            self.host = host
            self.port = port
            self.tls = tls
        }
    }

    /// The port that is listened on.
    package let port: Int
    /// Connections that may be open at once: the configured number, or fewer where the process may not open as many files.
    package let maximumConnections: Int

    private let listener: any Channel
    private let shared: Shared
    private let certificates: TLSCertificates?
    private let drainTimeout: Duration

    /// What the listener's connections have in common. They come only after `serve` has set the routes.
    private final class Shared: Sendable {
        let routes = Mutex<Routes?>(nil)
        let contexts: [ObjectIdentifier: LoopContext]
        let count = ConnectionCount()

        init(_ group: any EventLoopGroup, turnBudget: Duration) {
            var contexts: [ObjectIdentifier: LoopContext] = [:]
            for loop in group.makeIterator() {
                contexts[ObjectIdentifier(loop)] = LoopContext(loop, turnBudget: turnBudget)
            }
            self.contexts = contexts
        }
    }

    /// Takes the port. Nothing is accepted yet.
    ///
    /// - Throws: `ListenError` for an address that cannot be listened on, `TLSFilesError` for files that cannot be used.
    package static func bind(_ configuration: Configuration) async throws -> HTTPServer {
        let certificates = try configuration.tls.map {
            try TLSCertificates($0, offersHTTP2: configuration.offersHTTP2)
        }
        var limits = configuration.limits
        if let descriptors = DescriptorLimit.raise() {
            limits.maximumConnections = min(
                limits.maximumConnections, DescriptorLimit.connections(fitting: descriptors.soft))
        }
        let group = MultiThreadedEventLoopGroup.singleton
        let shared = Shared(group, turnBudget: limits.turnBudget)
        let isBehindProxy = configuration.isBehindProxy
        let connections = limits
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.autoRead, value: false)
            // So that the limit of connections is exact.
            .serverChannelOption(.maxMessagesPerRead, value: 1)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(ConnectionGate(limit: connections.maximumConnections, shared.count))
                    // Rests for a second where the system has no descriptor left for a connection.
                    try pipeline.addHandler(AcceptBackoffHandler(shouldForwardIOErrorCaught: false))
                }
            }
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.writeBufferWaterMark, value: .init(low: 1, high: HTTPLimits.maximumUnsentBytes))
            // A request arrives in one read; a second one would only find nothing.
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let routes = shared.routes.withLock({ $0 }),
                        let loop = shared.contexts[ObjectIdentifier(channel.eventLoop)]
                    else { throw ChannelError.ioOnClosedChannel }
                    try ConnectionSetup(
                        loop: loop, responder: Responder(routes: routes, isBehindProxy: isBehindProxy),
                        limits: connections, tls: certificates?.context
                    ).configure(channel)
                }
            }
        do {
            let listener = try await bootstrap.bind(host: configuration.host, port: configuration.port).get()
            return HTTPServer(
                port: listener.localAddress?.port ?? configuration.port,
                maximumConnections: limits.maximumConnections, listener: listener, shared: shared,
                certificates: certificates, drainTimeout: limits.drainTimeout)
        } catch {
            throw ListenError(host: configuration.host, port: configuration.port, error)
        }
    }

    /// Answers requests until the task is cancelled; then stops listening, finishes what is under way, and closes what has not ended
    /// within `HTTPLimits.drainTimeout`.
    package func serve(_ routes: Routes) async {
        shared.routes.withLock { $0 = routes }
        listener.setOption(.autoRead, value: true).whenFailure { _ in listener.close(promise: nil) }
        let closed = listener.closeFuture
        await withTaskCancellationHandler {
            try? await closed.get()
        } onCancel: {
            listener.close(promise: nil)
        }
        await drain()
    }

    /// Closes the port without having served.
    package func close() async {
        try? await listener.close()
    }

    /// Reads the TLS certificate again.
    ///
    /// - Parameter always: reads it also where its files look the same.
    /// - Returns: whether another certificate is in use now.
    /// - Throws: `TLSFilesError` where the new files cannot be used; the certificate from before stays in use.
    package func reloadCertificate(always: Bool) throws(TLSFilesError) -> Bool {
        try certificates?.reload(always: always) ?? false
    }

    private func drain() async {
        for context in shared.contexts.values { context.drain() }
        // In a task of its own: the one that serves is cancelled, and would not sleep.
        await Task { [shared, drainTimeout] in
            let deadline = ContinuousClock.now + drainTimeout
            while shared.count.value > 0, ContinuousClock.now < deadline {
                try? await Task.sleep(for: .milliseconds(5))
            }
            for context in shared.contexts.values { context.closeAll() }
        }.value
    }
}

/// Puts the handlers into the pipeline of an accepted connection.
private struct ConnectionSetup: Sendable {
    let loop: LoopContext
    let responder: Responder
    let limits: HTTPLimits
    let tls: NIOSSLContext?

    func configure(_ channel: any Channel) throws {
        let watch = ConnectionGuard(limits)
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(watch)
        guard let tls else { return try configureHTTP1(channel, watch) }
        // Until there is a protocol, nothing but the guard can close the connection when the server is to end.
        watch.handshakeBegins(loop)
        try pipeline.addHandler(NIOSSLServerHandler(context: tls))
        let shared = NIOLoopBound(watch, eventLoop: channel.eventLoop)
        try pipeline.addHandler(
            ApplicationProtocolNegotiationHandler { result, channel in
                channel.eventLoop.makeCompletedFuture {
                    shared.value.handshakeEnded(loop)
                    if case .negotiated("h2") = result {
                        try HTTP2Connection.configure(channel, loop, responder, limits, shared.value)
                    } else {
                        try configureHTTP1(channel, shared.value)
                    }
                }
            })
    }

    private func configureHTTP1(_ channel: any Channel, _ watch: ConnectionGuard) throws {
        let pipeline = channel.pipeline.syncOperations
        let decoder = FreshDecoder.make()
        try pipeline.addHandler(decoder)
        try pipeline.addHandler(HTTP1Connection(loop, responder, limits, watch, decoder))
    }
}
