import NIOCore

/// Watches one connection from its outside, before TLS and parsers: how long each phase takes, and how many bytes arrive without
/// completing a part of a request.
///
/// Its timer is not set and cancelled for each request. It runs as often as the shortest limit, looks at the phase the connection is in,
/// and is set again; a phase can therefore not outlast its limit.
final class ConnectionGuard: ChannelInboundHandler, DrainableConnection {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    /// What the connection does, and since when.
    enum Phase: Equatable {
        /// No request; also before TLS has begun.
        case idle(since: NIODeadline)
        /// A request, or the TLS handshake, is arriving.
        case receiving(since: NIODeadline)
        /// The server works; the client cannot be late.
        case answering
        /// An answer waits for the peer to take it.
        case sending(since: NIODeadline)
        /// The last answer is out; what still arrives is dropped.
        case lingering(since: NIODeadline)
    }

    private let limits: HTTPLimits
    private let shortestLimit: TimeAmount
    private var phase: Phase = .idle(since: .now())
    private var unparsedBytes = 0
    private var lingeredBytes = 0
    private var timer: Scheduled<Void>?
    /// Whether streams share the connection (HTTP/2). Then each stream has its own time for a request, and frames that belong to none,
    /// such as PING, do not keep the connection from being idle.
    private var isMultiplexed = false
    private var context: ChannelHandlerContext?
    /// Decoders that have stopped and wait to be removed.
    private var stoppedDecoders = 0
    private var isInputClosedHeld = false
    /// Set while TLS shakes hands.
    private var handshakeLoop: LoopContext?

    init(_ limits: HTTPLimits) {
        self.limits = limits
        shortestLimit = TimeAmount(
            min(limits.requestTimeout, limits.idleTimeout, limits.answerTimeout, HTTPLimits.lingerTimeout * 5))
    }

    // MARK: Told by the protocol's handler

    /// TLS comes first.
    func handshakeBegins(_ loop: LoopContext) {
        handshakeLoop = loop
        loop.add(self)
    }

    /// The time of the handshake does not count for the first request.
    func handshakeEnded(_ loop: LoopContext) {
        handshakeLoop = nil
        loop.remove(self)
        unparsedBytes = 0
        phase = .idle(since: .now())
    }

    /// A decoder has stopped, and holds bytes that another one will get. It would drop them if it heard that no more come, so it has to
    /// hear of that later.
    func decoderStopped() {
        stoppedDecoders += 1
    }

    /// A stopped decoder has handed on its bytes.
    func decoderReplaced() {
        stoppedDecoders -= 1
        guard stoppedDecoders == 0, isInputClosedHeld else { return }
        isInputClosedHeld = false
        context?.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
    }

    /// A part of a request is complete: the parser holds nothing of what came before.
    func partArrived() {
        unparsedBytes = 0
    }

    /// A request has arrived whole.
    func requestArrived() {
        unparsedBytes = 0
        phase = .answering
    }

    /// HTTP/2 was negotiated.
    func becameMultiplexed() {
        isMultiplexed = true
        phase = .idle(since: .now())
    }

    /// The peer has not taken all of an answer yet.
    func answerIsWaiting() {
        phase = .sending(since: .now())
    }

    /// No answer is under way.
    ///
    /// - Parameter isReceiving: whether part of a further request has arrived.
    func becameIdle(isReceiving: Bool) {
        phase = isReceiving || unparsedBytes > 0 && !isMultiplexed ? .receiving(since: .now()) : .idle(since: .now())
    }

    /// The last answer was written.
    func linger(_ context: ChannelHandlerContext) {
        guard case .lingering = phase else {
            phase = .lingering(since: .now())
            // The timer may be further away than this short limit.
            timer?.cancel()
            schedule(in: TimeAmount(HTTPLimits.lingerTimeout), context)
            return
        }
    }

    // MARK: The connection

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { schedule(in: shortestLimit, context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        if timer == nil { schedule(in: shortestLimit, context) }
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        release()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        release()
        self.context = nil
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if stoppedDecoders > 0, case ChannelEvent.inputClosed? = event as? ChannelEvent {
            isInputClosedHeld = true
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    private func release() {
        timer?.cancel()
        timer = nil
        handshakeLoop?.remove(self)
        handshakeLoop = nil
    }

    func drain() {
        context?.close(promise: nil)
    }

    func closeNow() {
        context?.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let count = unwrapInboundIn(data).readableBytes
        switch phase {
        case .lingering:
            lingeredBytes += count
            if lingeredBytes > HTTPLimits.maximumDiscardedBody { context.close(promise: nil) }
            return
        case .idle where !isMultiplexed: phase = .receiving(since: .now())
        case .idle, .receiving, .answering, .sending: break
        }
        unparsedBytes += count
        guard unparsedBytes <= HTTPLimits.maximumUnparsedBytes else { return context.close(promise: nil) }
        context.fireChannelRead(data)
    }

    // MARK: Time

    private func schedule(in amount: TimeAmount, _ context: ChannelHandlerContext) {
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: amount) { self.look(context) }
    }

    private func look(_ context: ChannelHandlerContext) {
        timer = nil
        let now = NIODeadline.now()
        guard let deadline else { return schedule(in: shortestLimit, context) }
        guard now < deadline else { return context.close(promise: nil) }
        schedule(in: min(deadline - now, shortestLimit), context)
    }

    /// When the phase has lasted too long, if it has a limit.
    private var deadline: NIODeadline? {
        switch phase {
        case .idle(let since): since + TimeAmount(limits.idleTimeout)
        case .receiving(let since): since + TimeAmount(limits.requestTimeout)
        case .answering: nil
        case .sending(let since): since + TimeAmount(limits.answerTimeout)
        case .lingering(let since): since + TimeAmount(HTTPLimits.lingerTimeout)
        }
    }
}
