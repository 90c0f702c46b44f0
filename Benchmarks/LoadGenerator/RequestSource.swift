import NIOCore

/// Where connections get their next request, and where answers go. Used on one event loop only.
protocol RequestSource: AnyObject {
    /// How an assertion becomes a request.
    var request: TokenRequest { get }

    /// A connection stands.
    func join(_ conversation: Conversation)

    /// A connection has closed.
    func leave()

    /// The next request to be sent, if there is one to be sent now.
    func next() -> (index: Int, assertion: [UInt8])?

    /// What the answer to a request must be.
    func expectation(_ index: Int) -> ExpectedAnswer

    /// An answer is complete, and its head is as expected.
    func succeed(_ index: Int, _ body: ByteBuffer, sentAt: NIODeadline)

    /// A request was answered with 503 and `Retry-After`, where that is expected.
    func turnAway(_ index: Int, sentAt: NIODeadline)

    /// - Parameter index: of the request, where it is known.
    func fail(_ index: Int?, _ reason: String)
}

extension RequestSource {
    func turnAway(_ index: Int, sentAt: NIODeadline) {
        fail(index, "status 503")
    }
}

/// What the head of an answer must say.
enum ExpectedAnswer: Sendable {
    /// RFC 6749 §5.1.
    case token
    /// The same, or RFC 9110 §15.6.4: 503 with `Retry-After`.
    case tokenOrBusy
    /// RFC 6749 §5.2: `invalid_client`.
    case refusal

    var status: Int {
        switch self {
        case .token, .tokenOrBusy: 200
        case .refusal: 401
        }
    }
}
