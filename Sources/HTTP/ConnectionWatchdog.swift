import NIOCore

/// The timeouts of a connection and its limit of unparsed bytes. It comes before TLS and the parsers in the pipeline.
///
/// Its timer is not restarted for each request: it fires at intervals of the shortest timeout, or when the phase ends earlier.
final class ConnectionWatchdog: ChannelInboundHandler, DrainableConnection {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    /// The connection's state, and when it began.
    enum Phase: Equatable {
        /// No request; also before the TLS handshake.
        case idle(since: NIODeadline)
        /// A request, or the TLS handshake, is arriving.
        case receiving(since: NIODeadline)
        /// The server is processing a request, so no timeout runs.
        case processing
        /// The peer has not taken a response yet.
        case sending(since: NIODeadline)
        /// The last response is sent; incoming bytes are dropped.
        case lingering(since: NIODeadline)
    }

    private let limits: HTTPLimits
    private let shortestLimit: TimeAmount
    private var phase: Phase = .idle(since: .now())
    private var unparsedBytes = 0
    private var lingeredBytes = 0
    private var timer: Scheduled<Void>?
    /// Whether it is HTTP/2: each stream has its own request timeout, and connection frames (PING) do not extend the idle timeout.
    private var isMultiplexed = false
    private(set) var context: ChannelHandlerContext?
    /// Stopped decoders that are about to be removed.
    private var stoppedDecoders = 0
    private var isInputClosedHeld = false
    /// Set during the TLS handshake.
    private var handshakeLoop: LoopContext?

    init(_ limits: HTTPLimits) {
        self.limits = limits
        shortestLimit = TimeAmount(
            min(limits.requestTimeout, limits.idleTimeout, limits.responseTimeout, HTTPLimits.lingerTimeout * 5))
    }

    // MARK: Notifications of the protocol's handler

    func handshakeBegins(_ loop: LoopContext) {
        handshakeLoop = loop
        loop.add(self)
    }

    /// The first request's timeout begins after the handshake.
    func handshakeEnded(_ loop: LoopContext) {
        handshakeLoop = nil
        loop.remove(self)
        unparsedBytes = 0
        phase = .idle(since: .now())
    }

    /// Defers the end of the input: a stopped decoder holds bytes for its successor, and would drop them at that event.
    func decoderStopped() {
        stoppedDecoders += 1
    }

    /// Passes on the deferred end of the input once all stopped decoders have forwarded their bytes.
    func decoderReplaced() {
        stoppedDecoders -= 1
        guard stoppedDecoders == 0, isInputClosedHeld else { return }
        isInputClosedHeld = false
        context?.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
    }

    /// Resets the count of unparsed bytes: a part of a request is complete, so the parser holds no earlier ones.
    func partArrived() {
        unparsedBytes = 0
    }

    func requestArrived() {
        unparsedBytes = 0
        phase = .processing
    }

    /// HTTP/2 was negotiated.
    func becameMultiplexed() {
        isMultiplexed = true
        phase = .idle(since: .now())
    }

    func responseIsPending() {
        phase = .sending(since: .now())
    }

    /// Starts the idle timeout, or the request timeout if part of a further request has arrived.
    func becameIdle(isReceiving: Bool) {
        phase = isReceiving || unparsedBytes > 0 && !isMultiplexed ? .receiving(since: .now()) : .idle(since: .now())
    }

    /// Gives the peer time to read the last response.
    func linger(_ context: ChannelHandlerContext) {
        guard case .lingering = phase else {
            phase = .lingering(since: .now())
            // The timer may fire later than this short timeout.
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

    func drain() { closeNow() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let count = unwrapInboundIn(data).readableBytes
        switch phase {
        case .lingering:
            lingeredBytes += count
            if lingeredBytes > HTTPLimits.maximumDiscardedBody { context.close(promise: nil) }
            return
        case .idle where !isMultiplexed: phase = .receiving(since: .now())
        case .idle, .receiving, .processing, .sending: break
        }
        unparsedBytes += count
        guard unparsedBytes <= HTTPLimits.maximumUnparsedBytes else { return context.close(promise: nil) }
        context.fireChannelRead(data)
    }

    // MARK: Time

    private func schedule(in amount: TimeAmount, _ context: ChannelHandlerContext) {
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: amount) { self.check(context) }
    }

    private func check(_ context: ChannelHandlerContext) {
        timer = nil
        let now = NIODeadline.now()
        guard let deadline else { return schedule(in: shortestLimit, context) }
        guard now < deadline else { return context.close(promise: nil) }
        schedule(in: min(deadline - now, shortestLimit), context)
    }

    /// The end of the current phase; `nil` for a phase without a timeout.
    private var deadline: NIODeadline? {
        switch phase {
        case .idle(let since): since + TimeAmount(limits.idleTimeout)
        case .receiving(let since): since + TimeAmount(limits.requestTimeout)
        case .processing: nil
        case .sending(let since): since + TimeAmount(limits.responseTimeout)
        case .lingering(let since): since + TimeAmount(HTTPLimits.lingerTimeout)
        }
    }
}
