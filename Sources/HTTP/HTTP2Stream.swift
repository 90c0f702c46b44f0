import NIOCore
import NIOHTTP1

/// A stream of an HTTP/2 connection: one request and its response.
final class HTTP2Stream: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let connection: HTTP2Connection
    private var context: ChannelHandlerContext?
    private var incoming: IncomingRequest?
    private var heldBytes = 0
    private var hasResponse = false
    private var deadline: Scheduled<Void>?

    init(_ connection: HTTP2Connection) {
        self.connection = connection
    }

    // MARK: The channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        connection.streamOpened()
        setDeadline(connection.setup.limits.requestTimeout)
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        deadline = nil
        self.context = nil
        releaseBody()
        connection.streamClosed()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    /// Resets the stream after a timeout: for the request to arrive, or for the peer to take the response.
    private func setDeadline(_ limit: Duration?) {
        deadline?.cancel()
        deadline = limit.map { limit in
            connection.setup.loop.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(limit)) {
                self.context?.close(promise: nil)
            }
        }
    }

    // MARK: The request

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !hasResponse else { return }
        switch unwrapInboundIn(data) {
        case .head(let head): begin(head)
        case .body(let bytes): append(bytes)
        case .end:
            connection.watchdog.partArrived()
            finishIncoming()
        }
    }

    private func begin(_ head: HTTPRequestHead) {
        connection.watchdog.partArrived()
        do throws(RequestFault) {
            let request = IncomingRequest(try RequestHead(head, isHTTP2: true), connection.setup.responder)
            incoming = request
            guard request.head.expectsContinue else { return }
            if connection.setup.responder.wantsBody(of: request) {
                let head = HTTPResponseHead(version: .http2, status: .continue)
                context?.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
            } else {
                finishIncoming()
            }
        } catch {
            incoming = nil
            connection.setup.responder.record(.malformed)
            finish(error.response, isHead: false)
        }
    }

    private func append(_ bytes: ByteBuffer) {
        guard bytes.readableBytes > 0, var request = incoming else { return }
        // The only reference, so that the body grows in place.
        incoming = nil
        connection.watchdog.partArrived()
        let isWorthReading = request.append(bytes, connection.setup.responder)
        if request.place != nil || request.refusal != nil {
            // A large body is counted for the process, a dropped one not at all.
            releaseBody()
        } else {
            guard connection.hold(bytes.readableBytes) else { return refuse(isHead: false) }
            heldBytes += bytes.readableBytes
        }
        incoming = request
        if !isWorthReading { finishIncoming() }
    }

    private func releaseBody() {
        connection.release(heldBytes)
        heldBytes = 0
    }

    private func finishIncoming() {
        guard let request = incoming else { return }
        incoming = nil
        releaseBody()
        setDeadline(nil)
        let isHead = request.head.method == "HEAD"
        guard connection.setup.loop.admitsRequest() else { return refuse(isHead: isHead) }
        hasResponse = true
        let stream = NIOLoopBound(self, eventLoop: connection.setup.loop.eventLoop)
        let (responder, peer) = (connection.setup.responder, connection.peer)
        Task.immediate(executorPreference: connection.setup.loop.executor) {
            let response = await responder.response(to: request, from: peer)
            stream.value.finish(response, isHead: isHead)
        }
    }

    // MARK: The response

    private func refuse(isHead: Bool) {
        connection.setup.responder.record(.overloaded)
        finish(.overloaded, isHead: isHead)
    }

    private func finish(_ response: EndpointResponse, isHead: Bool) {
        hasResponse = true
        guard let context else { return }
        setDeadline(connection.setup.limits.responseTimeout)
        var head = HTTPResponseHead(version: .http2, status: HTTPResponseStatus(statusCode: response.status))
        head.headers.reserveCapacity(response.headers.fields.count + 3)
        head.headers.add(name: "content-type", value: response.contentType)
        head.headers.add(name: "content-length", value: String(response.body.count))
        head.headers.add(name: "date", value: String(decoding: connection.setup.loop.dateText, as: UTF8.self))
        for header in response.headers.fields { head.headers.add(name: header.name, value: header.value) }
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if !isHead, response.status != 304, !response.body.isEmpty {
            let body = context.channel.allocator.buffer(bytes: response.body)
            context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}
