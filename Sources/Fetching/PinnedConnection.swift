import NIOCore
import NIOHTTP1
import NIOSSL

/// The checks of a connection before the request is sent.
enum PinnedConnection {
    /// The peer's address is not the one that was checked.
    struct WrongPeer: Error {}
    struct WrongHost: Error {}
    /// More bytes arrived than a response may have.
    struct TooManyBytes: Error {}

    /// Refuses any peer but the checked one, verifies its certificate again, and limits the bytes received.
    ///
    /// The client's configuration already pins the address. If that fails, for example because two libraries write a host differently, the
    /// connection is closed before the request.
    ///
    /// - Parameters:
    ///   - identity: the name or address that the certificate must have; `nil` for a connection without TLS, and for one to an address, which
    ///     the configuration verifies.
    ///   - trace: receives the address and the certificate.
    static func initializer(
        peer: IPAddress, identity: RemoteHost?, maximumBytes: Int, trace: FetchTrace? = nil
    ) -> @Sendable (any Channel) -> EventLoopFuture<Void> {
        { channel in
            channel.eventLoop.submit {
                guard let address = channel.remoteAddress, IPAddress(address) == peer else {
                    channel.close(promise: nil)
                    throw WrongPeer()
                }
                let pipeline = channel.pipeline.syncOperations
                if let identity {
                    guard let certificate = try pipeline.nioSSL_peerCertificate(),
                        try ServerIdentity.matches(certificate, identity)
                    else {
                        channel.close(promise: nil)
                        throw WrongHost()
                    }
                }
                trace?.connected(to: peer.text, try Self.tls(pipeline))
                let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPResponseDecoder>.self)
                try pipeline.addHandler(ByteMeter(limit: maximumBytes), position: .before(decoder))
            }
        }
    }
}

extension PinnedConnection {
    /// - Returns: `nil` for a connection without TLS.
    static func tls(_ pipeline: ChannelPipeline.SynchronousOperations) throws -> FetchTrace.TLS? {
        // Without TLS there is no handler to ask, which is an error to the library.
        guard let certificate = try? pipeline.nioSSL_peerCertificate() else { return nil }
        let version =
            switch try pipeline.nioSSL_tlsVersion() {
            case .tlsv13: "TLS 1.3"
            case .tlsv12: "TLS 1.2"
            default: "TLS"
            }
        return FetchTrace.TLS(version: version, certificate: try certificate.toDERBytes())
    }
}

/// A limit on all bytes of a response, including those that do not count as body: endless heads, interim responses, chunk extensions and
/// trailers. A class, as channel handlers must be.
private final class ByteMeter: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let limit: Int
    private var count = 0

    init(limit: Int) {
        self.limit = limit
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        count += Self.unwrapInboundIn(data).readableBytes
        guard count <= limit else {
            context.fireErrorCaught(PinnedConnection.TooManyBytes())
            context.close(promise: nil)
            return
        }
        context.fireChannelRead(data)
    }
}
