import Metering
import NIOCore
import Synchronization

/// A limit on open connections; further ones wait in the operating system's backlog.
///
/// The first handler of the listening socket's pipeline: it defers `read`, which means `accept` there.
final class AcceptLimit: ChannelDuplexHandler {
    typealias InboundIn = any Channel
    typealias InboundOut = any Channel
    typealias OutboundIn = any Channel

    private let limit: Int
    private let count: ConnectionCount
    private var isReadHeld = false

    init(limit: Int, _ count: ConnectionCount) {
        self.limit = limit
        self.count = count
    }

    func read(context: ChannelHandlerContext) {
        if count.value < limit { context.read() } else { isReadHeld = true }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let channel = unwrapInboundIn(data)
        count.increment()
        let gate = NIOLoopBound(self, eventLoop: context.eventLoop)
        let listener = NIOLoopBound(context, eventLoop: context.eventLoop)
        let count = count
        channel.closeFuture.hop(to: context.eventLoop).whenComplete { _ in
            count.decrement()
            gate.value.connectionClosed(listener.value)
        }
        context.fireChannelRead(data)
    }

    private func connectionClosed(_ context: ChannelHandlerContext) {
        guard isReadHeld, count.value < limit, context.channel.isActive else { return }
        isReadHeld = false
        context.read()
    }
}

/// The number of open connections. A class because all event loops and the stopping server share it.
final class ConnectionCount: Sendable {
    private let counter = Atomic<Int>(0)
    /// All connections that were accepted.
    let accepted = Counter()

    var value: Int { counter.load(ordering: .relaxed) }

    func increment() {
        counter.add(1, ordering: .relaxed)
        accepted.increment()
    }

    func decrement() { counter.subtract(1, ordering: .relaxed) }
}
