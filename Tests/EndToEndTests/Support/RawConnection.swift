import NIOCore
import NIOHTTP1
import NIOPosix

/// One keep-alive connection on which a test writes exactly the bytes it means to.
final class RawConnection: Sendable {
    private let channel: any Channel

    init(port: Int) async throws {
        channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers([
                        ByteToMessageHandler(HTTPResponseDecoder()), StatusCollector(),
                    ])
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
    }

    static func tokenRequest(_ assertion: String) -> String {
        let form = TestServer.form(assertion)
        return """
            POST /oauth2/token HTTP/1.1\r
            Host: as.example\r
            Content-Type: application/x-www-form-urlencoded\r
            Content-Length: \(form.utf8.count)\r
            \r
            \(form)
            """
    }

    /// Sends a whole request and waits for the end of its answer.
    func status(of request: String) async throws -> Int {
        let answer = channel.eventLoop.makePromise(of: Int.self)
        try await channel.eventLoop.submit {
            try self.channel.pipeline.syncOperations.handler(type: StatusCollector.self).waiting.append(answer)
        }.get()
        try await channel.writeAndFlush(ByteBuffer(string: request))
        return try await answer.futureResult.get()
    }

    /// Sends part of a request and expects no answer.
    func send(_ bytes: String) async throws {
        try await channel.writeAndFlush(ByteBuffer(string: bytes))
    }

    /// Returns when the server has closed the connection.
    func closed() async throws {
        try await channel.closeFuture.get()
    }

    func close() async throws {
        try await channel.close()
    }
}

/// Fulfils one promise for each answer, in order.
private final class StatusCollector: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart

    var waiting: [EventLoopPromise<Int>] = []
    private var status = 0

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): status = Int(head.status.code)
        case .body: break
        case .end: if !waiting.isEmpty { waiting.removeFirst().succeed(status) }
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        for promise in waiting { promise.fail(ChannelError.eof) }
        waiting = []
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
