import NIOCore
import NIOHTTP1

/// An HTTP/1.1 connection (RFC 9112): assembles requests, has them answered one at a time, and writes the responses in order.
///
/// While a request is being answered, up to `maximumPipelinedRequests` further ones wait here; after that nothing is read.
final class HTTP1Connection: ChannelDuplexHandler, DrainableConnection {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// A request, or the response to one that cannot be parsed.
    private enum Item {
        case request(IncomingRequest)
        case fault(EndpointResponse)
    }

    private let loop: LoopContext
    private let responder: Responder
    private let limits: HTTPLimits
    private let watch: ConnectionWatchdog
    /// The decoder in front of this handler.
    private var decoder: DecoderReplacement.Decoder?
    private let bornAt = NIODeadline.now()
    private var context: ChannelHandlerContext?
    private lazy var peer = context?.channel.remoteAddress?.ipAddress

    private var incoming: IncomingRequest?
    /// Whether the client waits for `100 Continue`, which is written after the responses before it.
    private var owesContinue = false
    private var waiting = CircularBuffer<Item>(initialCapacity: 0)
    private var isAnswering = false
    /// Whether the peer has not yet taken a response that was written.
    private var isSending = false
    private var isReadHeld = false
    /// Whether further requests are ignored; the connection closes after those that are waiting.
    private var takesNoMore = false
    private var isDraining = false
    private var hasLastAnswer = false
    private var isInputClosed = false
    private var answered = 0

    init(
        _ loop: LoopContext, _ responder: Responder, _ limits: HTTPLimits, _ watch: ConnectionWatchdog,
        _ decoder: DecoderReplacement.Decoder
    ) {
        self.decoder = decoder
        self.loop = loop
        self.responder = responder
        self.limits = limits
        self.watch = watch
    }

