import NIOCore
import NIOHTTP1

/// The replacement of an HTTP decoder that has stopped parsing.
///
/// After a request with `Connection: upgrade`, NIO's decoder expects another protocol: it stops parsing and buffers. This server ignores
/// the offer, as RFC 9110 §7.8 allows, and the connection continues in HTTP/1.1.
enum DecoderReplacement {
    typealias Decoder = ByteToMessageHandler<HTTPRequestDecoder>

    /// A decoder with this server's limits.
    static func make() -> Decoder {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = HTTPLimits.maximumFieldSize
        limits.maxHeaderListSize = HTTPLimits.maximumHeadSize
        limits.maxHeaderFieldCount = HTTPLimits.maximumFieldCount
        return ByteToMessageHandler(
            HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes, limitConfiguration: limits))
    }

    /// Adds a new decoder and removes the stopped one, which then forwards its buffered bytes to it.
    ///
    /// `stopped` is a parameter, because pipelined requests with upgrade offers briefly leave several stopped decoders in the pipeline.
    ///
    /// - Parameters:
    ///   - handler: the connection's handler; the new decoder is added before it.
    ///   - watchdog: defers the end of the input meanwhile.
    /// - Returns: the new decoder; `nil` if the connection is closing.
    static func replace(
        _ stopped: Decoder, in context: ChannelHandlerContext, before handler: HTTP1Connection,
        _ watchdog: ConnectionWatchdog
    ) -> Decoder? {
        let pipeline = context.pipeline.syncOperations
        let fresh = make()
        do {
            try pipeline.addHandler(fresh, position: .before(handler))
        } catch {
            context.close(promise: nil)
            return nil
        }
        watchdog.decoderStopped()
        pipeline.removeHandler(stopped).assumeIsolated().whenComplete { result in
            watchdog.decoderReplaced()
            if case .failure = result { context.close(promise: nil) }
        }
        return fresh
    }
}
