import NIOCore
import NIOHTTP1

/// A connection to the key server: `GET /counts` and `POST /rotate` are control endpoints, every other GET is a fetch.
final class KeyServerConversation: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let server: KeyServer
    private var request: HTTPRequestHead?

    init(_ server: KeyServer) {
        self.server = server
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): request = head
        case .body: break
        case .end:
            guard let head = request else { return }
            request = nil
            answer(head, context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func answer(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        switch (head.method, head.uri) {
        case (.GET, "/counts"):
            send(.ok, ["Content-Type": "application/json"], Array(server.counts.json.render().utf8), head, context)
        case (.POST, "/rotate"): send(server.rotate() ? .noContent : .conflict, [:], [], head, context)
        case (.GET, let path):
            server.begin(path)
            guard server.delay > .zero else { return sendKeySet(head, context) }
            context.eventLoop.assumeIsolated().scheduleTask(in: server.delay) { self.sendKeySet(head, context) }
        default: send(.methodNotAllowed, [:], [], head, context)
        }
    }

    private func sendKeySet(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let headers: HTTPHeaders = [
            "Content-Type": "application/jwk-set+json", "Cache-Control": "max-age=\(server.lifetime)",
        ]
        send(.ok, headers, server.finish(), head, context)
    }

    private func send(
        _ status: HTTPResponseStatus, _ headers: HTTPHeaders, _ body: [UInt8], _ request: HTTPRequestHead,
        _ context: ChannelHandlerContext
    ) {
        var headers = headers
        if status != .noContent { headers.add(name: "Content-Length", value: String(body.count)) }
        if !request.isKeepAlive { headers.add(name: "Connection", value: "close") }
        let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if !body.isEmpty {
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: body)))), promise: nil)
        }
        let written = context.writeAndFlush(wrapOutboundOut(.end(nil)))
        if !request.isKeepAlive {
            written.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
        }
    }
}
