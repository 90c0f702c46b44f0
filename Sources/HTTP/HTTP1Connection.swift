import NIOCore
import NIOHTTP1
import Server

/// One HTTP/1.1 connection (RFC 9112): takes the parts of requests, has them answered one after another, writes the answers in order.
///
/// While a request is answered at most `maximumPipelinedRequests` further ones wait here, and then nothing more is read.
final class HTTP1Connection: ChannelDuplexHandler, DrainableConnection {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// A request that has arrived, or the answer to one that cannot be read.
    private enum Item {
        case request(IncomingRequest)
        case fault(EndpointResponse)
    }

    private let loop: LoopContext
    private let responder: Responder
    private let limits: HTTPLimits
    private let watch: ConnectionGuard
    /// The decoder that parses now, which stands in front.
    private var decoder: FreshDecoder.Decoder?
    private let bornAt = NIODeadline.now()
    private var context: ChannelHandlerContext?
    private lazy var peer = context?.channel.remoteAddress?.ipAddress

    /// The request that is arriving.
    private var incoming: IncomingRequest?
    /// Whether the client waits for `100 Continue`, which is written when the answers before it are.
    private var owesContinue = false
    private var waiting = CircularBuffer<Item>(initialCapacity: 0)
    private var isAnswering = false
    /// Whether the peer has yet to take an answer that was written.
    private var isSending = false
    /// Whether a read that the channel asked for is kept back.
    private var isReadHeld = false
    /// Nothing further is taken; the connection closes after what is in hand.
    private var takesNoMore = false
    private var isDraining = false
    private var hasLastAnswer = false
    private var isInputClosed = false
    private var answered = 0

    init(
        _ loop: LoopContext, _ responder: Responder, _ limits: HTTPLimits, _ watch: ConnectionGuard,
        _ decoder: FreshDecoder.Decoder
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
            // So long a body is not worth reading to its end.
            takesNoMore = true
            finishIncoming()
        case .end:
            let isUpgrade = incoming?.head.asksForUpgrade == true
            finishIncoming()
            if isUpgrade, let stopped = decoder {
                decoder = FreshDecoder.replace(stopped, in: context, before: self, watch)
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
                // The final status at once; the client may send the body all the same, so the connection cannot go on.
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

    // MARK: Answers

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
        // Not writable: the peer has left more than `HTTPLimits.maximumUnsentBytes` in our buffers.
        if context.channel.isWritable { proceed() } else { waitUntilSent(context) }
    }

    /// Whether the connection has lasted or done enough, or the server is about to end.
    private var isWornOut: Bool {
        isDraining || answered >= limits.requestsPerConnection
            || NIODeadline.now() - bornAt >= TimeAmount(limits.connectionLifetime)
    }

    /// The peer does not read as fast as it asks: nothing further is read or answered before it has taken the answer.
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

    /// Closes this side, and the whole connection once the peer has seen the answer or its time is up (RFC 9112 §9.6).
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

    // MARK: The end

    func drain() {
        isDraining = true
        guard !isAnswering, !isSending, waiting.isEmpty, incoming == nil else { return }
        context?.close(promise: nil)
    }

    func closeNow() {
        context?.close(promise: nil)
    }
}
