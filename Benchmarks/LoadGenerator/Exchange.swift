import NIOCore
import NIOHTTP1
import NIOPosix

/// A single request on its own connection, for everything outside the measured load.
struct Exchange: Sendable {
    let server: ServerAddress
    let group: MultiThreadedEventLoopGroup

    struct Answer: Sendable {
        var status = 0
        var body: [UInt8] = []
    }

    /// - Throws: an I/O error; immediately if the connection is refused.
    func send(_ head: HTTPRequestHead, body: ByteBuffer? = nil) async throws -> Answer {
        let promise = group.next().makePromise(of: Answer.self)
        let bootstrap = ClientBootstrap(group: promise.futureResult.eventLoop)
            .connectTimeout(.seconds(5))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(HTTPRequestEncoder())
                    try pipeline.addHandler(ByteToMessageHandler(HTTPResponseDecoder()))
                    try pipeline.addHandler(AnswerCollector(head, body, promise))
                }
            }
        let connection = bootstrap.connect(host: server.host, port: server.port)
        // The collector completes the promise once its pipeline is open; a failure before that is handled here.
        connection.whenFailure { promise.fail($0) }
        return try await promise.futureResult.get()
    }
}

/// A handler that sends its request when the connection is open, collects the answer, and closes the connection.
private final class AnswerCollector: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let head: HTTPRequestHead
    private let body: ByteBuffer?
    private let promise: EventLoopPromise<Exchange.Answer>
    private var answer = Exchange.Answer()
    private var isOver = false

    init(_ head: HTTPRequestHead, _ body: ByteBuffer?, _ promise: EventLoopPromise<Exchange.Answer>) {
        self.head = head
        self.body = body
        self.promise = promise
    }

    func channelActive(context: ChannelHandlerContext) {
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if let body { context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): answer.status = Int(head.status.code)
        case .body(let bytes): answer.body += bytes.readableBytesView
        case .end:
            finish(.success(answer))
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        finish(.failure(LoadError.failed("the server closed the connection before its answer was complete")))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        finish(.failure(error))
        context.close(promise: nil)
    }

    private func finish(_ result: Result<Exchange.Answer, any Error>) {
        guard !isOver else { return }
        isOver = true
        promise.completeWith(result)
    }
}
