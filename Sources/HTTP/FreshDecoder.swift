import NIOCore
import NIOHTTP1

/// Puts a new HTTP decoder in the place of one that has stopped.
///
/// After a request with `Connection: upgrade` NIO's decoder takes what follows for another protocol: it parses no more, and buffers. This
/// server upgrades to nothing and ignores the offer, as RFC 9110 §7.8 allows, so the connection has to go on in HTTP/1.1.
enum FreshDecoder {
    /// A decoder with this server's limits.
    static func make() -> ByteToMessageHandler<HTTPRequestDecoder> {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = HTTPLimits.maximumFieldSize
        limits.maxHeaderListSize = HTTPLimits.maximumHeadSize
        limits.maxHeaderFieldCount = HTTPLimits.maximumFieldCount
        return ByteToMessageHandler(
            HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes, limitConfiguration: limits))
    }

    /// The stopped decoder forwards the bytes that it has buffered when it is removed. The new one is behind it by then and takes them.
    ///
    /// - Parameter handler: the connection's own handler, in front of which the new decoder goes.
    static func replace(in context: ChannelHandlerContext, before handler: HTTP1Connection) {
        let pipeline = context.pipeline.syncOperations
        do {
            let stopped = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            try pipeline.addHandler(make(), position: .before(handler))
            pipeline.removeHandler(stopped).assumeIsolated().whenFailure { _ in context.close(promise: nil) }
        } catch {
            context.close(promise: nil)
        }
    }
}
