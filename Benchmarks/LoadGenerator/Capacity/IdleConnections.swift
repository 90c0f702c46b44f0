import CountersignJOSE
import NIOCore
import NIOHTTP1
import NIOPosix

/// `idle`: the server's memory per idle connection.
struct IdleConnections: Sendable {
    /// The number of connections opened together; more would overflow the queue of the listening socket.
    private static let batch = 200

    private let server: ServerAddress
    private let process: ServerProcess
    private let count: Int

    init(_ options: Options) throws {
        server = try options.server()
        count = try options.count("connections", default: 10_000)
        guard let process = try options.serverProcess() else { throw LoadError.usage("--server-pid is missing") }
        self.process = process
    }

    func run() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let before = try process.residentKibibytes()
        var connections: [any Channel] = []
        while connections.count < count {
            let more = (0..<min(Self.batch, count - connections.count)).map { _ in connect(on: loop) }
            connections += try await EventLoopFuture.whenAllSucceed(more, on: loop).get()
        }
        // Connections are accepted in order, so an answer on the last one means that all have been accepted.
        if let last = connections.last { try await ask(last) }
        let opened = try process.residentKibibytes()
        for start in stride(from: 0, to: count - 1, by: Self.batch) {
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for connection in connections[start..<min(start + Self.batch, count - 1)] {
                    tasks.addTask { try await ask(connection) }
                }
                try await tasks.waitForAll()
            }
        }
        let used = try process.residentKibibytes()
        let standing = connections.count { $0.isActive }
        for connection in connections { connection.close(promise: nil) }
        try await group.shutdownGracefully()
        guard standing == count else {
            throw LoadError.failed("the server closed \(count - standing) of \(count) idle connections")
        }
        print(
            JSONValue.object([
                "connections": Figures.json(count), "before_kib": Figures.json(before),
                "opened_bytes_each": Figures.json(Double(opened - before) * 1024 / Double(count)),
                "used_bytes_each": Figures.json(Double(used - before) * 1024 / Double(count)),
            ]).render())
    }

    private func connect(on loop: any EventLoop) -> EventLoopFuture<any Channel> {
        ClientBootstrap(group: loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(HTTPRequestEncoder())
                    try pipeline.addHandler(ByteToMessageHandler(HTTPResponseDecoder()))
                    try pipeline.addHandler(OneAnswer(server))
                }
            }
            .connect(host: server.host, port: server.port)
    }

    /// Sends one request; the connection stays open.
    private func ask(_ connection: any Channel) async throws {
        let promise = connection.eventLoop.makePromise(of: Void.self)
        try await connection.triggerUserOutboundEvent(OneAnswer.Question(promise: promise)).get()
        try await promise.futureResult.get()
    }
}

/// A handler that sends one `GET /health/live` for each `Question` and waits for the answer.
private final class OneAnswer: ChannelDuplexHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundIn = Never
    typealias OutboundOut = HTTPClientRequestPart

    struct Question: Sendable {
        let promise: EventLoopPromise<Void>
    }

    private let server: ServerAddress
    private var pending: EventLoopPromise<Void>?

    init(_ server: ServerAddress) {
        self.server = server
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard let question = event as? Question else {
            return context.triggerUserOutboundEvent(event, promise: promise)
        }
        promise?.succeed()
        guard context.channel.isActive else { return question.promise.fail(closed) }
        pending = question.promise
        context.write(wrapOutboundOut(.head(server.get("/health/live"))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .end = unwrapInboundIn(data) {
            pending?.succeed()
            pending = nil
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        pending?.fail(closed)
        pending = nil
    }

    private var closed: LoadError { .failed("the server closed an idle connection") }
}
