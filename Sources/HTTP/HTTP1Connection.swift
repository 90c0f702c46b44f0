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

    private let setup: ConnectionSetup
    private let watchdog: ConnectionWatchdog
    /// The decoder in front of this handler.
    private var decoder: DecoderReplacement.Decoder?
    private let openedAt = NIODeadline.now()
    private(set) var context: ChannelHandlerContext?
    private lazy var peer = context?.channel.remoteAddress?.ipAddress

    private var incoming: IncomingRequest?
    /// Whether the client waits for `100 Continue`, which is written after the responses before it.
    private var owesContinue = false
    private var waiting = CircularBuffer<Item>(initialCapacity: 0)
    private var isProcessing = false
    /// Whether the peer has not yet taken a response that was written.
    private var isSending = false
    private var isReadHeld = false
    /// The connection closes after the requests that are waiting.
    private var ignoresFurtherRequests = false
    private var isDraining = false
    private var hasSentLastResponse = false
    private var isInputClosed = false
    private var answered = 0

    init(_ setup: ConnectionSetup, _ watchdog: ConnectionWatchdog, _ decoder: DecoderReplacement.Decoder) {
        self.setup = setup
        self.watchdog = watchdog
        self.decoder = decoder
    }

    // MARK: The channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        setup.loop.add(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        decoder = nil
        setup.loop.remove(self)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        setup.loop.remove(self)
        waiting.removeAll()
        context.fireChannelInactive()
    }

    func read(context: ChannelHandlerContext) {
        if waiting.isEmpty, !isSending { context.read() } else { isReadHeld = true }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent {
            isInputClosed = true
            ignoresFurtherRequests = true
            if hasSentLastResponse || !isProcessing && !isSending && waiting.isEmpty { context.close(promise: nil) }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? HTTPParserError else { return context.close(promise: nil) }
        switch error {
        case .headerOverflow: refuse(.headTooLarge)
        case .invalidVersion: refuse(.version)
        case .invalidEOFState where !isProcessing && waiting.isEmpty: context.close(promise: nil)
        default: refuse(.malformed)
        }
    }

    // MARK: Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        watchdog.partArrived()
        guard !ignoresFurtherRequests else { return }
        switch unwrapInboundIn(data) {
        case .head(let head): begin(head)
        case .body(let bytes):
            guard incoming?.append(bytes, setup.responder) == false else { return }
            // The body is too long to be read to its end.
            ignoresFurtherRequests = true
            finishIncoming()
        case .end:
            let isUpgrade = incoming?.head.asksForUpgrade == true
            finishIncoming()
            if isUpgrade, let stopped = decoder {
                decoder = DecoderReplacement.replace(stopped, in: context, before: self, watchdog)
            }
        }
    }

    private func begin(_ head: HTTPRequestHead) {
        do throws(RequestFault) {
            let request = IncomingRequest(try RequestHead(head), setup.responder)
            incoming = request
            guard request.head.expectsContinue else { return }
            if setup.responder.wantsBody(of: request) {
                owesContinue = true
                writeContinueIfOwed()
            } else {
                // The final status at once. The client may send the body anyway, so the connection cannot continue.
                ignoresFurtherRequests = true
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
        if !request.head.keepsAlive || request.refusal != nil { ignoresFurtherRequests = true }
        take(.request(request))
    }

    private func refuse(_ fault: RequestFault) {
        guard !ignoresFurtherRequests else { return }
        setup.responder.record(.malformed)
        incoming = nil
        ignoresFurtherRequests = true
        take(.fault(fault.response))
    }

    private func take(_ item: Item) {
        guard isProcessing || isSending else { return answer(item) }
        waiting.append(item)
        if waiting.count >= HTTPLimits.maximumPipelinedRequests { ignoresFurtherRequests = true }
    }

    private func writeContinueIfOwed() {
        guard owesContinue, !isProcessing, !isSending, waiting.isEmpty, let context else { return }
        owesContinue = false
        var buffer = context.channel.allocator.buffer(capacity: ResponseBytes.continueResponse.utf8CodeUnitCount)
        buffer.writeStaticString(ResponseBytes.continueResponse)
        context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
    }

    // MARK: Responses

    private func answer(_ item: Item) {
        watchdog.requestArrived()
        isProcessing = true
        switch item {
        case .fault(let response): finish(response, to: nil)
        case .request(let request):
            guard setup.loop.admitsRequest() else {
                setup.responder.record(.overloaded)
                return finish(.overloaded, to: request.head)
            }
            let connection = NIOLoopBound(self, eventLoop: setup.loop.eventLoop)
            let (responder, peer) = (setup.responder, peer)
            Task.immediate(executorPreference: setup.loop.executor) {
                let response = await responder.response(to: request, from: peer)
                connection.value.finish(response, to: request.head)
            }
        }
    }

    private func finish(_ response: EndpointResponse, to head: RequestHead?) {
        guard let context else { return }
        isProcessing = false
        answered += 1
        let isExpired = setup.limits.isExpired(openedAt: openedAt, requests: answered)
        let isLast = waiting.isEmpty && ignoresFurtherRequests || isDraining || isExpired
        let persistence: ResponseBytes.Persistence =
            isLast ? .close : head?.isHTTP10 == true ? .keepAliveHTTP10 : .keepAlive
        let bytes = setup.loop.rendered(response, isHead: head?.method == "HEAD", persistence)
        context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
        if isLast { return endOutput(context) }
        // Not writable: the peer has not taken more than `HTTPLimits.maximumUnsentBytes`.
        if context.channel.isWritable { proceed() } else { waitUntilSent(context) }
    }

    /// Backpressure: nothing is read or answered until the peer has taken the response.
    private func waitUntilSent(_ context: ChannelHandlerContext) {
        isSending = true
        watchdog.responseIsPending()
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
        watchdog.becameIdle(isReceiving: incoming != nil)
        if isInputClosed || isDraining && incoming == nil { return context.close(promise: nil) }
        writeContinueIfOwed()
        guard isReadHeld else { return }
        isReadHeld = false
        context.read()
    }

    /// Closes the sending side, and the whole connection once the peer has read the response or the timeout is over (RFC 9112 §9.6).
    private func endOutput(_ context: ChannelHandlerContext) {
        hasSentLastResponse = true
        ignoresFurtherRequests = true
        waiting.removeAll()
        guard !isInputClosed else { return context.close(promise: nil) }
        watchdog.linger(context)
        context.close(mode: .output, promise: nil)
        if isReadHeld {
            isReadHeld = false
            context.read()
        }
    }

    // MARK: Closing

    func drain() {
        isDraining = true
        guard !isProcessing, !isSending, waiting.isEmpty, incoming == nil else { return }
        context?.close(promise: nil)
    }
}
