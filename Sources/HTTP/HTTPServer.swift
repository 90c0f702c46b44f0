import CountersignServer
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import ServiceLifecycle

/// The HTTP front of an authorization server.
public struct HTTPServer: Service {
    /// Where it listens and how much it lets in.
    public struct Configuration: Sendable {
        /// Host name or address.
        public var host: String
        /// 0 takes a free port.
        public var port: Int
        /// PEM files of a certificate chain and its private key; plain HTTP without.
        public var tls: TLSFiles?
        /// Whether a proxy stands in front and tells the caller's address.
        public var isBehindProxy: Bool
        /// Connections beyond wait to be accepted.
        public var maximumConnections: Int
        /// For the whole of a request to arrive.
        public var requestTimeout: Duration
        /// For a connection without a request.
        public var idleTimeout: Duration

        /// Makes a configuration with the product's defaults.
        public init(
            host: String, port: Int, tls: TLSFiles? = nil, isBehindProxy: Bool = false,
            maximumConnections: Int = 10_000,
            requestTimeout: Duration = .seconds(30), idleTimeout: Duration = .seconds(60)
        ) {
            self.host = host
            self.port = port
            self.tls = tls
            self.isBehindProxy = isBehindProxy
            self.maximumConnections = maximumConnections
            self.requestTimeout = requestTimeout
            self.idleTimeout = idleTimeout
        }
    }

    private let service: any Service
    private let address: String
    private let routes: RoutesOnceListening

    /// - Parameters:
    ///   - routes: called once, with the port that is listened on, before the first request is read.
    /// - Throws: `TLSFilesError` where the TLS files cannot be used.
    public init(
        _ configuration: Configuration, logger: Logger, routes: @escaping @Sendable (Int) async -> Routes
    ) throws {
        var channel = HTTP1Channel.Configuration(
            additionalChannelHandlers: [RequestDeadline(TimeAmount(configuration.requestTimeout))],
            idleTimeout: TimeAmount(configuration.idleTimeout))
        channel.httpDecoder = .init(maxHeaderFieldSize: 16_384, maxHeaderListSize: 32_768, maxHeaderFieldCount: 100)
        var builder = HTTPServerBuilder.http1(configuration: channel)
        if let tls = configuration.tls { builder = try .tls(builder, tlsConfiguration: try tls.serverConfiguration()) }
        let known = RoutesOnceListening()
        self.routes = known
        address = "\(configuration.host):\(configuration.port)"
        let isBehindProxy = configuration.isBehindProxy
        service = try builder.buildServer(
            configuration: ServerConfiguration(
                address: .hostname(configuration.host, port: configuration.port), backlog: 1024,
                availableConnectionsDelegate: .maximum(configuration.maximumConnections, logger: logger)),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger,
            responder: { request, writer, channel in
                let responder = Responder(routes: known.routes, isBehindProxy: isBehindProxy)
                try await responder.respond(to: request, writer, channel)
            },
            onServerRunning: { channel in
                known.set(await routes(channel.localAddress?.port ?? configuration.port))
            })
    }

    /// Serves until it is told to shut down gracefully; requests under way are finished.
    ///
    /// - Throws: `ListenError` where the address cannot be listened on.
    public func run() async throws {
        do {
            try await service.run()
        } catch  where !routes.areKnown {
            throw ListenError(address: address, error)
        }
    }
}
