import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS
@_exported import Server

/// The HTTP server of an authorization server: a listening socket and its connections.
///
/// `bind` takes the port, so that routes can depend on it; `serve` accepts connections and answers requests.
package struct HTTPServer: Sendable {
    package struct Configuration: Sendable {
        /// Host name or address.
        package var host: String
        /// 0 means any free port.
        package var port: Int
        /// PEM files of a certificate chain and its private key; `nil` means plain HTTP.
        package var tls: TLSFiles?
        /// Whether HTTP/2 is offered over TLS.
        package var offersHTTP2 = true
        /// Whether the client's address is taken from a proxy's `X-Forwarded-For`.
        package var isBehindProxy = false
        package var limits = HTTPLimits()

        package init(host: String, port: Int, tls: TLSFiles? = nil) {
            self.host = host
            self.port = port
            self.tls = tls
        }
    }

    package let port: Int
    /// With a limit of open connections that fits the process's limit of open files.
    private let configuration: Configuration
    private let listener: any Channel
    private let loops: [ObjectIdentifier: LoopContext]
    private let openConnections: ConnectionCount
    private let certificates: TLSCertificates?

    /// The configured limit of open connections, or a lower one that fits the process's limit of open files.
    package var maximumConnections: Int { configuration.limits.maximumConnections }

    /// The connections that are open now, and all that were accepted.
    package var connections: (open: Int, accepted: UInt64) { (openConnections.value, openConnections.accepted.value) }

    /// Takes the port. No connection is accepted yet.
    ///
    /// - Throws: `ListenError` if the address cannot be used, `TLSFilesError` if a TLS file cannot be used.
    package static func bind(_ configuration: Configuration) async throws -> HTTPServer {
        let certificates = try configuration.tls.map {
            try TLSCertificates($0, offersHTTP2: configuration.offersHTTP2)
        }
        var configuration = configuration
        if let descriptors = DescriptorLimit.raise() {
            configuration.limits.maximumConnections = min(
                configuration.limits.maximumConnections, DescriptorLimit.connections(fitting: descriptors.soft))
        }
        let limits = configuration.limits
        let group = MultiThreadedEventLoopGroup.singleton
        let loops = Dictionary(
            uniqueKeysWithValues: group.makeIterator().map {
                (ObjectIdentifier($0), LoopContext($0, turnBudget: limits.turnBudget))
            })
        let openConnections = ConnectionCount()
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.autoRead, value: false)
            // Keeps the limit of connections exact.
            .serverChannelOption(.maxMessagesPerRead, value: 1)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(AcceptLimit(limit: limits.maximumConnections, openConnections))
                    // Pauses for a second when the system has no file descriptor left.
                    try pipeline.addHandler(AcceptBackoffHandler(shouldForwardIOErrorCaught: false))
                }
            }
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.writeBufferWaterMark, value: .init(low: 1, high: HTTPLimits.maximumUnsentBytes))
            // A request arrives in one read; a second read would find nothing.
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let loop = loops[ObjectIdentifier(channel.eventLoop)], let responder = loop.responder else {
                        throw ChannelError.ioOnClosedChannel
                    }
                    try ConnectionSetup(loop: loop, responder: responder, limits: limits, tls: certificates?.context)
                        .configure(channel)
                }
            }
        do {
            let listener = try await bootstrap.bind(host: configuration.host, port: configuration.port).get()
            return HTTPServer(
                port: listener.localAddress?.port ?? configuration.port, configuration: configuration,
                listener: listener, loops: loops, openConnections: openConnections, certificates: certificates)
        } catch {
            throw ListenError(host: configuration.host, port: configuration.port, error)
        }
    }

    /// Answers requests until the task is cancelled. Then it stops listening, finishes the requests in progress, and closes the
    /// connections that are still open after `HTTPLimits.drainTimeout`.
    package func serve(_ routes: Routes) async {
        let responder = Responder(routes: routes, isBehindProxy: configuration.isBehindProxy)
        for loop in loops.values { loop.begin(responder) }
        listener.setOption(.autoRead, value: true).whenFailure { _ in listener.close(promise: nil) }
        let closed = listener.closeFuture
        await withTaskCancellationHandler {
            try? await closed.get()
        } onCancel: {
            listener.close(promise: nil)
        }
        await drain()
    }

    /// Closes the port before `serve`.
    package func close() async {
        try? await listener.close()
    }

    /// Reloads the TLS certificate: see `TLSCertificates.reload`.
    package func reloadCertificate(always: Bool) throws(TLSFilesError) -> Bool {
        try certificates?.reload(always: always) ?? false
    }

    private func drain() async {
        for loop in loops.values { loop.drain() }
        // In a task of its own: this one is cancelled and cannot sleep.
        await Task { [loops, openConnections, configuration] in
            let deadline = ContinuousClock.now + configuration.limits.drainTimeout
            while openConnections.value > 0, ContinuousClock.now < deadline {
                try? await Task.sleep(for: .milliseconds(5))
            }
            for loop in loops.values { loop.closeAll() }
        }.value
    }
}

/// The setup of an accepted connection's pipeline.
struct ConnectionSetup: Sendable {
    let loop: LoopContext
    let responder: Responder
    let limits: HTTPLimits
    let tls: NIOSSLContext?

    func configure(_ channel: any Channel) throws {
        let watchdog = ConnectionWatchdog(limits)
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(watchdog)
        guard let tls else { return try configureHTTP1(channel, watchdog) }
        // Until the protocol is negotiated, only the watchdog can close the connection when the server stops.
        watchdog.handshakeBegins(loop)
        try pipeline.addHandler(NIOSSLServerHandler(context: tls))
        let shared = NIOLoopBound(watchdog, eventLoop: channel.eventLoop)
        try pipeline.addHandler(
            ApplicationProtocolNegotiationHandler { result, channel in
                channel.eventLoop.makeCompletedFuture {
                    shared.value.handshakeEnded(loop)
                    if case .negotiated("h2") = result {
                        try HTTP2Connection.configure(channel, self, shared.value)
                    } else {
                        try configureHTTP1(channel, shared.value)
                    }
                }
            })
    }

    private func configureHTTP1(_ channel: any Channel, _ watchdog: ConnectionWatchdog) throws {
        let pipeline = channel.pipeline.syncOperations
        let decoder = DecoderReplacement.make()
        try pipeline.addHandler(decoder)
        try pipeline.addHandler(HTTP1Connection(self, watchdog, decoder))
    }
}
