import NIOCore
import NIOHTTP1

/// Puts a new HTTP decoder in the place of one that has stopped.
///
/// After a request with `Connection: upgrade` NIO's decoder takes what follows for another protocol: it parses no more, and buffers. This
/// server upgrades to nothing and ignores the offer, as RFC 9110 §7.8 allows, so the connection has to go on in HTTP/1.1.
enum FreshDecoder {
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

    /// The stopped decoder forwards the bytes that it has buffered when it is removed. The new one is behind it by then and takes them.
    ///
    /// Several stopped ones can stand in the pipeline for a moment, where pipelined requests all offer an upgrade; so the one to be removed
    /// is named.
    ///
    /// - Parameters:
    ///   - handler: the connection's own handler, in front of which the new decoder goes.
    ///   - watch: keeps the end of the input back until then.
    /// - Returns: the new decoder; `nil` where the connection is being closed.
    static func replace(
        _ stopped: Decoder, in context: ChannelHandlerContext, before handler: HTTP1Connection,
        _ watch: ConnectionGuard
    ) -> Decoder? {
        let pipeline = context.pipeline.syncOperations
        let fresh = make()
        do {
            try pipeline.addHandler(fresh, position: .before(handler))
        } catch {
            context.close(promise: nil)
            return nil
        }
        watch.decoderStopped()
        pipeline.removeHandler(stopped).assumeIsolated().whenComplete { result in
            watch.decoderReplaced()
            if case .failure = result { context.close(promise: nil) }
        }
        return fresh
    }
}
