import NIOCore

/// A request while it arrives: its head, and its body up to the limit.
struct IncomingRequest {
    let head: RequestHead
    private var body: [UInt8] = []
    private var discarded = 0

    init(_ head: RequestHead) {
        self.head = head
        // A client that waits for 100 gets the final status before it sends a body that is too long.
        if head.expectsContinue, head.contentLength ?? 0 > EndpointRequest.maximumBodySize { discarded = 1 }
    }

    /// Whether the body exceeds the limit; its bytes are dropped.
    var isTooLarge: Bool { discarded > 0 }

    /// - Returns: `false` if the body is too long to be read to its end.
    mutating func append(_ bytes: ByteBuffer) -> Bool {
        guard discarded == 0, body.count + bytes.readableBytes <= EndpointRequest.maximumBodySize else {
            body = []
            discarded += bytes.readableBytes
            return discarded <= HTTPLimits.maximumDiscardedBody
        }
        if body.isEmpty {
            body = Array(bytes.readableBytesView)
        } else {
            body.append(contentsOf: bytes.readableBytesView)
        }
        return true
    }

    func endpointRequest(from remoteAddress: String?) -> EndpointRequest {
        EndpointRequest(
            method: head.method, path: head.path, query: head.query, headers: head.headers,
            remoteAddress: remoteAddress, body: isTooLarge ? .tooLarge : .bytes(body))
    }
}
