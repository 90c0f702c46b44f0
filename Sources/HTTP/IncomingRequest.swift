import NIOCore

/// A request while it arrives: its head, and its body up to the limit.
struct IncomingRequest {
    let head: RequestHead
    private var body: [UInt8] = []
    private var discarded = 0
    /// The limit of the body in bytes, once it is known to be longer than `EndpointRequest.maximumBodySize`.
    private var limit: Int?
    /// Held while the body is longer than `EndpointRequest.maximumBodySize`, until the request is answered.
    private(set) var place: LargeBodies.Place?
    private(set) var refusal: Refusal?

    /// Why a body is not kept; its bytes are dropped.
    enum Refusal: Equatable {
        case tooLarge(limit: Int)
        /// Too many large bodies are being read.
        case noPlace
    }

    /// - Parameter responder: decides about a body that is announced to be large.
    init(_ head: RequestHead, _ responder: Responder) {
        self.head = head
        // Before any of it is read. A client that waits for 100 then gets the final status at once.
        guard let length = head.contentLength, length > EndpointRequest.maximumBodySize else { return }
        let limit = responder.bodyLimit(head)
        if length > limit { refusal = .tooLarge(limit: limit) } else { self.limit = limit }
    }

    /// - Parameter responder: decides about a body that turns out to be large.
    /// - Returns: `false` if the body is too long to be read to its end.
    mutating func append(_ bytes: ByteBuffer, _ responder: Responder) -> Bool {
        guard refusal == nil, admits(body.count + bytes.readableBytes, responder) else {
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

    /// Whether the body may grow to a number of bytes. A large one takes its place with its first byte beyond the usual limit, so that
    /// callers who only announce a body hold none.
    private mutating func admits(_ count: Int, _ responder: Responder) -> Bool {
        guard count > EndpointRequest.maximumBodySize else { return true }
        let limit = self.limit ?? responder.bodyLimit(head)
        self.limit = limit
        if count > limit {
            refusal = .tooLarge(limit: limit)
        } else if place == nil {
            place = responder.largeBodies.take()
            if place == nil { refusal = .noPlace } else { body.reserveCapacity(head.contentLength ?? 0) }
        }
        if refusal != nil { place = nil }
        return refusal == nil
    }

    func endpointRequest(from remoteAddress: String?) -> EndpointRequest {
        let sent: EndpointRequest.Body =
            if case .tooLarge(let limit) = refusal { .tooLarge(limit: limit) } else { .bytes(body) }
        return head.endpointRequest(from: remoteAddress, body: sent)
    }
}

extension RequestHead {
    func endpointRequest(from remoteAddress: String?, body: EndpointRequest.Body = .bytes([])) -> EndpointRequest {
        EndpointRequest(
            method: method, path: path, query: query, headers: headers, remoteAddress: remoteAddress, body: body)
    }
}
