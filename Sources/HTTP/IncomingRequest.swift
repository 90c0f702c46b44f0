import NIOCore
import Server

/// A request while it arrives: its head, and as much of its body as an endpoint may read.
struct IncomingRequest {
    let head: RequestHead
    private var body: [UInt8] = []
    private var discarded = 0

    init(_ head: RequestHead) {
        self.head = head
    }

    /// Whether more of the body than the limit has arrived; its bytes are dropped.
    var isTooLarge: Bool { discarded > 0 }

    /// Takes the next bytes of the body.
    ///
    /// - Returns: `false` where the body is so long that it is not worth reading to its end.
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

    /// Counts a body as too long that has not been read.
    mutating func refuseBody() {
        discarded = 1
    }

    /// The request as an endpoint sees it.
    func endpointRequest(from remoteAddress: String?) -> EndpointRequest {
        EndpointRequest(
            method: head.method, path: head.path, query: head.query, contentType: head.contentType,
            authorization: head.authorization, accept: head.accept, remoteAddress: remoteAddress,
            body: isTooLarge ? .tooLarge : .bytes(body))
    }
}
