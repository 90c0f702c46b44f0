import NIOCore
import NIOHTTP1

/// A kept-alive connection that sends a request, waits for the whole answer, and sends the next.
///
/// Used only on the event loop of its run.
final class Conversation: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let run: any RequestSource
    private var context: ChannelHandlerContext?
    /// The request under way.
    private var pending: (index: Int, sentAt: NIODeadline)?
    /// The defect of the answer's head, if any.
    private var objection: String?
    /// Whether the server answered that it is busy.
    private var isBusy = false
    private var body = ByteBuffer()

    init(_ run: any RequestSource) {
        self.run = run
    }

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        run.join(self)
    }

    var isOpen: Bool { context != nil }

    /// Sends the next request, if there is one and none is under way.
    func proceed() {
        guard let context, pending == nil, let (index, assertion) = run.next() else { return }
        let head = run.request.head(for: assertion, index)
        let form = run.request.body(for: assertion, index, context.channel.allocator)
        pending = (index, .now())
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if let form { context.write(wrapOutboundOut(.body(.byteBuffer(form))), promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            let expected = pending.map { run.expectation($0.index) } ?? .token
            isBusy = expected.mayBeBusy && head.status == .serviceUnavailable
            objection = isBusy ? Self.objection(toBusy: head) : Self.objection(to: head, expected)
            body.clear()
            // The answer is in the head.
            if expected.status == 303 { body.writeString(head.headers.first(name: "location") ?? "") }
        case .body(var bytes): body.writeBuffer(&bytes)
        case .end:
            guard let (index, sentAt) = pending else { return run.fail(nil, "an unsolicited answer") }
            pending = nil
            if let objection {
                run.fail(index, "\(objection): \(String(buffer: body).prefix(200))")
            } else if isBusy {
                run.turnAway(index, sentAt: sentAt)
            } else {
                run.succeed(index, body, sentAt: sentAt)
            }
            proceed()
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        if let (index, _) = pending { run.fail(index, "the connection was closed before the answer was complete") }
        pending = nil
        run.leave()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let (index, _) = pending { run.fail(index, "\(error)") }
        pending = nil
        context.close(promise: nil)
    }

    /// RFC 9110 §15.6.4: when to try again.
    private static func objection(toBusy head: HTTPResponseHead) -> String? {
        head.headers.contains(name: "retry-after") ? nil : "status 503 without Retry-After"
    }

    /// RFC 6749 §5.1 and §5.2: the status, JSON, and no caching.
    private static func objection(to head: HTTPResponseHead, _ expected: ExpectedAnswer) -> String? {
        guard head.status.code == expected.status else { return "status \(head.status.code)" }
        guard expected.status != 303 else { return nil }
        guard let type = head.headers.first(name: "content-type"), type.hasPrefix("application/json") else {
            return "not JSON"
        }
        guard head.headers.first(name: "cache-control") == "no-store" else { return "Cache-Control is not no-store" }
        return nil
    }
}
