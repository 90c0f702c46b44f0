import NIOCore
import NIOHTTP2

/// An HTTP/2 connection (RFC 9113): counts its streams and the bytes they hold, and closes it with GOAWAY.
///
/// `NIOHTTP2Handler` in front of it limits header size, CONTINUATION, PING, SETTINGS and reset floods.
final class HTTP2Connection: ChannelInboundHandler, DrainableConnection {
    typealias InboundIn = HTTP2Frame
    typealias OutboundOut = HTTP2Frame

    let setup: ConnectionSetup
    let watchdog: ConnectionWatchdog
    private(set) lazy var peer = context?.channel.remoteAddress?.ipAddress
    private let openedAt = NIODeadline.now()
    private(set) var context: ChannelHandlerContext?
    private var openStreams = 0
    private var allStreams = 0
    private var heldBytes = 0
    private var isEnding = false

    /// The maximum number of concurrent streams.
    private static let maximumStreams = 100
    /// The maximum number of bytes held for the incomplete bodies of one connection.
    private static let maximumHeldBytes = 4 * EndpointRequest.maximumBodySize

    init(_ setup: ConnectionSetup, _ watchdog: ConnectionWatchdog) {
        self.setup = setup
        self.watchdog = watchdog
    }

    /// Adds the handlers to a channel that has negotiated HTTP/2.
    static func configure(_ channel: any Channel, _ setup: ConnectionSetup, _ watchdog: ConnectionWatchdog) throws {
        var connection = NIOHTTP2Handler.ConnectionConfiguration()
        connection.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: maximumStreams),
            HTTP2Setting(parameter: .maxHeaderListSize, value: HTTPLimits.maximumHeadSize),
            HTTP2Setting(parameter: .initialWindowSize, value: EndpointRequest.maximumBodySize - 1),
        ]
        connection.maximumBufferedControlFrames = 200
        let handler = HTTP2Connection(setup, watchdog)
        let shared = NIOLoopBound(handler, eventLoop: channel.eventLoop)
        let pipeline = channel.pipeline.syncOperations
        _ = try pipeline.configureHTTP2Pipeline(
            mode: .server, connectionConfiguration: connection, streamConfiguration: .init()
        ) { stream in
            stream.eventLoop.makeCompletedFuture {
                let pipeline = stream.pipeline.syncOperations
                try pipeline.addHandler(HTTP2FramePayloadToHTTP1ServerCodec())
                try pipeline.addHandler(HTTP2Stream(shared.value))
            }
        }
        try pipeline.addHandler(handler)
        watchdog.becameMultiplexed()
    }

    // MARK: Streams

    func streamOpened() {
        openStreams += 1
        allStreams += 1
        watchdog.requestArrived()
        if setup.limits.isExpired(openedAt: openedAt, requests: allStreams) { sendGoAway() }
    }

    func streamClosed() {
        openStreams -= 1
        guard openStreams == 0 else { return }
        watchdog.becameIdle(isReceiving: false)
        if isEnding { closeWhenSent() }
    }

    /// Counts bytes of a body that is kept until its request is complete.
    ///
    /// - Returns: `false` if the connection holds too many.
    func hold(_ count: Int) -> Bool {
        guard heldBytes + count <= Self.maximumHeldBytes else { return false }
        heldBytes += count
        return true
    }

    func release(_ count: Int) {
        heldBytes -= count
    }

    // MARK: The channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        setup.loop.add(self)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        setup.loop.remove(self)
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        setup.loop.remove(self)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // A peer that has closed its side still gets the responses in progress.
        if case ChannelEvent.inputClosed? = event as? ChannelEvent {
            isEnding = true
            if openStreams == 0 { context.close(promise: nil) }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // NIO answers a stream's error with a reset of the stream; everything else closes the connection.
        guard !(error is NIOHTTP2Errors.StreamError) else { return }
        context.close(promise: nil)
    }

    // MARK: Closing

    func drain() {
        guard !isEnding else { return }
        sendGoAway()
        if openStreams == 0 { context?.close(promise: nil) }
    }

    /// RFC 9113 §6.8: no further stream is accepted.
    private func sendGoAway() {
        guard !isEnding else { return }
        isEnding = true
        writeGoAway(nil)
    }

    /// Closes the connection when everything is sent.
    ///
    /// A stream closes before its last frame is written, so the connection is closed in a later turn, after another GOAWAY frame.
    private func closeWhenSent() {
        setup.loop.eventLoop.assumeIsolated().execute {
            guard self.openStreams == 0, let context = self.context else { return }
            let sent = context.eventLoop.makePromise(of: Void.self)
            sent.futureResult.assumeIsolated().whenComplete { _ in self.context?.close(promise: nil) }
            self.writeGoAway(sent)
        }
    }

    private func writeGoAway(_ sent: EventLoopPromise<Void>?) {
        guard let context else { return }
        let payload = HTTP2Frame.FramePayload.goAway(lastStreamID: .maxID, errorCode: .noError, opaqueData: nil)
        context.writeAndFlush(wrapOutboundOut(HTTP2Frame(streamID: .rootStream, payload: payload)), promise: sent)
    }
}
