import NIOCore
import NIOPosix
import NIOSSL
import Synchronization
import TestSupport

/// A server that sends exactly the bytes of a test's script, especially hostile ones.
final class KeyServer: Sendable {
    /// A step of the response.
    enum Step: Sendable {
        case send([UInt8])
        /// Repeats the bytes until the connection is closed.
        case endlessly([UInt8])
        /// Sends the bytes one by one, 10 ms apart.
        case trickle([UInt8])
        /// Sends nothing more and leaves the connection open.
        case silence
        case close

        static func text(_ text: String) -> Step { .send(Array(text.utf8)) }
    }

    /// Separate threads, so that the server never blocks the fetcher.
    private static let threads = MultiThreadedEventLoopGroup(numberOfThreads: 2)

    let port: Int
    private let channel: any Channel
    private let record: Record

    /// - Parameters:
    ///   - host: an address of the loopback interface.
    ///   - isHasty: answers the first bytes, without waiting for a complete head.
    ///   - answer: returns the steps of the response to a request's head.
    init(
        host: String = "127.0.0.1", port: Int = 0, tls: NIOSSLContext? = nil, isHasty: Bool = false,
        answer: @escaping @Sendable (String) -> [Step]
    ) async throws {
        let record = Record()
        channel = try await ServerBootstrap(group: Self.threads)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                record.opened(channel)
                return channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    try channel.pipeline.syncOperations.addHandler(
                        Script(record: record, isHasty: isHasty, answer: answer))
                }
            }
            .bind(host: host, port: port).get()
        self.record = record
        guard let bound = channel.localAddress?.port else { throw ChannelError.unknownLocalAddress }
        self.port = bound
    }

    /// Starts a server that answers every request with the same text and closes the connection.
    static func saying(_ text: String, host: String = "127.0.0.1", port: Int = 0) async throws -> KeyServer {
        try await KeyServer(host: host, port: port) { _ in [.text(text), .close] }
    }

    /// The requests so far, each with its body if it is not answered hastily, in order of arrival.
    var requests: [String] { record.heads.withLock { $0 } }
    /// The number of connections so far.
    var connections: Int { record.channels.withLock { $0.count } }

    /// Waits until the other side has closed all connections so far.
    func allClosed() async throws {
        for channel in record.channels.withLock({ $0 }) { try await channel.closeFuture.get() }
    }

    func stop() async throws {
        try await channel.close()
        for channel in record.channels.withLock({ $0 }) { channel.close(promise: nil) }
    }
}

private final class Record: Sendable {
    let heads = Mutex<[String]>([])
    let channels = Mutex<[any Channel]>([])

    func opened(_ channel: any Channel) {
        channels.withLock { $0.append(channel) }
    }
}

private final class Script: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let record: Record
    private let isHasty: Bool
    private let answer: @Sendable (String) -> [KeyServer.Step]
    private var received: [UInt8] = []
    private var steps: ArraySlice<KeyServer.Step> = []
    private var endless: [UInt8] = []
    private var isAnswering = false

    init(record: Record, isHasty: Bool, answer: @escaping @Sendable (String) -> [KeyServer.Step]) {
        self.record = record
        self.isHasty = isHasty
        self.answer = answer
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received += Self.unwrapInboundIn(data).readableBytesView
        let head = String(decoding: received, as: UTF8.self)
        guard !isAnswering, isHasty || HTTPText.isComplete(head) else { return }
        isAnswering = true
        record.heads.withLock { $0.append(head) }
        steps = answer(head)[...]
        proceed(context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func proceed(_ context: ChannelHandlerContext) {
        guard let step = steps.popFirst() else { return }
        switch step {
        case .send(let bytes):
            context.writeAndFlush(Self.wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
            proceed(context)
        case .endlessly(let bytes):
            endless = bytes
            flood(context)
        case .trickle(let bytes):
            trickle(bytes[...], context)
        case .silence:
            break
        case .close:
            context.close(promise: nil)
        }
    }

    /// Writes as long as the socket accepts bytes, yielding to the loop's other work in between.
    private func flood(_ context: ChannelHandlerContext) {
        guard !endless.isEmpty, context.channel.isActive else { return }
        let (script, bound) = bound(context)
        context.writeAndFlush(Self.wrapOutboundOut(ByteBuffer(bytes: endless))).whenSuccess {
            // A write may complete at once; calling `flood` directly would recurse endlessly.
            script.value.floodLater(bound.value)
        }
    }

    private func floodLater(_ context: ChannelHandlerContext) {
        let (script, bound) = bound(context)
        context.eventLoop.execute { script.value.flood(bound.value) }
    }

    private func bound(
        _ context: ChannelHandlerContext
    ) -> (script: NIOLoopBound<Script>, context: NIOLoopBound<ChannelHandlerContext>) {
        (NIOLoopBound(self, eventLoop: context.eventLoop), NIOLoopBound(context, eventLoop: context.eventLoop))
    }

    private func trickle(_ bytes: ArraySlice<UInt8>, _ context: ChannelHandlerContext) {
        guard let byte = bytes.first, context.channel.isActive else { return proceed(context) }
        context.writeAndFlush(Self.wrapOutboundOut(ByteBuffer(bytes: [byte])), promise: nil)
        let (script, bound) = bound(context)
        context.eventLoop.scheduleTask(in: .milliseconds(10)) {
            script.value.trickle(bytes.dropFirst(), bound.value)
        }
    }
}
