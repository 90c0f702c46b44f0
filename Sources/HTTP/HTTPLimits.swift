/// How much one connection may send, hold and take its time.
package struct HTTPLimits: Sendable {
    /// Open connections; further ones wait in the backlog of the operating system.
    package var maximumConnections = 10_000
    /// For a whole request to arrive, from its first byte.
    package var requestTimeout: Duration = .seconds(30)
    /// For a connection without a request.
    package var idleTimeout: Duration = .seconds(60)
    /// For the peer to take an answer. Without it, a peer that does not read would hold its connection for ever.
    package var answerTimeout: Duration = .seconds(30)
    /// After which a connection is closed with the next answer.
    package var connectionLifetime: Duration = .seconds(3600)
    /// After which a connection is closed with the answer to the last of them.
    package var requestsPerConnection = 100_000
    /// For answers under way when the server is told to end.
    package var drainTimeout: Duration = .seconds(30)
    /// How long requests of one turn of an event loop are worked on while the server is overloaded; further ones get 503.
    package var turnBudget: Duration = .milliseconds(100)

    /// Name and value of one header field, in bytes.
    static let maximumFieldSize = 16_384
    /// The target and all header fields, in bytes.
    static let maximumHeadSize = 32_768
    /// Header fields of one request.
    static let maximumFieldCount = 100
    /// Requests that may wait on one connection behind the one being answered (pipelining, RFC 9112 §9.3.2).
    static let maximumPipelinedRequests = 64
    /// Bytes of a body that is too long which are read and dropped, so that the caller sees the answer: a client that is still sending
    /// reads nothing before it is done.
    static let maximumDiscardedBody = 16_777_216
    /// Bytes of answers that may wait to be sent while the connection is still read.
    static let maximumUnsentBytes = 4096
    /// Bytes that may arrive without completing a part of a request. No state of a parser can buffer more.
    static let maximumUnparsedBytes = 131_072
    /// How long a closed connection is still read, so that the peer sees the answer and not a reset (RFC 9112 §9.6).
    static let lingerTimeout: Duration = .seconds(2)

    package init() {}
}
