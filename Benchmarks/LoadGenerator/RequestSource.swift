import NIOCore

/// A source of requests for connections, which also receives the answers. Used on one event loop only.
protocol RequestSource: AnyObject {
    /// The template that turns assertions into requests.
    var request: TokenRequest { get }

    /// Called when a connection is open.
    func join(_ conversation: Conversation)

    /// Called when a connection has closed.
    func leave()

    /// Returns the next request, if one is to be sent now.
    func next() -> (index: Int, assertion: [UInt8])?

    /// Returns the expected answer to a request.
    func expectation(_ index: Int) -> ExpectedAnswer

    /// Called when an answer with the expected head is complete.
    func succeed(_ index: Int, _ body: ByteBuffer, sentAt: NIODeadline)

    /// Called when a request was answered with an expected 503 with `Retry-After`.
    func turnAway(_ index: Int, sentAt: NIODeadline)

    /// - Parameter index: the index of the request, if known.
    func fail(_ index: Int?, _ reason: String)
}

extension RequestSource {
    func turnAway(_ index: Int, sentAt: NIODeadline) {
        fail(index, "status 503")
    }
}

/// The expected head of an answer.
enum ExpectedAnswer: Sendable {
    /// RFC 6749 §5.1.
    case token
    /// A token, or 503 with `Retry-After` (RFC 9110 §15.6.4).
    case tokenOrBusy
    /// RFC 6749 §5.2: `invalid_client`.
    case refusal
    /// RFC 7662 §2.2.
    case introspection
    /// RFC 6749 §4.1.2.
    case redirect
    /// A redirect, or 503 with `Retry-After`.
    case redirectOrBusy

    var mayBeBusy: Bool { self == .tokenOrBusy || self == .redirectOrBusy }

    var status: Int {
        switch self {
        case .token, .tokenOrBusy, .introspection: 200
        case .refusal: 401
        case .redirect, .redirectOrBusy: 303
        }
    }
}
