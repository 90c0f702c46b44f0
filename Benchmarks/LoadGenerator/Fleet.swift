import NIOCore
import NIOHTTP1
import NIOPosix

/// Connections to a server that carry a run, all on one event loop.
struct Fleet: Sendable {
    let server: ServerAddress
    let connections: Int

    func drive(
        _ assertions: [[UInt8]], warmUp: Int, request: TokenRequest? = nil, process: ServerProcess?
    ) async throws -> LoadResult {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let result = try await loop.flatSubmit {
            let promise = loop.makePromise(of: LoadResult.self)
            let run = NIOLoopBound(
                LoadRun(
                    assertions, warmUp: warmUp, request: request ?? TokenRequest(server), server: process,
                    promise: promise),
                eventLoop: loop)
            connect(run, on: loop).whenComplete { outcome in
                switch outcome {
                case .success:
                    Watchdog(run).start(on: loop)
                    run.value.begin()
                case .failure(let error): promise.fail(error)
                }
            }
            return promise.futureResult
        }.get()
        try await group.shutdownGracefully()
        return result
    }

    func connect<Source: RequestSource>(_ source: NIOLoopBound<Source>, on loop: any EventLoop) -> EventLoopFuture<Void>
    {
        let bootstrap = bootstrap(source)
        let connections = (0..<connections).map { _ in
            bootstrap.connect(host: server.host, port: server.port).map { _ in }
        }
        return EventLoopFuture.andAllSucceed(connections, on: loop)
    }

    /// Opens another connection.
    func reconnect(_ source: NIOLoopBound<OverloadRun>) {
        bootstrap(source).connect(host: server.host, port: server.port).whenFailure { error in
            source.value.fail(nil, "cannot connect again: \(error)")
        }
    }

    private func bootstrap<Source: RequestSource>(_ source: NIOLoopBound<Source>) -> ClientBootstrap {
        ClientBootstrap(group: source.eventLoop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(HTTPRequestEncoder())
                    try pipeline.addHandler(ByteToMessageHandler(HTTPResponseDecoder()))
                    try pipeline.addHandler(Conversation(source.value))
                }
            }
    }
}

/// A timer that ends a run without progress.
final class Watchdog: Sendable {
    static let patience = TimeAmount.seconds(20)

    private let run: NIOLoopBound<LoadRun>
    private let seen: NIOLoopBoundBox<Int>

    /// Must be called on the run's event loop.
    init(_ run: NIOLoopBound<LoadRun>) {
        self.run = run
        seen = NIOLoopBoundBox(-1, eventLoop: run.eventLoop)
    }

    func start(on loop: any EventLoop) {
        loop.scheduleRepeatedTask(initialDelay: Self.patience, delay: Self.patience) { _ in
            if self.run.value.completed == self.seen.value { self.run.value.giveUp() }
            self.seen.value = self.run.value.completed
        }
    }
}