    // MARK: The channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        loop.add(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        decoder = nil
        loop.remove(self)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        loop.remove(self)
        waiting.removeAll()
        context.fireChannelInactive()
    }

    func read(context: ChannelHandlerContext) {
        if waiting.isEmpty, !isSending { context.read() } else { isReadHeld = true }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent {
            isInputClosed = true
            takesNoMore = true
            if hasLastAnswer || !isAnswering && !isSending && waiting.isEmpty { context.close(promise: nil) }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? HTTPParserError else { return context.close(promise: nil) }
        switch error {
        case .headerOverflow: refuse(.headTooLarge)
        case .invalidVersion: refuse(.version)
        case .invalidEOFState where !isAnswering && waiting.isEmpty: context.close(promise: nil)
        default: refuse(.malformed)
        }
    }

    // MARK: Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        watch.partArrived()
        guard !takesNoMore else { return }
        switch unwrapInboundIn(data) {
        case .head(let head): begin(head)
        case .body(let bytes):
            guard incoming?.append(bytes) == false else { return }
            // The body is too long to be read to its end.
            takesNoMore = true
            finishIncoming()
        case .end:
            let isUpgrade = incoming?.head.asksForUpgrade == true
            finishIncoming()
            if isUpgrade, let stopped = decoder {
                decoder = DecoderReplacement.replace(stopped, in: context, before: self, watch)
            }
        }
    }

    private func begin(_ head: HTTPRequestHead) {
        do throws(RequestFault) {
            let head = try RequestHead(head)
            incoming = IncomingRequest(head)
            guard head.expectsContinue else { return }
            if responder.wantsBody(head) {
                owesContinue = true
                writeContinueIfOwed()
            } else {
                // The final status at once. The client may send the body anyway, so the connection cannot continue.
                takesNoMore = true
                if head.contentLength ?? 0 > EndpointRequest.maximumBodySize { incoming?.refuseBody() }
                finishIncoming()
            }
        } catch {
            refuse(error)
        }
    }

    private func finishIncoming() {
        guard let request = incoming else { return }
        incoming = nil
        owesContinue = false
        if !request.head.keepsAlive || request.isTooLarge { takesNoMore = true }
        take(.request(request))
    }

    private func refuse(_ fault: RequestFault) {
        guard !takesNoMore else { return }
        incoming = nil
        takesNoMore = true
        take(.fault(fault.response))
    }

    private func take(_ item: Item) {
        guard isAnswering || isSending else { return answer(item) }
        waiting.append(item)
        if waiting.count >= HTTPLimits.maximumPipelinedRequests { takesNoMore = true }
    }

    private func writeContinueIfOwed() {
        guard owesContinue, !isAnswering, !isSending, waiting.isEmpty, let context else { return }
        owesContinue = false
        var buffer = context.channel.allocator.buffer(capacity: ResponseBytes.goOn.utf8CodeUnitCount)
        buffer.writeStaticString(ResponseBytes.goOn)
        context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
    }

    // MARK: Responses

    private func answer(_ item: Item) {
        watch.requestArrived()
        isAnswering = true
        switch item {
        case .fault(let response): finish(response, to: nil)
        case .request(let request):
            guard loop.admitsRequest() else { return finish(.overloaded, to: request.head) }
            let connection = NIOLoopBound(self, eventLoop: loop.eventLoop)
            let (responder, peer) = (responder, peer)
            Task.immediate(executorPreference: loop.executor) {
                let response = await responder.response(to: request, from: peer)
                connection.value.finish(response, to: request.head)
            }
        }
    }

    private func finish(_ response: EndpointResponse, to head: RequestHead?) {
        guard let context else { return }
        isAnswering = false
        answered += 1
        let isLast = waiting.isEmpty && takesNoMore || isWornOut
        let persistence: ResponseBytes.Persistence =
            isLast ? .close : head?.isHTTP10 == true ? .keepAliveHTTP10 : .keepAlive
        let bytes = loop.rendered(response, isHead: head?.method == "HEAD", persistence)
        context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
        if isLast { return endOutput(context) }
        // Not writable: the peer has not taken more than `HTTPLimits.maximumUnsentBytes`.
        if context.channel.isWritable { proceed() } else { waitUntilSent(context) }
    }

    /// Whether the connection has reached its lifetime or its number of requests, or the server is stopping.
    private var isWornOut: Bool {
        isDraining || answered >= limits.requestsPerConnection
            || NIODeadline.now() - bornAt >= TimeAmount(limits.connectionLifetime)
    }

    /// Backpressure: nothing is read or answered until the peer has taken the response.
    private func waitUntilSent(_ context: ChannelHandlerContext) {
        isSending = true
        watch.answerIsWaiting()
        let sent = context.eventLoop.makePromise(of: Void.self)
        sent.futureResult.assumeIsolated().whenSuccess {
            self.isSending = false
            self.proceed()
        }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: sent)
    }

    private func proceed() {
        guard let context else { return }
        if let next = waiting.popFirst() { return answer(next) }
        watch.becameIdle(isReceiving: incoming != nil)
        if isInputClosed || isDraining && incoming == nil { return context.close(promise: nil) }
        writeContinueIfOwed()
        guard isReadHeld else { return }
        isReadHeld = false
        context.read()
    }

    /// Closes the sending side, and the whole connection once the peer has read the response or the timeout is over (RFC 9112 §9.6).
    private func endOutput(_ context: ChannelHandlerContext) {
        hasLastAnswer = true
        takesNoMore = true
        waiting.removeAll()
        guard !isInputClosed else { return context.close(promise: nil) }
        watch.linger(context)
        context.close(mode: .output, promise: nil)
        if isReadHeld {
            isReadHeld = false
            context.read()
        }
    }

    // MARK: Closing

    func drain() {
        isDraining = true
        guard !isAnswering, !isSending, waiting.isEmpty, incoming == nil else { return }
        context?.close(promise: nil)
    }

    func closeNow() {
        context?.close(promise: nil)
    }
}
